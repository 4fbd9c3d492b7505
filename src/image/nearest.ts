import { FormatError } from './format-error.ts'
import { formatPlatform, isKnownPlatform, type Platform, parsePlatform } from './platform.ts'

/** What people build for; the commonest first, since it wins among equals. */
const USUAL = [
  ...['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5', 'linux/386'],
  ...['linux/ppc64le', 'linux/s390x', 'linux/riscv64', 'linux/loong64', 'linux/mips64le', 'linux/mips64'],
  ...['windows/amd64', 'windows/arm64'],
]

/** So many slips of the finger; three may turn one short name into any other. */
const SLIPS = 2

/** Reads a platform that somebody has typed. One that nobody knows is legal, unless it is nearly one that all know. */
export function parseTypedPlatform(text: string): Platform {
  const platform = parsePlatform(text)
  const meant = isKnownPlatform(platform) ? undefined : nearest(formatPlatform(platform))
  if (meant !== undefined)
    throw new FormatError('platform', text, `one that is known: did you mean ${meant}?`)
  return platform
}

function nearest(text: string): string | undefined {
  const [best] = USUAL.map((name) => ({ name, slips: slipsBetween(text, name) })).toSorted(
    (one, other) => one.slips - other.slips,
  )
  return best !== undefined && best.slips <= SLIPS ? best.name : undefined
}

/** How many letters are wrong, missing, too many, or have changed places with the next (optimal string alignment). */
function slipsBetween(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= one.length; row++) {
    rows.push([row])
    for (let column = 1; column <= other.length; column++) {
      const wrong = one[row - 1] === other[column - 1] ? 0 : 1
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      const best = Math.min(
        ...[at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + wrong],
        ...(swapped ? [at(row - 2, column - 2) + 1] : []),
      )
      rows[row]?.push(best)
    }
  }
  return at(one.length, other.length)
}
