/** The files that a `hosts.toml` names; relative names are beside it. */
export type TrustFiles = Readonly<{ ca: readonly string[]; cert?: string; key?: string }>

/**
 * The part of containerd's `hosts.toml` that is about trust (docs/hosts.md): `ca` and `client`, for the server at the
 * top and for the host itself below. Its mirrors are not ours to ask, and `skip_verify` is nothing that a file may say here.
 */
export function readHostsToml(text: string, host: string): TrustFiles {
  let mine = true
  const ca: string[] = []
  let client: readonly string[] = []
  for (const line of statementsIn(text)) {
    const [, table] = /^\[(.*)\]$/.exec(line) ?? []
    if (table !== undefined) mine = isAbout(table, host)
    const [, name, value = ''] = /^(ca|client)\s*=\s*(.*)$/.exec(line) ?? []
    if (!mine || name === undefined) continue
    const names = namesIn(value)
    if (name === 'ca') ca.push(...names.flat())
    else if (client.length === 0) client = [names[0] ?? []].flat()
  }
  const [cert, key] = client
  return { ca, ...(cert && { cert }), ...(key && { key }) }
}

/** Lines without comments; a list that takes several lines is one. */
function statementsIn(text: string): readonly string[] {
  const statements: string[] = []
  let open = ''
  for (const raw of text.split(/\r?\n/)) {
    const line = `${open}${raw.replace(/^((?:[^"'#]|"[^"]*"|'[^']*')*)#.*$/, '$1').trim()}`
    const depth = (line.match(/\[/g)?.length ?? 0) - (line.match(/\]/g)?.length ?? 0)
    open = depth > 0 && line.includes('=') ? line : ''
    if (open === '' && line !== '') statements.push(line)
  }
  return statements
}

function isAbout(table: string, host: string): boolean {
  const [, url = ''] = /^\s*host\s*\.\s*["']([^"']*)["']\s*$/.exec(table) ?? []
  return url.replace(/^https?:\/\//, '').replace(/\/.*$/, '') === host
}

/** A string, or a list of strings or of pairs. What is neither is nothing. */
function namesIn(text: string): readonly (string | readonly string[])[] {
  try {
    const value: unknown = JSON.parse(text.replaceAll(/'([^']*)'/g, '"$1"').replaceAll(/,\s*\]/g, ']'))
    return [value].flat().filter(isNames)
  } catch {
    return []
  }
}

function isNames(value: unknown): value is string | readonly string[] {
  return typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'))
}
