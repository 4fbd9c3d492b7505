import { type Clock, formatDuration } from '../system/clock.ts'
import type { Log } from '../system/log.ts'
import type { Finished, Run } from '../system/processes.ts'

/** In milliseconds: nobody should wonder for longer whether a pull still moves. */
const HEARTBEAT = 10_000

export type PullWorld = Readonly<{ run: Run; log: Pick<Log, 'line'>; clock: Pick<Clock, 'now' | 'every'> }>

/** Has the engine pull an image; a long pull says how far it is, every ten seconds. */
export async function pull(image: string, { run, log, clock }: PullWorld): Promise<Finished> {
  const layers = new Map<string, string>()
  const startedAt = clock.now()
  using _beat = clock.every(HEARTBEAT, () => {
    log.line(`pulling ${image} for ${formatDuration(clock.now() - startedAt)}: ${progressOf(layers)}`)
  })
  const onLine = (line: string) => {
    const [, layer, state] = /^([0-9a-f]{12}): (.+)$/.exec(line) ?? []
    if (layer !== undefined && state !== undefined) layers.set(layer, state)
  }
  return await run('docker', ['pull', image], { onLine })
}

/** Without a terminal docker says when a layer changes its state, and no bytes. */
function progressOf(layers: ReadonlyMap<string, string>): string {
  if (layers.size === 0) return 'waiting for the registry'
  const states = [...layers.values()]
  const here = states.filter((state) => HERE.has(state)).length
  const downloaded = states.filter((state) => DOWNLOADED.has(state)).length
  const more = downloaded > 0 ? `, ${downloaded} more downloaded` : ''
  return `${here} of ${layers.size} layers are here${more}`
}

const HERE = new Set(['Pull complete', 'Already exists'])
const DOWNLOADED = new Set(['Download complete', 'Verifying Checksum'])
