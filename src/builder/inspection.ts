import { type Platform, parsePlatform } from '../image/platform.ts'

export type Inspection = Readonly<{
  driver: string
  buildkit: string
  /** all that its nodes can build */
  platforms: readonly Platform[]
  /** what each node's own CPU runs: the platforms that the user gave it by hand, or else the first it lists */
  natives: readonly Platform[]
  /** what is wrong with a node; buildx prints it and still exits 0 */
  errors: readonly string[]
}>

/** Reads what `docker buildx inspect` prints; a builder of several nodes has several lists of platforms. */
export function parseInspection(text: string): Inspection {
  const fields = text.split('\n').map((line) => /^([A-Za-z ]+):\s+(.*)$/.exec(line))
  const all = (name: string) =>
    fields.flatMap((field) => (field?.[1] === name ? (field[2]?.trim() ?? '') : []))
  const lists = all('Platforms').map(split)
  return {
    driver: all('Driver')[0] ?? '',
    buildkit: all('BuildKit version')[0] ?? all('BuildKit')[0] ?? '',
    platforms: lists.flat().map(read),
    natives: lists.flatMap(nativesOf).map(read),
    errors: all('Error'),
  }
}

/** Marks a platform that the user gave a node by hand. */
const BY_HAND = /\*$/

function nativesOf(list: readonly string[]): readonly string[] {
  const byHand = list.filter((text) => BY_HAND.test(text))
  return byHand.length > 0 ? byHand : list.slice(0, 1)
}

function read(text: string): Platform {
  return parsePlatform(text.replace(BY_HAND, ''))
}

function split(list: string): readonly string[] {
  return list
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean)
}
