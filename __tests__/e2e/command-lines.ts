import { readdir, readFile } from 'node:fs/promises'
import { setInterval } from 'node:timers/promises'

/** How often to look, in milliseconds: a program of ours lives longer. */
const OFTEN = 10

/** Everything that stands on a command line of this machine, containers included, until it is disposed of. */
export function watchCommandLines() {
  const seen = new Set<string>()
  const over = new AbortController()
  const watching = watch().catch((error: unknown) => {
    if (!over.signal.aborted) throw error
  })
  return {
    seen,
    [Symbol.asyncDispose]: async () => {
      over.abort()
      await watching
    },
  }

  async function watch(): Promise<void> {
    for await (const _ of setInterval(OFTEN, undefined, { signal: over.signal })) {
      const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
      const lines = await Promise.all(
        // A process that has ended in the meantime has nothing to say.
        processes.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
      )
      for (const line of lines) seen.add(line.replaceAll('\0', ' '))
    }
  }
}
