import { isInternalAddress, isLoopback, placeOf } from '../addresses.ts'

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

/** A token server often stands beside its registry, on another port: whoever reaches one may reach the other. */
function objectionToRealm(url: URL, base: URL): string | undefined {
  const beside = url.hostname === base.hostname || (isLoopback(url.hostname) && isLoopback(base.hostname))
  return objectionTo(url, base, beside)
}

/** Where the token server itself sends us to: no further than to a stranger, or back to the registry. */
export function objectionToDetour(url: URL, base: URL): string | undefined {
  return objectionTo(url, base, placeOf(url) === placeOf(base))
}

function objectionTo(url: URL, base: URL, known: boolean): string | undefined {
  const open = url.protocol === 'http:' && base.protocol === 'http:'
  if (url.protocol !== 'https:' && !open) return `its realm ${url.origin} is not https`
  if (known || !isInternalAddress(url.hostname)) return undefined
  return `its realm ${url.origin} is an internal address`
}
