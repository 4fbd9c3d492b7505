import { FormatError } from '../image/format-error.ts'
import { type Narrowed, parseNarrowed } from '../image/narrowed.ts'
import { readList } from './lists.ts'

/** One kind of input: its default in action.yml, and how its text becomes a value. Throws FormatError. */
export type Field<T> = Readonly<{ default: string; read: (text: string, yaml?: ParseYaml) => T }>

/** The package that reads YAML is large, and few write any: who needs it hands it in. */
export type ParseYaml = (text: string) => unknown

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
  /** what an entry should be, where nothing of it may be shown: any part may be a piece of a secret */
  secret?: string
}>

/** A list complains about each of its entries, not only the first. */
export function list<T>(
  readEntry: (entry: string) => T,
  { commas = false, quotes = true, trim = true, secret }: ListOptions = {},
): Field<readonly T[]> {
  return {
    default: '',
    read: (given) => {
      const errors: unknown[] = []
      const values = entries(given).flatMap((entry, place) => {
        try {
          return [readEntry(entry)]
        } catch (error: unknown) {
          errors.push(secret === undefined ? error : new FormatError('secret', `entry ${place + 1}`, secret))
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
      throw new FormatError(
        'list',
        secret === undefined ? given : '***',
        'one entry a line, with every quote closed',
      )
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

/** An entry that may be for some platforms only, like `[linux/arm64] GOARM=7`. */
export function narrowed<T>(readEntry: (entry: string) => T): (entry: string) => Narrowed<T> {
  return (entry) => {
    const { only, value } = parseNarrowed(entry)
    return { only, value: readEntry(value) }
  }
}

/** A span of time as milliseconds, undefined where none is said: `90s`, `10m`, `1h30m`. */
export function duration(): Field<number | undefined> {
  return optional((given) => {
    const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(given) ?? []
    const [h, m, s] = [hours, minutes, seconds].map((digits) => Number(digits ?? 0))
    const sum = ((h ?? 0) * 60 + (m ?? 0)) * 60 + (s ?? 0)
    if (sum === 0)
      throw new FormatError('duration', given, 'hours, minutes and seconds, like 90s, 10m or 1h30m')
    return sum * 1000
  })
}

const CALLS = ['check', 'outline', 'targets']

/** What the Dockerfile is asked, with attributes like `check,format=json`; `build` is no question. */
export function call(): Field<string | undefined> {
  return {
    default: '',
    read: (given) => {
      const [, name = ''] = /^\s*(\w*)\s*(,|$)/.exec(given) ?? []
      if (given.trim() === '' || given.trim() === 'build') return undefined
      if (!CALLS.includes(name)) throw new FormatError('call', given, `build, ${CALLS.join(', ')}`)
      return given.trim()
    },
  }
}

export function verbatim(entry: string): string {
  return entry
}

/** `NAME=value`, or for build arguments `NAME` alone: its value is then the environment's. */
export function parsePair(entry: string): string {
  if (/^[^=\s"]+(=|$)/.test(entry)) return entry
  throw new FormatError('pair', entry, 'NAME=value; quotes go around the whole entry')
}

/** Secrets and their values, which may have several lines. */
export function secrets() {
  const secret = 'id=value, with quotes around it where the value has several lines'
  return list(
    narrowed((entry) => {
      const { id, rest: value } = splitPair(entry)
      return { id, value }
    }),
    { trim: false, secret },
  )
}

/** Secrets and where their values are: `id=VARIABLE` or `id=path`. */
export function places({ commas = false } = {}) {
  return list(
    narrowed((entry) => {
      const { id, rest } = splitPair(entry)
      if (rest.trim() === '') throw new FormatError('secret', entry, 'a place')
      return { id, place: rest.trim() }
    }),
    { commas, secret: 'the id of a secret, = and where its value is' },
  )
}

function splitPair(entry: string): Readonly<{ id: string; rest: string }> {
  const [, id, rest] = /^\s*([^=]+)=(.*)$/s.exec(entry) ?? []
  if (id === undefined || rest === undefined) throw new FormatError('secret', entry, 'id=value')
  return { id: id.trim(), rest }
}
