import { isInternalAddress, placeOf } from './addresses.ts'

export type Realm = Readonly<{ url: URL }> | Readonly<{ problem: string }>

/**
 * Where tokens are to be had, if we may go there: a registry must not send our password over an open wire, nor
 * make us knock at doors that only we can reach.
 */
export function readRealm(realm: string | undefined, asked: URL, base: URL): Realm {
  if (!realm) return { problem: 'its challenge names no realm' }
  const url = URL.parse(realm, asked.href)
  if (url === null) return { problem: `its realm "${realm.slice(0, 200)}" is no URL` }
  const problem = objectionToRealm(url, base)
  return problem ? { problem } : { url }
}

export function objectionToRealm(url: URL, base: URL): string | undefined {
  const open = url.protocol === 'http:' && base.protocol === 'http:'
  if (url.protocol !== 'https:' && !open) return `its realm ${url.origin} is not https`
  if (placeOf(url) === placeOf(base)) return undefined
  return isInternalAddress(url.hostname) ? `its realm ${url.origin} is an internal address` : undefined
}
