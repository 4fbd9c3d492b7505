import { createHash } from 'node:crypto'
import type { Descriptor } from '../image/manifest.ts'
import { problemWith } from './errors.ts'
import type { Request } from './wire.ts'

/**
 * The same bytes, if they are those of the descriptor; else it ends with RegistryError `digest`. The last piece is kept
 * back until that is known: whoever passes the bytes on cannot have passed on all of them.
 */
export async function* checked(
  pieces: AsyncIterable<Uint8Array>,
  blob: Pick<Descriptor, 'digest' | 'size'>,
  request: Request,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let size = 0
  let last: Uint8Array | undefined
  for await (const piece of pieces) {
    size += piece.length
    if (size > blob.size) throw problemWith(request, 'digest', `there are more than ${blob.size} bytes`)
    if (last) yield last
    hash.update(piece)
    last = piece
  }
  if (size < blob.size) throw problemWith(request, 'digest', `there are ${size} bytes, not ${blob.size}`)
  const digest = `sha256:${hash.digest('hex')}`
  if (digest !== blob.digest) throw problemWith(request, 'digest', `the bytes have the digest ${digest}`)
  if (last) yield last
}
