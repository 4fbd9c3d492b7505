import { objectionToDigest } from '../../image/digest.ts'
import { formatRepository, type Repository } from '../../image/reference.ts'
import { repositoryScope } from '../auth/scopes.ts'
import type { Registry } from '../registry.ts'
import { RegistryError } from '../registry-error.ts'
import { type Line, within } from '../requests.ts'
import type { Request } from '../wire.ts'
import type { Sessions } from './sessions.ts'

/** What we have learned of taking blobs from one repository into another. */
type Pair = { mounted: number; declined: number; hopeless: boolean }

/** ECR declines a single blob that nothing refers to, but mounts the others. */
const ENOUGH = 2

/**
 * Takes a blob over without moving a byte (distribution-spec, "Mounting a blob from another repository"). No HEAD before
 * it: a blob that is there already is mounted as well. Whatever answer is no yes means that the bytes are wanted.
 */
export function openMounts({ send, hostOf }: Line, sessions: Sessions): Registry['mountBlob'] {
  const pairs = new Map<string, Pair>()

  function pairOf(to: Repository, from: Repository): Pair {
    const key = `${formatRepository(to)} ${formatRepository(from)}`
    const pair = pairs.get(key) ?? { mounted: 0, declined: 0, hopeless: false }
    pairs.set(key, pair)
    return pair
  }

  return async (to, blob, from) => {
    if (to.registry !== from.registry) return false
    if (to.path === from.path) return true
    if (objectionToDigest(blob) !== undefined) return false
    const pair = pairOf(to, from)
    if (pair.hopeless) return false
    const place = within(to, hostOf(to.registry), `${to.path}/blobs/uploads/`)
    place.url.search = `?mount=${encodeURIComponent(blob)}&from=${encodeURIComponent(from.path)}`
    // Docker Hub wants to see the right to read the source, even where everybody has it.
    const scopes = [...place.scopes, repositoryScope(from.path, ['pull'])]
    const request: Request = { ...place, scopes, method: 'POST', headers: { 'content-length': '0' } }
    try {
      const response = await send(request)
      if (response.status === 201) pair.mounted += 1
      else if (response.status === 202) {
        pair.declined += 1
        sessions.keep(to, blob, request, response)
      }
      pair.hopeless ||= response.status >= 300 || (pair.mounted === 0 && pair.declined >= ENOUGH)
      return response.status === 201
    } catch (error: unknown) {
      if (!(error instanceof RegistryError)) throw error
      pair.hopeless = true
      return false
    }
  }
}
