import { randomBytes } from 'node:crypto'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { readInputs } from './action/inputs.ts'
import { openLedger } from './action/ledger.ts'
import { toMetadata, toOutputs } from './action/outputs.ts'
import { toReport } from './action/report.ts'
import { toRequest } from './action/request.ts'
import * as runner from './action/runner.ts'
import { closingTable, toSummary } from './action/summary.ts'
import { build } from './flows/build.ts'
import type { Places, World } from './flows/world.ts'
import type { Registry } from './registry/client.ts'
import { clock } from './system/clock.ts'
import { files } from './system/files.ts'
import { openStages } from './system/log.ts'
import { openProcesses } from './system/processes.ts'

const { env } = process
const wire = openWire()

try {
  const request = toRequest(readInputs(runner.readInput), runner.readRun(env))
  for (const { value } of request.recipe.secrets) runner.mask(value)
  const world = openWorld(wire.registry)
  const result = await build(request, world)
  const metadataFile = join(world.places.own, 'metadata.json')
  await files.write(metadataFile, toMetadata(result))
  runner.setOutputs(toOutputs(result, metadataFile))
  runner.writeLines(closingTable(result))
  await runner.writeSummary(toSummary(result), env['GITHUB_STEP_SUMMARY'])
} catch (error: unknown) {
  runner.fail(toReport(error))
} finally {
  await wire.close()
}

function openWorld(registry: () => Promise<Registry>): World {
  const name = `multiarch-${randomBytes(6).toString('hex')}`
  return {
    ...openProcesses(env),
    ...{ clock, files, registry, name },
    log: runner.log,
    stages: openStages(runner.log, clock),
    note: openLedger(runner.saveLedger).note,
    places: placesOf(name),
  }
}

function placesOf(name: string): Places {
  const docker = env['DOCKER_CONFIG'] ?? join(homedir(), '.docker')
  return {
    workspace: process.cwd(),
    own: join(env['RUNNER_TEMP'] ?? tmpdir(), name),
    buildx: env['BUILDX_CONFIG'] ?? join(docker, 'buildx'),
    dockerHost: env['DOCKER_HOST'] ?? '',
  }
}

/** The registry client is loaded when it is first needed: it is half of all we ship. */
function openWire() {
  let opened: Promise<Registry> | undefined
  return {
    registry: () => (opened ??= import('./registry/client.ts').then(({ openRegistry }) => openRegistry({}))),
    close: async () => (await opened)?.close(),
  }
}
