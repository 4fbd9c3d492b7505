import type { NodeSpec } from '../builder/nodes.ts'
import { FormatError } from '../image/format-error.ts'
import { parsePlatform } from '../image/platform.ts'
import { type Field, flag, type ParseYaml } from './fields.ts'
import { readList } from './lists.ts'

/**
 * The input `append`: nodes for a builder, as docker/setup-buildx-action has it, or whether a merge adds to an image.
 * The mode decides which of them means something.
 */
export function nodesOrFlag(): Field<boolean | readonly NodeSpec[]> {
  const whether = flag('false')
  return {
    default: whether.default,
    read: (given, yaml) => {
      if (!isYaml(given)) return whether.read(given)
      if (yaml === undefined) throw new Error('is YAML, and nobody has brought what reads it')
      return readNodes(parseWith(yaml, given))
    },
  }
}

/** Whether a text can be a list of nodes, so that what reads YAML is worth loading. */
export function isYaml(text: string): boolean {
  return text.includes(':')
}

function parseWith(yaml: ParseYaml, text: string): unknown {
  try {
    return yaml(text)
  } catch (error: unknown) {
    const [why] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new Error(`cannot be read as YAML: ${why?.replace(/:$/, '')}`, { cause: error })
  }
}

const KEYS = ['name', 'endpoint', 'driver-opts', 'buildkitd-flags', 'platforms']

/** Throws an AggregateError with all that is wrong. */
function readNodes(value: unknown): readonly NodeSpec[] {
  if (!Array.isArray(value))
    throw new FormatError('list of nodes', textOf(value), 'a YAML list, each entry like "- endpoint: …"')
  const errors: unknown[] = []
  const nodes = value.flatMap((entry: unknown, place) => {
    try {
      return [readNode(entry)]
    } catch (error: unknown) {
      const all = error instanceof AggregateError ? error.errors : [error]
      errors.push(
        ...all.map((one) => new Error(`node ${place + 1}: ${one instanceof Error ? one.message : one}`)),
      )
      return []
    }
  })
  if (errors.length > 0) throw new AggregateError(errors)
  return nodes
}

function readNode(entry: unknown): NodeSpec {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw new FormatError('node', textOf(entry), `a map with ${KEYS.join(', ')}`)
  const fields = new Map<string, unknown>(Object.entries(entry))
  const errors: unknown[] = [...fields.keys()]
    .filter((key) => !KEYS.includes(key))
    .map((key) => new FormatError('key of a node', key, KEYS.join(', ')))
  const word = (key: string) => attempt('', () => wordOf(key, fields.get(key)))
  const several = (key: string, commas: boolean) => attempt([], () => wordsOf(key, fields.get(key), commas))
  const node = {
    ...{ name: word('name'), endpoint: word('endpoint'), flags: word('buildkitd-flags') },
    driverOptions: several('driver-opts', false),
    platforms: several('platforms', true).flatMap((text) => attempt([], () => [parsePlatform(text)])),
  }
  if (errors.length > 0) throw new AggregateError(errors)
  return node

  function attempt<T>(otherwise: T, read: () => T): T {
    try {
      return read()
    } catch (error: unknown) {
      errors.push(error)
      return otherwise
    }
  }
}

function wordOf(key: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string' || typeof value === 'number') return String(value).trim()
  throw new FormatError(key, textOf(value), 'text')
}

/** A YAML list, or text with one entry a line. */
function wordsOf(key: string, value: unknown, commas: boolean): readonly string[] {
  if (!Array.isArray(value)) return readList(wordOf(key, value), { commas, quotes: false })
  return value.map((entry) => wordOf(key, entry)).filter(Boolean)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
