import { type Progress, shortName } from '../../build/progress.ts'
import { instructionOf, type Step } from '../../build/steps.ts'
import { isStopped } from '../../build/transcript.ts'
import { type Clock, formatDuration } from '../../system/clock.ts'
import type { Log } from '../../system/log.ts'

/** How often builds say that they live, in milliseconds. */
const HEARTBEAT = 20_000

/** What only matters when it takes long: from so many milliseconds on. */
const LONG = 1_000

/** Characters of a build's output that fit on a line with other things. */
const GLIMPSE = 100

export type Live = Disposable &
  Readonly<{
    begin: (name: string, progress: Pick<Progress, 'now'>) => void
    /** steps that have ended */
    tell: (name: string, ended: readonly Step[]) => void
    end: (name: string) => void
  }>

/** A build, and how long each of its steps had taken when that was said. */
type Watched = Readonly<{ progress: Pick<Progress, 'now'>; told: Map<number, number> }>

/** Lines that say what several builds are doing, while their logs wait to be written in one piece. */
export function openLive(names: readonly string[], log: Pick<Log, 'line'>, clock: Clock): Live {
  const width = Math.max(...names.map((name) => name.length))
  const builds = new Map<string, Watched>()
  const beat = clock.every(HEARTBEAT, sayTheyLive)
  return {
    begin: (name, progress) => void builds.set(name, { progress, told: new Map() }),
    tell,
    end: (name) => void builds.delete(name),
    [Symbol.dispose]: () => beat[Symbol.dispose](),
  }

  function tell(name: string, ended: readonly Step[]): void {
    for (const step of ended) {
      const { number, milliseconds = 0 } = step
      const told = builds.get(name)?.told
      const before = told?.get(number)
      if (!isWorthALine(step) || (before !== undefined && milliseconds - before < LONG)) continue
      told?.set(number, milliseconds)
      write(name, shortName(step.name), `${step.error ? 'failed after ' : ''}${formatDuration(milliseconds)}`)
    }
  }

  function sayTheyLive(): void {
    for (const [name, { progress }] of builds) {
      const { doing, milliseconds, last } = progress.now()
      const what = `${formatDuration(milliseconds)} so far`
      write(name, doing, last === '' ? what : `${what}: ${glimpse(last)}`)
    }
  }

  function write(name: string, doing: string, what: string): void {
    // A build that writes files has its platform in the names of its steps.
    const short = doing.startsWith(`${name} `) ? doing.slice(name.length + 1) : doing
    log.line(`${name.padEnd(width)}  ${short}  ${what}`)
  }
}

/** What a Dockerfile says, and other things that take long. What came from a cache did not happen. */
function isWorthALine({ name, cached, error, milliseconds = 0 }: Step): boolean {
  if (cached || isStopped(error)) return false
  return milliseconds >= LONG || /^(?!FROM )/.test(instructionOf(name)?.text ?? 'FROM ')
}

/** Without colours, which would spoil the line they are put on. */
function glimpse(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with one
  const plain = text.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '').trim()
  return plain.length > GLIMPSE ? `${plain.slice(0, GLIMPSE - 1)}…` : plain
}
