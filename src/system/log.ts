import { type Clock, formatDuration } from './clock.ts'

/** What people read while the step runs. */
export type Log = Readonly<{
  line: (text: string) => void
  /** A folded group, written at once so that stages running side by side never mix. */
  group: (title: string, lines: readonly string[]) => void
  /** A warning on the run's page: only for what somebody should act on. */
  warn: (text: string) => void
}>

export type Say = (line: string) => void

/** How long each stage took, in the order they ended. */
export type Stage = Readonly<{ name: string; startedAt: number; milliseconds: number }>

export type Stages = Readonly<{
  done: readonly Stage[]
  /** Does a piece of work and writes what it said as one folded group when it ends, well or badly. */
  run: <T>(name: string, work: (say: Say) => Promise<T>) => Promise<T>
}>

export function openStages(log: Log, clock: Pick<Clock, 'now'>): Stages {
  const done: Stage[] = []
  return {
    done,
    run: async (name, work) => {
      const lines: string[] = []
      const startedAt = clock.now()
      try {
        return await work((line) => lines.push(line))
      } finally {
        const milliseconds = clock.now() - startedAt
        done.push({ name, startedAt, milliseconds })
        log.group(`${name} (${formatDuration(milliseconds)})`, lines)
      }
    },
  }
}
