import type { Digest } from '../image/digest.ts'
import { formatReference, type TagRef } from '../image/reference.ts'
import type { Registry } from '../registry/client.ts'
import { look } from './look.ts'

/** Patterns for tags that never move once they are there: `*` stands for anything, `v*` for all that begin so. */
export type Immutable = readonly string[]

/** Tags that must not move name other images. Nothing was begun. */
export class TagsTaken extends Error {
  override readonly name = 'TagsTaken'

  constructor(taken: readonly (readonly [tag: TagRef, digest: Digest])[]) {
    super(taken.map(([tag, digest]) => `${formatReference(tag)} is ${digest} already`).join('; '))
  }
}

/**
 * Makes sure that none of these tags is there already, or that it is this very image, if that is known yet. No registry
 * tells which tags it will refuse to move, so somebody has to say it. Rejects with TagsTaken, for all of them at once.
 */
export async function requireFree(
  tags: readonly TagRef[],
  registry: Registry,
  image?: Digest,
): Promise<void> {
  const heads = await Promise.all(tags.map((tag) => look(tag, registry)))
  const taken = tags.flatMap((tag, place): readonly (readonly [TagRef, Digest])[] => {
    const found = heads[place]
    return found === undefined || found.digest === image ? [] : [[tag, found.digest]]
  })
  if (taken.length > 0) throw new TagsTaken(taken)
}

/** Those that are meant by a pattern. */
export function fixedAmong(tags: readonly TagRef[], immutable: Immutable): readonly TagRef[] {
  const patterns = immutable.map((pattern) => {
    const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'))
    return new RegExp(`^${parts.join('.*')}$`)
  })
  return tags.filter(({ tag }) => patterns.some((pattern) => pattern.test(tag)))
}
