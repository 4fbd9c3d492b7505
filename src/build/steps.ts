import type { Event, Status, Vertex, Warning } from './events.ts'
import type { Room } from './kept.ts'
import { openPrinted, type Printed } from './printed.ts'

/** One step of a build. */
export type Step = Readonly<{
  /** its place in the order in which steps have started, from 1 */
  number: number
  name: string
  /** milliseconds since 1970, by the builder's clock */
  startedAt: number
  /** undefined while it runs */
  milliseconds?: number
  cached: boolean
  /** empty while nothing is wrong */
  error: string
  statuses: ReadonlyMap<string, Status>
  printed: Printed
  warnings: readonly Warning[]
}>

export type Steps = Readonly<{
  all: readonly Step[]
  /** every complaint of the build checks, once */
  warnings: readonly Warning[]
  /** takes an event; gives the steps that have ended by it */
  take: (event: Event) => readonly Step[]
}>

/** A step that is still told about. */
type Draft = { -readonly [Key in keyof Step]: Step[Key] } & {
  statuses: Map<string, Status>
  warnings: Warning[]
  /** from when to when it was worked on: it may be taken up again */
  spans: Map<number, number | undefined>
}

/** Puts the events of one build together, step by step. */
export function openSteps(room: Room): Steps {
  const steps = new Map<string, Draft>()
  const warnings = new Map<string, Warning>()
  const all: Draft[] = []
  return {
    all,
    get warnings() {
      return [...warnings.values()]
    },
    take: (event) => {
      const ended = event.vertexes.filter(takeVertex).flatMap(({ digest }) => steps.get(digest) ?? [])
      for (const status of event.statuses) steps.get(status.vertex)?.statuses.set(status.id, status)
      for (const { vertex, data, timestamp } of event.logs) steps.get(vertex)?.printed.take(data, timestamp)
      for (const warning of event.warnings) takeWarning(warning)
      return ended
    },
  }

  /** Whether the step has ended by it. A step that is only announced has no number yet. */
  function takeVertex(vertex: Vertex): boolean {
    const { digest, started, completed } = vertex
    if (started === undefined) return false
    const step = steps.get(digest) ?? begin(vertex, started)
    step.spans.set(started, completed)
    step.cached = vertex.cached
    step.error = vertex.error
    delete step.milliseconds
    if (completed === undefined) return false
    step.milliseconds = [...step.spans].reduce((sum, [from, to]) => sum + (to ?? from) - from, 0)
    step.printed.close()
    return true
  }

  function begin({ digest, name }: Vertex, startedAt: number): Draft {
    const step: Draft = {
      ...{ number: all.length + 1, name, startedAt, cached: false, error: '' },
      ...{ statuses: new Map(), printed: openPrinted(room), warnings: [], spans: new Map() },
    }
    steps.set(digest, step)
    all.push(step)
    return step
  }

  function takeWarning(warning: Warning): void {
    const key = JSON.stringify([warning.short, warning.file, warning.line])
    if (warnings.has(key)) return
    warnings.set(key, warning)
    steps.get(warning.vertex)?.warnings.push(warning)
  }
}

/** The instruction of a Dockerfile that a step carries out: `[compile 2/5] RUN make` is `RUN make`, 2 of 5. */
export type Instruction = Readonly<{ stage: string; place: number; of: number; text: string }>

/** Undefined for what BuildKit does besides, such as loading the context or exporting. */
export function instructionOf(name: string): Instruction | undefined {
  const [, stage = '', place, of, text = ''] = /^\[(?:(.*) )?(\d+)\/(\d+)\] (.*)$/s.exec(name) ?? []
  return place === undefined ? undefined : { stage, place: Number(place), of: Number(of), text }
}
