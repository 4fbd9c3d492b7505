import { readdir, readFile } from 'node:fs/promises'
import type { Environment } from './processes.ts'

const MARK = 'MULTIARCH_RUN'

/** The environment of every program that this run starts: by it they are known when the run itself is gone. */
export function marked(env: Environment, run: string): Environment {
  return { ...env, [MARK]: run }
}

/** The programs that runs of this action have started and that have not ended, by the runs' names; as far as /proc tells. */
export async function tracesOfRuns(): Promise<ReadonlyMap<string, readonly number[]>> {
  const entries = await readdir('/proc').catch(() => [])
  const found = await Promise.all(entries.filter((name) => /^\d+$/.test(name)).map(traceOf))
  const traces = found.flatMap((trace) => trace ?? [])
  return new Map(
    [...Map.groupBy(traces, ({ run }) => run)].map(([run, those]) => [run, those.map(({ pid }) => pid)]),
  )
}

/** Ends what a killed run has left running: it would go on to make what is about to be taken back. */
export async function endTraces(
  run: string,
  kill: (pid: number) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const pids = (await tracesOfRuns()).get(run) ?? []
    if (pids.length === 0) return
    for (const pid of pids) end(pid, kill)
  }
}

async function traceOf(name: string): Promise<Readonly<{ run: string; pid: number }> | undefined> {
  const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '')
  const mark = environment.split('\0').find((variable) => variable.startsWith(`${MARK}=`))
  return mark === undefined ? undefined : { run: mark.slice(MARK.length + 1), pid: Number(name) }
}

function end(pid: number, kill: (pid: number) => void): void {
  try {
    kill(pid)
  } catch (error: unknown) {
    // It has ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
