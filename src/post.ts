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

/** In milliseconds: a job that is done should not wait for its cleaning. */
const TIME_LIMIT = 30_000

const { follow } = openPrograms(process.env)
const run = stoppable(follow, AbortSignal.timeout(TIME_LIMIT))

for (const entry of readLedger(loadLedger())) {
  try {
    log.line(await undo(entry, run))
  } catch (error: unknown) {
    log.warn(`Could not clean up: ${error instanceof Error ? error.message : error}`)
  }
}

/** Takes one thing back; says what was done. */
async function undo(entry: Entry, run: Run): Promise<string> {
  switch (entry.kind) {
    case 'builder':
      return `Removed the builder ${entry.name}${await ended(removeBuilder(entry, run))}`
    case 'context':
      return `Removed the docker context ${entry.name}${await ended(removeContext(entry, run))}`
    case 'emulators':
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
