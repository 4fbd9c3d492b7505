import { type Platform, parsePlatform } from '../image/platform.ts'

export type Inspection = Readonly<{
  driver: string
  buildkit: string
  /** all that its nodes can build */
  platforms: readonly Platform[]
  /** what each node's own CPU is: the first platform it lists */
  natives: readonly Platform[]
}>

/** Reads what `docker buildx inspect` prints; a builder of several nodes has several lists of platforms. */
export function parseInspection(text: string): Inspection {
  const fields = text.split('\n').map((line) => /^([A-Za-z ]+):\s+(.*)$/.exec(line))
  const all = (name: string) =>
    fields.flatMap((field) => (field?.[1] === name ? (field[2]?.trim() ?? '') : []))
  const lists = all('Platforms').map(parsePlatforms)
  return {
    driver: all('Driver')[0] ?? '',
    buildkit: (all('BuildKit version')[0] ?? all('BuildKit')[0] ?? '').trim(),
    platforms: lists.flat(),
    natives: lists.flatMap((list) => list.slice(0, 1)),
  }
}

/** An asterisk marks a platform that the user gave a node by hand. */
function parsePlatforms(list: string): readonly Platform[] {
  return list
    .split(',')
    .map((text) => text.trim().replace(/\*$/, ''))
    .filter(Boolean)
    .map(parsePlatform)
}
