import type { Clock } from '../system/clock.ts'
import { type Event, parseEvent, type Warning } from './events.ts'
import { openKept, openRoom } from './kept.ts'
import type { BuildPlan } from './plan.ts'
import { instructionOf, openSteps, type Step } from './steps.ts'
import { isStopped, stepLines, transcript } from './transcript.ts'

/** What is known of one build while it runs and after it. */
export type Progress = Readonly<{
  /** takes a line that buildx has printed, or the event that one holds; gives the steps that have ended by it */
  take: (told: string | Event) => readonly Step[]
  /** what it is at, for how many milliseconds, and the last that was heard of that */
  now: () => Readonly<{ doing: string; milliseconds: number; last: string }>
  /** milliseconds since the last event; undefined where there was none */
  quiet: () => number | undefined
  /** the whole log, each step in one piece */
  log: () => readonly string[]
  /** the step that has failed, with the end of what it printed, and what buildx says to that */
  failure: () => readonly string[]
  /** what buildx has said besides telling steps */
  words: () => readonly string[]
  facts: () => Facts | undefined
  warnings: () => readonly Warning[]
}>

/** A build in figures. */
export type Facts = Readonly<{
  /** instructions of the Dockerfile that were needed, without FROM */
  steps: number
  /** those of them that were in a cache */
  cached: number
  /** whatever took longest, the longest first */
  slowest: readonly SlowStep[]
}>

/** `after` is when it began, in milliseconds since the build did; both by our own clock. */
export type SlowStep = Readonly<{ name: string; milliseconds: number; after: number }>

/** Lines of a failed step, and of buildx's own words, that an error repeats. */
const END = 25
/** How many steps are told as the slowest, and from how many milliseconds on a step is slow at all. */
const SLOWEST = 10
const NOTABLE = 100

/**
 * Reads what buildx prints: events of `--progress rawjson`, and its own words in between. A buildx that has no rawjson
 * says all of it in words. `begun` is when that build was, in milliseconds of the clock: it may be a second try.
 */
export function openProgress({ now }: Pick<Clock, 'now'>, begun = now()): Progress {
  const room = openRoom()
  const steps = openSteps(room)
  const said = openKept(room)
  // When each step was first heard of, by our own clock: the builder's may be another.
  const heard: number[] = []
  let last: number | undefined
  let plain = { doing: 'building', since: now() }
  const words = () => said.lines().map(({ text }) => text)
  return {
    take: (told) => {
      const event = typeof told === 'string' ? parseEvent(told) : told
      if (event === undefined) {
        takeWords(String(told))
        return []
      }
      last = now()
      const ended = steps.take(event)
      while (heard.length < steps.all.length) heard.push(last)
      return ended
    },
    now: () => {
      const running = steps.all.filter(({ milliseconds }) => milliseconds === undefined)
      const step = running.find(({ name }) => instructionOf(name) !== undefined) ?? running[0]
      const [doing, since, text] = step
        ? [shortName(step.name), heard[step.number - 1] ?? now(), step.printed.last()]
        : last !== undefined
          ? ['waiting', last, '']
          : [plain.doing, plain.since, said.last()]
      return { doing, milliseconds: now() - since, last: text }
    },
    quiet: () => (last === undefined ? undefined : now() - last),
    log: () => [...transcript(steps.all), ...(steps.all.length > 0 && said.last() ? [''] : []), ...words()],
    failure: () => {
      const failed = steps.all.filter(({ error }) => error !== '' && !isStopped(error))
      // The step has said it already.
      const others = words().filter((line) => !failed.some(({ error }) => line.endsWith(error)))
      return [...failed.flatMap(endOfStep), ...others.slice(-END)]
    },
    words,
    facts: () =>
      steps.all.length > 0
        ? factsOf(steps.all, ({ number }) => (heard[number - 1] ?? begun) - begun)
        : undefined,
    warnings: () => steps.warnings,
  }

  function takeWords(line: string): void {
    const doing = plainStep(line)
    if (doing !== undefined) plain = { doing, since: now() }
    said.keep({ text: line.trimEnd(), at: 0 })
  }
}

/** How a buildx of this version is to tell what it does: events came with v0.13. */
export function styleFor(version: string): BuildPlan['style'] {
  return isSince(13, version) ? 'rawjson' : 'plain'
}

/** Whether this buildx is v0.34 or newer, whose bake builds as its `build` does, hosts in order, and sends a context once. */
export function canBake(version: string): boolean {
  return isSince(34, version)
}

/** One that has no version is a new one. */
function isSince(first: number, version: string): boolean {
  const [, minor] = /^v?0\.(\d+)\./.exec(version) ?? []
  return minor === undefined || version.startsWith('0.0.0') || Number(minor) >= first
}

/** The step that a line of the plain log begins, like `[2/3] RUN make`; undefined for any other line. */
function plainStep(line: string): string | undefined {
  const [, step] = /^#\d+ (\[[^\]]*\d+\/\d+\] .*)$/.exec(line) ?? []
  return step && shortName(step)
}

function endOfStep(step: Step): readonly string[] {
  const [heading = '', ...lines] = stepLines(step)
  return [heading, ...lines.slice(-END)]
}

function factsOf(steps: readonly Step[], after: (step: Step) => number): Facts {
  const instructions = steps.filter(({ name }) => !/^FROM /.test(instructionOf(name)?.text ?? 'FROM '))
  const slowest = steps
    .map((step) => ({ name: shortName(step.name), milliseconds: step.milliseconds ?? 0, after: after(step) }))
    .filter(({ milliseconds }) => milliseconds >= NOTABLE)
    .toSorted((a, b) => b.milliseconds - a.milliseconds)
  return {
    steps: instructions.length,
    cached: instructions.filter(({ cached }) => cached).length,
    slowest: slowest.slice(0, SLOWEST),
  }
}

/** `[compile 3/7] RUN make` is `compile 3/7 RUN make`, and an image goes without its digest. */
export function shortName(name: string): string {
  const instruction = instructionOf(name)
  const text = instruction
    ? [instruction.stage, `${instruction.place}/${instruction.of}`, instruction.text]
        .filter(Boolean)
        .join(' ')
    : name
  const line = text.replace(/@sha(?:256|512):[0-9a-f]+/, '').replace(/\s+/g, ' ')
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}

/** Characters of a step's name that fit on a line with other things. */
const LONGEST = 80
