/** What a registry asks for in `WWW-Authenticate` (RFC 9110, 11.6.1). */
export type Challenge = Readonly<{
  /** In lower case: `bearer`, `basic`. */
  scheme: string
  /** Names in lower case. */
  parameters: Readonly<Record<string, string | undefined>>
}>

const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"'
const WORD = new RegExp(`[\\s,]*(?:${QUOTED}|([^\\s,="]+))`, 'y')
const EQUALS = /\s*=\s*/y
const PARAMETER_FOLLOWS = /(?=\s+[^\s,="]+\s*=)/y
const ANYTHING = /./y
const VALUE = new RegExp(`${QUOTED}|([^\\s,"]+)`, 'y')

/** Schemes that may stand in a list without any parameter. */
const BARE = new Set(['basic', 'bearer'])

/**
 * Reads all values of the header; one value may hold several challenges. Lenient: a parameter that does not end
 * well is left out, a missing comma is forgiven.
 */
export function parseChallenges(values: readonly string[]): readonly Challenge[] {
  return values.flatMap(parseValue)
}

function parseValue(value: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  const read = reader(value)
  for (;;) {
    const name = (read(WORD) ?? read(ANYTHING))?.toLowerCase()
    if (name === undefined) return challenges
    if (name === '') continue
    const current = challenges.at(-1)
    if (read(EQUALS) !== undefined) {
      const given = read(VALUE)
      if (current && given !== undefined) current.parameters[name] = given
    } else if (current === undefined || BARE.has(name) || read(PARAMETER_FOLLOWS) !== undefined) {
      challenges.push({ scheme: name, parameters: {} })
    }
  }
}

/** Takes the next piece of the text that fits a pattern, or nothing. What was quoted comes without its quotes. */
function reader(text: string): (pattern: RegExp) => string | undefined {
  let at = 0
  return (pattern) => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) return undefined
    at = pattern.lastIndex
    return match[1]?.replaceAll(/\\(.)/g, '$1') ?? match[2] ?? ''
  }
}
