import { FormatError } from '../image/format-error.ts'

/** Several things said as one line of CSV, as BuildKit's command line has them: `type=oci,"name=a:1,b:2"`. */
export type Attributes = ReadonlyMap<string, string>

const FIELD = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/gy

/** Reads them, with names in lower case; throws FormatError that calls it what `word` says, and shows of it what may be. */
export function parseAttributes(text: string, word: string, shown = text): Attributes {
  const expected = 'name=value pairs with commas between them, like type=oci,dest=image.tar'
  const pairs = fieldsOf(text)?.map((field) => /^\s*([^=\s]+)\s*=(.*)$/s.exec(field))
  if (!pairs?.every((pair) => pair !== null)) throw new FormatError(word, shown, expected)
  return new Map(pairs.map(([, name = '', value = '']) => [name.toLowerCase(), value]))
}

export function formatAttributes(attributes: Attributes): string {
  const fields = [...attributes].map(([name, value]) => `${name}=${value}`)
  return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')
}

/** undefined where a quote is not closed, or ends before its field does. */
function fieldsOf(text: string): readonly string[] | undefined {
  const fields: string[] = []
  for (const [, quoted, plain = '', end] of text.matchAll(FIELD)) {
    fields.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === '') return fields
  }
  return undefined
}
