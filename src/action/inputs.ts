import { parseAnnotation } from '../image/annotation.ts'
import { FormatError } from '../image/format-error.ts'
import { parsePlatform } from '../image/platform.ts'
import { parseTagRef } from '../image/reference.ts'
import { readList } from './lists.ts'

/** One input of action.yml: its default there, and how its text becomes a value. Throws FormatError. */
type Input<T> = Readonly<{ default: string; read: (text: string) => T }>

/**
 * Every input, in the order of action.yml. Names and syntax are those of docker/build-push-action v7 and
 * docker/setup-buildx-action v4 where they have them. To add an input, add a row here and one there.
 */
export const INPUTS = {
  mode: choice(['build'], 'build'),
  platforms: list(parsePlatform, { commas: true }),
  tags: list(parseTagRef, { commas: true }),
  push: flag('true'),
  context: text('.'),
  file: text(),
  target: text(),
  'build-args': list(parsePair),
  labels: list(parsePair),
  annotations: list(parseAnnotation),
  secrets: list(parseSecret, { secret: true }),
  'cache-from': list(verbatim),
  'cache-to': list(verbatim),
  'no-cache': flag('false'),
  pull: flag('false'),
  provenance: attestation(),
  sbom: attestation(),
  builder: text(),
  'driver-opts': list(verbatim, { quotes: false }),
  'buildkitd-config-inline': text(),
  'buildkit-image': text('moby/buildkit:buildx-stable-1'),
  'binfmt-image': text('tonistiigi/binfmt:latest'),
  'keep-emulators': flag('true'),
} as const

export type InputName = keyof typeof INPUTS
export type Inputs = {
  readonly [Name in InputName]: (typeof INPUTS)[Name] extends Input<infer T> ? T : never
}

/** Something wrong with one input. */
export type Complaint = Readonly<{ input: InputName; message: string }>

/** Everything that is wrong with the inputs, at once. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly complaints: readonly Complaint[]

  constructor(complaints: readonly Complaint[]) {
    super(complaints.map(({ input, message }) => `input "${input}": ${message}`).join('\n'))
    this.complaints = complaints
  }
}

/** The values, with its default in place of each input that is complained about. */
export type Reading = Readonly<{ inputs: Inputs; complaints: readonly Complaint[] }>

/** Text becomes values. `read` gives an input's text, or '' where it is not set. */
export function readInputs(read: (name: string) => string): Reading {
  const complaints: Complaint[] = []
  const values = Object.entries(INPUTS).map(([name, input]) => {
    try {
      return [name, input.read(read(name) || input.default)]
    } catch (error: unknown) {
      complaints.push(...complaintsOf(name as InputName, error))
      return [name, input.read(input.default)]
    }
  })
  return { inputs: Object.fromEntries(values), complaints }
}

function complaintsOf(input: InputName, error: unknown): readonly Complaint[] {
  if (error instanceof AggregateError) return error.errors.flatMap((one) => complaintsOf(input, one))
  if (error instanceof Error) return [{ input, message: error.message }]
  throw error
}

function text(initial = ''): Input<string> {
  return { default: initial, read: (given) => given.trim() }
}

function flag(initial: 'true' | 'false'): Input<boolean> {
  return {
    default: initial,
    read: (given) => {
      if (/^(true|True|TRUE)$/.test(given)) return true
      if (/^(false|False|FALSE)$/.test(given)) return false
      throw new FormatError('switch', given, 'true or false')
    },
  }
}

function choice<T extends string>(options: readonly T[], initial: T): Input<T> {
  return {
    default: initial,
    read: (given) => {
      const chosen = options.find((option) => option === given.trim())
      if (chosen === undefined) throw new FormatError('mode', given, options.join(', '))
      return chosen
    },
  }
}

/** A list complains about each of its entries, not only the first. */
function list<T>(
  readEntry: (entry: string, place: number) => T,
  { commas = false, quotes = true, secret = false } = {},
): Input<readonly T[]> {
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
function attestation(): Input<string | boolean | undefined> {
  return {
    default: '',
    read: (given) => {
      if (given.trim() === '') return undefined
      return /^(true|false)$/i.test(given.trim()) ? given.trim().toLowerCase() === 'true' : given.trim()
    },
  }
}

function verbatim(entry: string): string {
  return entry
}

/** `NAME=value`, or for build arguments `NAME` alone: its value is then the environment's. */
function parsePair(entry: string): string {
  if (/^[^=\s]+(=|$)/.test(entry)) return entry
  throw new FormatError('pair', entry, 'NAME=value')
}

/** Complains about an entry by its place: any part of it may be a piece of a secret that is not quoted as it should be. */
function parseSecret(entry: string, place: number): Readonly<{ id: string; value: string }> {
  const [, id, value] = /^([^=]+)=(.*)$/s.exec(entry) ?? []
  if (id === undefined || value === undefined) {
    const expected = 'id=value, with quotes around it where the value has several lines'
    throw new FormatError('secret', `entry ${place + 1}`, expected)
  }
  return { id: id.trim(), value }
}
