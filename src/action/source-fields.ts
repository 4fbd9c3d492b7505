import { type Digest, parseDigest } from '../image/digest.ts'
import { FormatError } from '../image/format-error.ts'
import { type PlatformEdits, parseEdit } from '../image/platform-edits.ts'
import { type DigestRef, parseImageRef, type TagRef } from '../image/reference.ts'

/** An image to merge, with or without the name of its repository, or a file that lists such images. */
export type SourceEntry =
  | Readonly<{ image: TagRef | DigestRef | Readonly<{ digest: Digest }>; edits: PlatformEdits }>
  | Readonly<{ list: string }>

const EXPECTED =
  'one image a line before its edits, like ghcr.io/octo/app@sha256:… arch=arm64,variant=v8; several only without edits'

/** A tag may end like a file, but stands after a colon. */
const LIST = /^[^:@]+\.ya?ml$/i

/**
 * Reads a line of the input `sources`: images with commas between, or one image and what is said of its platform, in
 * the words of `docker manifest annotate`. Throws FormatError.
 */
export function parseSourceLine(line: string): readonly SourceEntry[] {
  if (line.includes('=')) return [parseEdited(line)]
  const entries = line.split(',').map((entry) => entry.trim())
  return entries
    .filter(Boolean)
    .map((entry) => (LIST.test(entry) ? { list: entry } : { image: parseImage(entry), edits: {} }))
}

function parseEdited(line: string): SourceEntry {
  const [image = '', ...words] = line.split(/[\s,]+/).filter(Boolean)
  if (image.includes('=') || LIST.test(image)) throw new FormatError('source', line, EXPECTED)
  const members = membersIn(words)
  if (members === undefined) throw new FormatError('source', line, EXPECTED)
  const edits = members.map(([name, values]) => parseEdit(name, values))
  return { image: parseImage(image), edits: Object.assign({}, ...edits) as PlatformEdits }
}

/** `os-features=a,b` has two values; any other word without a name of its own is a mistake. */
function membersIn(words: readonly string[]): readonly (readonly [string, readonly string[]])[] | undefined {
  const members = new Map<string, string[]>()
  let last: string[] | undefined
  for (const word of words) {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(word) ?? []
    if (name !== undefined && value !== undefined) {
      last = members.get(name) ?? []
      last.push(value)
      members.set(name, last)
    } else if (last === undefined) return undefined
    else last.push(word)
  }
  return [...members]
}

function parseImage(text: string) {
  return /^sha(?:256|512):/.test(text) ? { digest: parseDigest(text) } : parseImageRef(text)
}
