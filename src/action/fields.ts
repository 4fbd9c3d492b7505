import { FormatError } from '../image/format-error.ts'
import { readList } from './lists.ts'

/** One kind of input: its default in action.yml, and how its text becomes a value. Throws FormatError. */
export type Field<T> = Readonly<{ default: string; read: (text: string) => T }>

export function text(initial = ''): Field<string> {
  return { default: initial, read: (given) => given.trim() }
}

/** An address on the web, without a slash at its end. */
export function url(initial: string): Field<string> {
  return {
    default: initial,
    read: (given) => {
      const address = URL.parse(given.trim())
      // A login in it would be seen in logs, and is not repeated here.
      if (address !== null && (address.username !== '' || address.password !== ''))
        throw new FormatError('web address', '***', 'https://host/path, without a login')
      if (address !== null && /^https?:$/.test(address.protocol)) return given.trim().replace(/\/+$/, '')
      throw new FormatError('web address', given, 'https://host/path')
    },
  }
}

/** A value that may be left out. */
export function optional<T>(read: (text: string) => T): Field<T | undefined> {
  return { default: '', read: (given) => (given.trim() === '' ? undefined : read(given.trim())) }
}

export function flag(initial: 'true' | 'false'): Field<boolean> {
  return {
    default: initial,
    read: (given) => {
      if (/^(true|True|TRUE)$/.test(given)) return true
      if (/^(false|False|FALSE)$/.test(given)) return false
      throw new FormatError('switch', given, 'true or false')
    },
  }
}

export function choice<T extends string>(word: string, options: readonly T[], initial: T): Field<T> {
  return {
    default: initial,
    read: (given) => {
      const chosen = options.find((option) => option === given.trim())
      if (chosen === undefined) throw new FormatError(word, given, options.join(', '))
      return chosen
    },
  }
}

type ListOptions = Readonly<{
  /** whether an entry ends at a comma as well */
  commas?: boolean
  quotes?: boolean
  /** whether white space around an entry goes; a key may end in a line break that it needs */
  trim?: boolean
  /** whether nothing of it may be shown */
  secret?: boolean
}>

/** A list complains about each of its entries, not only the first. */
export function list<T>(
  readEntry: (entry: string, place: number) => T,
  { commas = false, quotes = true, trim = true, secret = false }: ListOptions = {},
): Field<readonly T[]> {
  return {
    default: '',
    read: (given) => {
      const errors: unknown[] = []
      const values = entries(given).flatMap((entry, place) => {
        try {
          return [readEntry(entry, place)]
        } catch (error: unknown) {
          errors.push(error)
          return []
        }
      })
      if (errors.length > 0) throw new AggregateError(errors)
      return values
    },
  }

  function entries(given: string): readonly string[] {
    try {
      return readList(given, { commas, quotes, trim })
    } catch {
      throw new FormatError('list', secret ? '***' : given, 'one entry a line, with every quote closed')
    }
  }
}

/** What the runner fills in by an expression; where nobody does, the expression itself is no value. */
export function filledIn(expression: string): Field<string> {
  const initial = `\${{ ${expression} }}`
  return { default: initial, read: (given) => (given === initial ? '' : given.trim()) }
}

/** On, off, left to the default, or attributes of its own: `mode=max`. */
export function attestation(): Field<string | boolean | undefined> {
  return {
    default: '',
    read: (given) => {
      if (given.trim() === '') return undefined
      return /^(true|false)$/i.test(given.trim()) ? given.trim().toLowerCase() === 'true' : given.trim()
    },
  }
}

export function verbatim(entry: string): string {
  return entry
}

/** `NAME=value`, or for build arguments `NAME` alone: its value is then the environment's. */
export function parsePair(entry: string): string {
  if (/^[^=\s]+(=|$)/.test(entry)) return entry
  throw new FormatError('pair', entry, 'NAME=value')
}

/** A secret and its value, which may have several lines. */
export function parseSecret(entry: string, place: number): Readonly<{ id: string; value: string }> {
  const expected = 'id=value, with quotes around it where the value has several lines'
  const [id, value] = splitSecret(entry, place, expected)
  return { id, value }
}

/** A secret and where its value is: `id=VARIABLE` or `id=path`. */
export function parsePlace(entry: string, place: number): Readonly<{ id: string; place: string }> {
  const expected = 'the id of a secret, = and where its value is'
  const [id, where] = splitSecret(entry, place, expected)
  if (where.trim() === '') throw new FormatError('secret', `entry ${place + 1}`, expected)
  return { id, place: where.trim() }
}

/** Complains about an entry by its place: any part of it may be a piece of a secret that is not quoted as it should be. */
function splitSecret(entry: string, place: number, expected: string): readonly [id: string, rest: string] {
  const [, id, rest] = /^\s*([^=]+)=(.*)$/s.exec(entry) ?? []
  if (id === undefined || rest === undefined) throw new FormatError('secret', `entry ${place + 1}`, expected)
  return [id.trim(), rest]
}
