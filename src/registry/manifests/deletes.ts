import { repositoryScope } from '../auth/scopes.ts'
import { errorOf } from '../errors.ts'
import type { Registry } from '../registry.ts'
import { RegistryError } from '../registry-error.ts'
import { type Line, manifestAt } from '../requests.ts'
import type { Request } from '../wire.ts'

/**
 * Takes a tag or a manifest away (distribution-spec, "Deleting tags" and "Deleting manifests"). Never a tag by its
 * digest: that would take every other tag of the manifest along.
 */
export function openDeletes({ send, hostOf }: Line): Registry['delete'] {
  /** Undefined where it is gone. */
  async function attempt(request: Request): Promise<RegistryError | undefined> {
    const response = await send(request)
    const gone = (response.status >= 200 && response.status < 300) || response.status === 404
    return gone ? undefined : errorOf(request, response)
  }

  return async (reference) => {
    const request: Request = { ...manifestAt(reference, hostOf), method: 'DELETE' }
    const refusal = await attempt(request)
    if (refusal === undefined) return
    if (refusal.kind !== 'unauthorized' && refusal.kind !== 'denied') throw refusal
    // Most see it as a kind of writing; IBM and Keppel want it by its name, which Quay does not know at all.
    const scopes = [repositoryScope(reference.path, ['pull', 'push', 'delete'])]
    const again = await attempt({ ...request, scopes }).catch((error: unknown) => {
      if (error instanceof RegistryError) return refusal
      throw error
    })
    if (again) throw again
  }
}
