import { FormatError } from '../image/format-error.ts'
import { readList } from './lists.ts'

/** One kind of input: its default in action.yml, and how its text becomes a value. Throws FormatError. */
export type Field<T> = Readonly<{ default: string; read: (text: string) => T }>

export function text(initial = ''): Field<string> {
  return { default: initial, read: (given) => given.trim() }
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

/** A list complains about each of its entries, not only the first. */
export function list<T>(
  readEntry: (entry: string, place: number) => T,
  { commas = false, quotes = true, secret = false } = {},
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
      return readList(given, { commas, quotes })
    } catch {
      throw new FormatError('list', secret ? '***' : given, 'one entry a line, with every quote closed')
    }
  }
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

/** Complains about an entry by its place: any part of it may be a piece of a secret that is not quoted as it should be. */
export function parseSecret(entry: string, place: number): Readonly<{ id: string; value: string }> {
  const [, id, value] = /^([^=]+)=(.*)$/s.exec(entry) ?? []
  if (id === undefined || value === undefined) {
    const expected = 'id=value, with quotes around it where the value has several lines'
    throw new FormatError('secret', `entry ${place + 1}`, expected)
  }
  return { id: id.trim(), value }
}
