import type { OpenFile } from '../system/files.ts'

/** A file or folder in a tarball, and where its bytes are; both figures are bytes. */
export type TarEntry = Readonly<{ name: string; size: number; start: number }>

/** A tarball is made of blocks (POSIX pax, "ustar Interchange Format"), and two empty ones end it. */
const BLOCK = 512
export const TAR_END = new Uint8Array(2 * BLOCK)

/** From here on a size no longer fits into eleven octal digits: 8 GiB. */
const LARGE = 8 ** 11

/** Every entry from the first to the last. It gives up, with what `problem` makes of a sentence, where a header is none. */
export async function* readTar(
  file: OpenFile,
  problem: (what: string) => Error,
): AsyncGenerator<TarEntry, number> {
  let place = 0
  let extended: ReadonlyMap<string, string> = new Map()
  for (;;) {
    const block = await file.read(place, BLOCK)
    if (block.length < BLOCK) throw problem(`it ends within the tarball, at byte ${place}`)
    if (block.every((byte) => byte === 0)) return place
    if (checksumOf(block) !== octal(block, 148, 8)) throw problem(`there is no tar header at byte ${place}`)
    const type = String.fromCharCode(block[156] ?? 0)
    const size = Number(extended.get('size') ?? sizeIn(block))
    const start = place + BLOCK
    if (type === 'x') extended = recordsIn(await file.read(start, size))
    else {
      yield { name: extended.get('path') ?? nameIn(block), size, start }
      extended = new Map()
    }
    place = start + size + paddingOf(size)
  }
}

/** Bytes of a name that a header has room for; the blob of a sha512 has more. */
const LONGEST_NAME = 100

/** A file's header: everybody may read it, and it is as old as time, so that the same files make the same tarball. */
export function tarHeader(name: string, size: number): Uint8Array {
  if (Buffer.byteLength(name) <= LONGEST_NAME) return headerBlock(name, size, '0')
  const record = recordOf('path', name)
  const before = headerBlock('PaxHeader', record.length, 'x')
  return Buffer.concat([before, record, tarPadding(record.length), headerBlock(name, size, '0')])
}

function headerBlock(name: string, size: number, type: '0' | 'x'): Uint8Array {
  const block = Buffer.alloc(BLOCK)
  const zeros = '0'.repeat(7)
  // Name, mode, owner, group; time, room for the checksum, type; then which tar this is.
  block.write(name, 0, LONGEST_NAME)
  block.write(['0000644', zeros, zeros, ''].join('\0'), 100)
  block.write(`${'0'.repeat(11)}\0${' '.repeat(8)}${type}`, 136)
  block.write('ustar\x0000', 257)
  if (size < LARGE) block.write(size.toString(8).padStart(11, '0'), 124)
  else {
    block.writeUInt8(0x80, 124)
    block.writeBigUInt64BE(BigInt(size), 128)
  }
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0`, 148)
  return block
}

/** What follows so many bytes, up to the next block. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array(paddingOf(size))
}

function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK
}

/** The sum of all bytes, as if those of the checksum itself were spaces. */
function checksumOf(block: Uint8Array): number {
  return block.reduce((sum, byte, place) => sum + (place >= 148 && place < 156 ? 32 : byte), 0)
}

/** Large sizes are binary, as GNU writes them. */
function sizeIn(block: Uint8Array): number {
  if (((block[124] ?? 0) & 0x80) === 0) return octal(block, 124, 12)
  return Number(Buffer.from(block.subarray(128, 136)).readBigUInt64BE())
}

function nameIn(block: Uint8Array): string {
  const prefix = text(block, 257, 8) === 'ustar' ? text(block, 345, 155) : ''
  return [prefix, text(block, 0, 100)].filter(Boolean).join('/')
}

function octal(block: Uint8Array, start: number, length: number): number {
  return Number.parseInt(text(block, start, length).trim() || '0', 8)
}

function text(block: Uint8Array, start: number, length: number): string {
  const end = block.indexOf(0, start)
  return Buffer.from(
    block.subarray(start, end < 0 ? start + length : Math.min(end, start + length)),
  ).toString()
}

/** The length at its beginning counts its own digits. */
function recordOf(name: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${name}=${value}\n`)
  const length = rest + String(rest + String(rest).length).length
  return Buffer.from(`${length} ${name}=${value}\n`)
}

/** `27 path=a/longer/name\n`, again and again: its length, then what it says of the next entry. */
function recordsIn(bytes: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>()
  for (let rest = Buffer.from(bytes); rest.length > 0; ) {
    const length = Number.parseInt(rest.toString('latin1', 0, 20), 10)
    if (!(length > 0)) break
    const [, name = '', value = ''] = /^\d+ ([^=]+)=(.*)\n$/s.exec(rest.toString('utf8', 0, length)) ?? []
    records.set(name, value)
    rest = rest.subarray(length)
  }
  return records
}
