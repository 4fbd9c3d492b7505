import type { Platform } from '../image/platform.ts'
import { type Clock, formatDuration } from './clock.ts'

/** What people read while the step runs. */
export type Log = Readonly<{
  line: (text: string) => void
  /** A folded group, written at once so that stages running side by side never mix. */
  group: (title: string, lines: readonly string[]) => void
  /** A warning on the run's page: only for what somebody should act on. */
  warn: (text: string, about?: Partial<Place> & Readonly<{ title?: string }>) => void
}>

/** Lines of a file of the user's, by its path from the workspace. They are counted from 1. */
export type Place = Readonly<{ file: string; line: number; endLine: number }>

export type Say = (line: string) => void

/** How long each stage took, in the order they ended. */
export type Stage = Readonly<{
  name: string
  startedAt: number
  milliseconds: number
  /** how it ended, where it did not end well */
  ended?: string
  /** what it was done for, where it was for one platform */
  platform?: Platform
}>

export type StageOptions = Readonly<{
  platform?: Platform
  /** milliseconds at its end in which nothing was done for it */
  idle?: () => number
  /** the word for how badly it ended */
  ended?: (error: unknown) => string
}>

export type Stages = Readonly<{
  done: readonly Stage[]
  /** Does a piece of work and writes what it said as one folded group when it ends, well or badly. */
  run: <T>(name: string, work: (say: Say) => Promise<T>, options?: StageOptions) => Promise<T>
}>

export function openStages(log: Log, clock: Pick<Clock, 'now'>): Stages {
  const done: Stage[] = []
  return {
    done,
    run: async (name, work, { platform, idle = () => 0, ended: wordFor = () => 'failed' } = {}) => {
      const lines: string[] = []
      const startedAt = clock.now()
      let ended: string | undefined
      try {
        return await work((line) => lines.push(line))
      } catch (error: unknown) {
        ended = wordFor(error)
        throw error
      } finally {
        const milliseconds = clock.now() - startedAt - idle()
        const more = { ...(ended !== undefined && { ended }), ...(platform && { platform }) }
        done.push({ name, startedAt, milliseconds, ...more })
        log.group(`${[name, ended].filter(Boolean).join(', ')} (${formatDuration(milliseconds)})`, lines)
      }
    },
  }
}
