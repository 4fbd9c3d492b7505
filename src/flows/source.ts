import type { Repository } from '../image/reference.ts'
import type { Source } from '../merge/collect.ts'
import { openReader } from '../publish/tree.ts'
import type { Registry } from '../registry/client.ts'

/** Reads what one repository has: manifests, each once, and configurations. `expected`: they were just pushed. */
export function openSource(
  repository: Repository,
  registry: Pick<Registry, 'get' | 'readBlob'>,
  options: { expected?: boolean } = {},
): Source {
  return {
    read: openReader(repository, registry, options),
    readBlob: (blob) => registry.readBlob(repository, blob),
  }
}
