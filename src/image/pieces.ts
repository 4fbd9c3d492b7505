import { createHash } from 'node:crypto'
import { algorithmOf, type Digest, objectionToDigest } from './digest.ts'

/**
 * The same bytes, if they are those of this size and digest; else it ends with the error that `problem` makes of a
 * sentence. The piece that makes them whole is handed on when that is known: whoever passes the bytes on cannot have
 * passed on all. No piece is kept while the next one is asked for, for its memory may be used again.
 */
export async function* checked(
  pieces: AsyncIterable<Uint8Array>,
  expected: Readonly<{ digest: Digest; size: number }>,
  problem: (what: string) => Error,
): AsyncGenerator<Uint8Array> {
  const algorithm = algorithmOf(expected.digest)
  if (algorithm === undefined) throw problem(objectionToDigest(expected.digest) ?? '')
  const hash = createHash(algorithm)
  let size = 0
  const check = () => {
    const digest = `${algorithm}:${hash.digest('hex')}`
    if (digest !== expected.digest) throw problem(`the bytes have the digest ${digest}`)
  }
  if (expected.size === 0) check()
  for await (const piece of pieces) {
    size += piece.length
    if (size > expected.size) throw problem(`there are more than ${expected.size} bytes`)
    hash.update(piece)
    if (piece.length > 0 && size === expected.size) check()
    yield piece
  }
  if (size < expected.size) throw problem(`there are ${size} bytes, not ${expected.size}`)
}

/** Bytes that are all there already, for those who take them piece by piece. */
export async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}
