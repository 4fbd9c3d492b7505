import { type Descriptor, type Index, type Manifest, readIndex } from '../image/manifest.ts'
import { isIndexType } from '../image/media-types.ts'
import type { Repository } from '../image/reference.ts'
import type { Collection } from './collect.ts'

/** An index that may be all that is wanted already: then its bytes stay, and so does its digest. */
export type Like = Readonly<{ manifest: Manifest; from: Repository; says: Index }>

/**
 * What an index says of its images, and of `others` in it, however deep and in whatever order it lists them. Undefined
 * where it leaves to configurations what they run on, for an index of ours would not.
 */
export function likeOf(
  manifest: Manifest,
  from: Repository,
  { images, isClear }: Collection,
  others: readonly Descriptor[] = [],
): Like | undefined {
  if (!isIndexType(manifest.mediaType) || !isClear) return undefined
  const listed = images.flatMap(({ image, attestations }) => [image, ...attestations])
  return { manifest, from, says: { ...readIndex(manifest), manifests: [...listed, ...others] } }
}

/** Whether both list the same, in whatever order, and say the same of it. */
export function saysTheSame(one: Index, other: Index): boolean {
  const [mine, theirs] = [one, other].map(({ manifests, annotations = {} }) =>
    [...manifests, Object.entries(annotations).toSorted()].map((part) => JSON.stringify(part)).toSorted(),
  )
  return JSON.stringify(mine) === JSON.stringify(theirs)
}
