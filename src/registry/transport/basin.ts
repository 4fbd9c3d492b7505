import { Buffer } from 'node:buffer'

/** Bytes: so many that the steps each piece takes do not count, so few that a dozen streams fit into memory. */
export const PIECE = 256 * 1024

/** Where a stream is gathered into large pieces. */
export type Basin = Readonly<{
  /** Takes all of it; true once a piece is full. */
  pour: (bytes: Uint8Array) => boolean
  /** What there is, at most one piece. Its memory is used again when somebody pours. */
  draw: () => Uint8Array
  isEmpty: () => boolean
}>

/**
 * A network gives 16 or 64 KiB at a time, each in memory of its own, of which the collector only hears when there are
 * many MB of it. Here they are put together in the same few hundred KiB over and over, and given back at once.
 */
export function openBasin(): Basin {
  let room = Buffer.allocUnsafeSlow(PIECE)
  let filled = 0
  let rest: Uint8Array = room.subarray(0, 0) // what had no room any more
  let last: Uint8Array = new Uint8Array()

  function fill(bytes: Uint8Array): void {
    const fits = Math.min(bytes.length, PIECE - filled)
    room.set(bytes.subarray(0, fits), filled)
    filled += fits
    rest = bytes.subarray(fits)
  }

  return {
    pour: (bytes) => {
      if (rest.length > 0) fill(rest)
      if (rest.length > 0) rest = Buffer.concat([rest, bytes])
      else {
        if (last.buffer !== bytes.buffer) giveBack(last)
        last = bytes
        fill(bytes)
      }
      return filled === PIECE
    },
    draw: () => {
      if (filled < PIECE) fill(rest)
      const piece = room.subarray(0, filled)
      // A short piece may wait on its way out, unlike a long one: see `Outgoing`.
      if (filled < PIECE) room = Buffer.allocUnsafeSlow(PIECE)
      filled = 0
      return piece
    },
    isEmpty: () => filled + rest.length === 0,
  }
}

/** What a connection reads has memory of its own, 16 KiB with TLS; what small buffers share is one pool of a known length. */
function giveBack({ buffer, length }: Uint8Array): void {
  const isShared = buffer.byteLength === Buffer.poolSize && length <= Buffer.poolSize / 2
  if (!isShared && buffer instanceof ArrayBuffer) buffer.transfer(0)
}
