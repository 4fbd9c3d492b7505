import type { DigestRef, TagRef } from '../../image/reference.ts'
import type { Source } from '../../merge/collect.ts'
import { openReader } from '../../publish/tree.ts'
import type { Registry } from '../../registry/client.ts'

/** Reads what the repository of an image has: manifests, each once, and configurations. `expected`: they were just pushed. */
export function openSource(
  of: TagRef | DigestRef,
  registry: Pick<Registry, 'get' | 'readBlob'>,
  options: { expected?: boolean } = {},
): Source {
  return {
    of,
    read: openReader(of, registry, options),
    readBlob: (blob) => registry.readBlob(of, blob),
  }
}
