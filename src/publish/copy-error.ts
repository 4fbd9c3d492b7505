import type { Digest } from '../image/digest.ts'
import { formatRepository, type Repository } from '../image/reference.ts'

/** What an image is made of. */
export type Part = 'image' | 'blob'

/** A part of an image could not be brought to where it is needed. No tag was moved there. */
export class CopyError extends Error {
  override readonly name = 'CopyError'
  readonly part: Part
  readonly digest: Digest
  readonly from: Repository
  /** undefined where it could not even be read */
  readonly to: Repository | undefined

  constructor(
    part: Part,
    digest: Digest,
    { from, to, cause }: { from: Repository; to?: Repository; cause: unknown },
  ) {
    const way = to
      ? `from ${formatRepository(from)} to ${formatRepository(to)}`
      : `of ${formatRepository(from)}`
    super(`could not ${to ? 'copy' : 'read'} the ${part} ${digest} ${way}`, { cause })
    this.part = part
    this.digest = digest
    this.from = from
    this.to = to
  }
}

/** An image that is nested deeper, or has more parts, than any that was made on purpose. */
export class TreeTooLarge extends Error {
  override readonly name = 'TreeTooLarge'
}
