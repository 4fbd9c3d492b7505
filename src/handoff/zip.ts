import { crc32, inflateRawSync } from 'node:zlib'

// APPNOTE.TXT of PKWARE, 4.3.7, 4.3.12 and 4.3.16. An artifact of GitHub's is a zip file, whatever is in it.
const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const UTF8 = 1 << 11
const VERSION = 20
/** 1980-01-01: the same text gives the same bytes. */
const DATE = 33

const STORED = 0
const DEFLATED = 8

/** A zip file that holds one small file, as it is. */
export function zipOf(name: string, text: string): Uint8Array {
  const file = new TextEncoder().encode(text)
  const title = new TextEncoder().encode(name)
  const about = [VERSION, UTF8, STORED, 0, DATE]
  const sizes = numbers(4, [crc32(file), file.length, file.length])
  const local = [numbers(4, [LOCAL]), numbers(2, about), sizes, numbers(2, [title.length, 0]), title, file]
  const start = lengthOf(local)
  const central = [
    ...[numbers(4, [CENTRAL]), numbers(2, [VERSION, ...about]), sizes],
    ...[numbers(2, [title.length, 0, 0, 0, 0]), numbers(4, [0, 0]), title],
  ]
  const end = [
    numbers(4, [END]),
    numbers(2, [0, 0, 1, 1]),
    numbers(4, [lengthOf(central), start]),
    numbers(2, [0]),
  ]
  return Buffer.concat([...local, ...central, ...end])
}

/** The text of the first file in a zip file, whoever wrote it; undefined where there is none. */
export function unzip(bytes: Uint8Array): string | undefined {
  const zip = Buffer.from(bytes)
  const end = zip.lastIndexOf(Buffer.from(numbers(4, [END])))
  if (end < 0 || end + 22 > zip.length) return undefined
  const central = zip.readUInt32LE(end + 16)
  if (central + 46 > zip.length || zip.readUInt32LE(central) !== CENTRAL) return undefined
  const local = zip.readUInt32LE(central + 42)
  if (local + 30 > zip.length || zip.readUInt32LE(local) !== LOCAL) return undefined
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const packed = zip.subarray(start, start + zip.readUInt32LE(central + 20))
  const file = unpacked(packed, zip.readUInt16LE(central + 10), zip.readUInt32LE(central + 24))
  return file !== undefined && crc32(file) === zip.readUInt32LE(central + 16)
    ? file.toString('utf8')
    : undefined
}

function unpacked(packed: Buffer, method: number, size: number): Buffer | undefined {
  if (method === STORED) return packed
  if (method !== DEFLATED) return undefined
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
  } catch {
    return undefined
  }
}

/** Little-endian, each of so many bytes. */
function numbers(width: 2 | 4, values: readonly number[]): Uint8Array {
  const buffer = Buffer.alloc(width * values.length)
  for (const [place, value] of values.entries()) buffer.writeUIntLE(value, place * width, width)
  return buffer
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}
