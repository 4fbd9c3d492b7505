import { basename } from 'node:path'
import process from 'node:process'
import { readLedger } from './action/ledger.ts'
import { loadLedger, log } from './action/runner.ts'
import { removeBuilder } from './builder/builder.ts'
import { removeContext } from './builder/tls-context.ts'
import { removeEmulators } from './emulation/install.ts'
import type { Entry } from './flows/world.ts'
import { openPrograms } from './programs.ts'
import { files } from './system/files.ts'
import { type Run, stoppable } from './system/processes.ts'
import { endTraces, tracesOfRuns } from './system/traces.ts'

/** In milliseconds: a job that is done should not wait for its cleaning. With the last program's end it is 30 s at most. */
const TIME_LIMIT = 28_000

const signal = AbortSignal.timeout(TIME_LIMIT)
const { follow } = openPrograms(process.env)
const run = stoppable(follow, signal)

const entries = readLedger(loadLedger())
for (const entry of entries) if (entry.kind === 'folder') await attempt(() => endTracesOf(entry.path))
for (const entry of entries) await attempt(async () => log.line(await undo(entry, run)))

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error: unknown) {
    log.warn(`Could not clean up: ${error instanceof Error ? error.message : error}`)
  }
}

/** What a killed step has started goes on without it, and would make what is about to be removed. */
async function endTracesOf(folder: string): Promise<void> {
  await endTraces(basename(folder), (pid) => process.kill(pid, 'SIGKILL'), signal)
}

/** Takes one thing back; says what was done. */
async function undo(entry: Entry, run: Run): Promise<string> {
  switch (entry.kind) {
    case 'builder':
      return `Removed the builder ${entry.name}${await ended(removeBuilder(entry, run))}`
    case 'context':
      return `Removed the docker context ${entry.name}${await ended(removeContext(entry, run))}`
    case 'emulators':
      if ((await tracesOfRuns()).size > 0)
        return `Left ${entry.handlers.join(', ')} where it is: another job on this machine may be using it`
      return `Removed ${entry.handlers.join(', ')}${await ended(removeEmulators(entry, run))}`
    case 'folder':
      await files.remove(entry.path)
      return `Removed ${entry.path}`
  }
}

async function ended(command: ReturnType<Run>): Promise<''> {
  const { code, stderr } = await command
  if (code !== 0) throw new Error(stderr || `exit code ${code}`)
  return ''
}
