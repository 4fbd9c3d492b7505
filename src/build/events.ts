/** What BuildKit tells of a build, as `--progress rawjson` prints it: one such object a line (its `SolveStatus`). */
export type Event = Readonly<{
  vertexes: readonly Vertex[]
  statuses: readonly Status[]
  logs: readonly Output[]
  warnings: readonly Warning[]
}>

/** A step, told anew whenever something about it changes. It may start and complete several times. */
export type Vertex = Readonly<{
  digest: string
  name: string
  /** milliseconds since 1970, by the builder's clock; undefined until it is so far */
  started?: number
  completed?: number
  cached: boolean
  error: string
}>

/** A part of a step, such as the transfer of one layer. Figures are bytes, 0 where it has none. */
export type Status = Readonly<{
  vertex: string
  id: string
  current: number
  total: number
  started?: number
  completed?: number
}>

/** What a step has printed: a piece of it, cut anywhere. */
export type Output = Readonly<{ vertex: string; stream: number; data: Uint8Array; timestamp: number }>

/** A build check's complaint about the Dockerfile. */
export type Warning = Readonly<{
  vertex: string
  /** `Rule: what is wrong (line 3)` */
  short: string
  detail: readonly string[]
  /** where the rule is explained; empty where nowhere */
  url: string
  file: string
  /** counted from 1; undefined where it is about no line */
  line?: number
  endLine?: number
}>

/** The event that a line holds; undefined for any other line, as buildx says its own words in between. */
export function parseEvent(line: string): Event | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const { vertexes, statuses, logs, warnings } = members(JSON.parse(line))
    if (![vertexes, statuses, logs, warnings].some(Array.isArray)) return undefined
    return {
      vertexes: items(vertexes).map(vertex),
      statuses: items(statuses).map(status),
      logs: items(logs).map(output),
      warnings: items(warnings).map(warning),
    }
  } catch {
    return undefined
  }
}

type Members = Readonly<Record<string, unknown>>

function vertex({ digest, name, cached, error, ...rest }: Members): Vertex {
  return {
    digest: text(digest),
    name: text(name),
    cached: cached === true,
    error: text(error),
    ...span(rest),
  }
}

function status({ vertex, id, current, total, ...rest }: Members): Status {
  return { vertex: text(vertex), id: text(id), current: figure(current), total: figure(total), ...span(rest) }
}

function output({ vertex, stream, data, timestamp }: Members): Output {
  return {
    vertex: text(vertex),
    stream: figure(stream),
    data: Buffer.from(text(data), 'base64'),
    timestamp: time(timestamp) ?? 0,
  }
}

function warning({ vertex, short, detail, url, sourceInfo, range }: Members): Warning {
  const [first] = items(range)
  const line = figure(members(first?.['start'])['line'])
  const endLine = figure(members(first?.['end'])['line'])
  return {
    vertex: text(vertex),
    short: decoded(short),
    detail: Array.isArray(detail) ? detail.map(decoded) : [],
    url: text(url),
    file: text(members(sourceInfo)['filename']),
    ...(line > 0 && { line, endLine: Math.max(line, endLine) }),
  }
}

function span({ started, completed }: Members): Pick<Vertex, 'started' | 'completed'> {
  const [from, to] = [time(started), time(completed)]
  return { ...(from !== undefined && { started: from }), ...(to !== undefined && { completed: to }) }
}

/** RFC 3339 with nanoseconds, of which milliseconds are kept. */
function time(value: unknown): number | undefined {
  const parsed = Date.parse(text(value))
  return Number.isNaN(parsed) ? undefined : parsed
}

function decoded(value: unknown): string {
  return Buffer.from(text(value), 'base64').toString('utf8')
}

function items(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.map(members) : []
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function figure(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
