import { FormatError } from '../image/format-error.ts'
import { isRecord, type PartRecord, RecordError, readRecord } from './record.ts'

/** Where records given by hand are: in the text itself, or in the files that a pattern names. */
export type Source = Readonly<{ json: unknown }> | Readonly<{ pattern: string }>

const EXPECTED =
  'records as JSON, one a line, a whole toJSON(needs.part.outputs), or files like records/*.json'

const LOST =
  'a record; null is all that toJSON() has of an output or a job that is not there: check its name in needs, and in the outputs of the job that builds'

/** Reads the input `records`; throws FormatError. One JSON text of any length, or one entry a line. */
export function parseSources(text: string): readonly Source[] {
  const whole = parseJson(text)
  if (whole !== undefined) return [{ json: whole }]
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .flatMap(parseLine)
}

function parseLine(line: string): readonly Source[] {
  // What toJSON() makes of one output: text in quotes, or nothing at all.
  if (['null', '""'].includes(line)) throw new FormatError('record', line, LOST)
  if (/^"/.test(line)) return parseSources(parseText(line))
  if (!/^[[{]/.test(line)) return [{ pattern: line }]
  const json = parseJson(line)
  if (json === undefined) throw new FormatError('record', line.slice(0, 100), EXPECTED)
  return [{ json }]
}

function parseText(line: string): string {
  try {
    return String(JSON.parse(line))
  } catch {
    throw new FormatError('record', line.slice(0, 100), EXPECTED)
  }
}

/** Every record in a piece of JSON, however deep: job outputs are texts in objects. Throws RecordError, which says `where`. */
export function recordsIn(json: unknown, where: string): readonly PartRecord[] {
  const records = find(json).map((record) => {
    try {
      return readRecord(record)
    } catch (cause: unknown) {
      const isOther = cause instanceof RecordError && cause.isOther
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new RecordError(`the record in ${where} cannot be read: ${why}`, { isOther, cause })
    }
  })
  if (records.length === 0) throw new RecordError(`there is no record in ${where}`)
  return records
}

function find(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (isRecord(value)) return [value]
  if (typeof value === 'string') return /^\s*[[{]/.test(value) ? find(parseJson(value)) : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(find)
}

/** The value, or undefined where the text is no JSON object or list. */
export function parseJson(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? json : undefined
  } catch {
    return undefined
  }
}
