export type Link = Readonly<{ target: string; relation: string | undefined }>

const LINK = /\s*(?:<([^>]*)>|([^\s<>;,]+))\s*/y
const PARAMETER = /;\s*([A-Za-z0-9!#$+.^_`|~-]+)(\*)?\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+)))?\s*/y
const COMMA = /\s*,/y

/** Reads `Link` (RFC 8288, 3); undefined where it is none, for half of a list must not pass for all of it. */
export function readLinks(values: readonly string[]): readonly Link[] | undefined {
  const links: Link[] = []
  for (const value of values) {
    const found = readValue(value)
    if (found === undefined) return undefined
    links.push(...found)
  }
  return links
}

function readValue(value: string): readonly Link[] | undefined {
  const links: Link[] = []
  let at = 0
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at
    const match = pattern.exec(value)
    if (match) at = pattern.lastIndex
    return match
  }
  do {
    const link = take(LINK)
    if (link === null) return undefined
    let relation: string | undefined
    for (let found = take(PARAMETER); found; found = take(PARAMETER)) {
      if (found[1]?.toLowerCase() === 'rel') relation ??= (found[3] ?? found[4])?.toLowerCase()
    }
    links.push({ target: link[1] ?? link[2] ?? '', relation })
  } while (take(COMMA))
  return value.slice(at).trim() === '' ? links : undefined
}
