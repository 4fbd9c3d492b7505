import { type Platform, parsePlatform } from '../image/platform.ts'

export type Inspection = Readonly<{
  driver: string
  /** of its first node that tells */
  buildkit: string
  nodes: readonly Node[]
  /** all that its nodes can build */
  platforms: readonly Platform[]
  /** what the CPUs of its nodes run */
  natives: readonly Platform[]
  /** what is wrong with a node; buildx prints it and still exits 0 */
  errors: readonly string[]
}>

/** One machine of a builder, as it says itself. */
export type Node = Readonly<{
  name: string
  endpoint: string
  /** all that it can build */
  platforms: readonly Platform[]
  /** what it was given by hand: buildx builds that there, whatever others can do */
  byHand: readonly Platform[]
  /** what its own CPU runs: what it was given by hand, or else the first that it lists */
  natives: readonly Platform[]
}>

/** Reads what `docker buildx inspect` prints: a head, and then each node from its name on. */
export function parseInspection(text: string): Inspection {
  const fields = text.split('\n').flatMap((line) => {
    const [, name, value] = /^([A-Za-z ]+):\s*(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [[name, value?.trim() ?? ''] as const]
  })
  const all = (name: string) => fields.flatMap((field) => (field[0] === name ? field[1] : []))
  const afterHead = fields.slice(fields.findIndex(([name]) => name === 'Nodes') + 1)
  const nodes = split(afterHead).map(nodeOf)
  return {
    driver: all('Driver')[0] ?? '',
    buildkit: all('BuildKit version')[0] ?? all('BuildKit')[0] ?? '',
    nodes,
    platforms: nodes.flatMap(({ platforms }) => platforms),
    natives: nodes.flatMap(({ natives }) => natives),
    errors: all('Error'),
  }
}

type Line = readonly [name: string, value: string]

function split(lines: readonly Line[]): readonly ReadonlyMap<string, string>[] {
  const nodes: Map<string, string>[] = []
  for (const [name, value] of lines) {
    if (name === 'Name' || nodes.length === 0) nodes.push(new Map())
    nodes.at(-1)?.set(name, value)
  }
  return nodes
}

/** Marks a platform that the user gave a node by hand. */
const BY_HAND = /\*$/

function nodeOf(fields: ReadonlyMap<string, string>): Node {
  const list = (fields.get('Platforms') ?? '').split(',').map((text) => text.trim())
  const there = list.filter(Boolean)
  const read = (text: string) => parsePlatform(text.replace(BY_HAND, ''))
  const byHand = there.filter((text) => BY_HAND.test(text)).map(read)
  const platforms = there.map(read)
  return {
    ...{ name: fields.get('Name') ?? '', endpoint: fields.get('Endpoint') ?? '', platforms, byHand },
    natives: byHand.length > 0 ? byHand : platforms.slice(0, 1),
  }
}
