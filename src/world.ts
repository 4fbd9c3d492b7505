import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { openLedger } from './action/ledger.ts'
import { explain } from './action/report.ts'
import { log, saveLedger } from './action/runner.ts'
import { readCertificates } from './builder/nodes.ts'
import type { Places, World } from './flows/world.ts'
import { type Artifacts, ArtifactsError } from './handoff/artifacts.ts'
import { buildxFolder, dockerFolder, openPrograms } from './programs.ts'
import { loadRegistry, type RegistrySettings } from './registries.ts'
import type { Registry } from './registry/client.ts'
import { openTally, type Told } from './registry/tally.ts'
import { clock } from './system/clock.ts'
import { files } from './system/files.ts'
import { openStages } from './system/log.ts'
import type { Environment } from './system/processes.ts'
import { openTools } from './system/tools.ts'
import { marked } from './system/traces.ts'

type OpenedWorld = World & AsyncDisposable & Readonly<{ told: () => Told }>

/** Builds the world that a flow acts on, from the environment; it is closed at the end, so that node can end by itself. */
export function openWorld(env: Environment, settings: RegistrySettings): OpenedWorld {
  const name = `multiarch-${randomBytes(6).toString('hex')}`
  // A job that asks buildx for a terminal's progress has no terminal here, and buildx would not start a builder.
  const programs = openPrograms({ ...marked(env, name), BUILDKIT_PROGRESS: 'plain' })
  const places = placesOf(env, name)
  const tally = openTally()
  let opened: Promise<Registry> | undefined
  return {
    ...programs,
    ...{ clock, files, log, name },
    stages: openStages(log, clock),
    note: openLedger(saveLedger).note,
    told: tally.told,
    explain,
    places,
    tools: openTools({
      machine: { platform: process.platform, architecture: process.arch },
      cache: env['RUNNER_TOOL_CACHE'] || join(places.own, 'tools'),
      folder: places.own,
    }),
    registry: () => (opened ??= loadRegistry(env, programs.run, { ...settings, tally })),
    artifacts: () => loadArtifacts(env, join(places.own, 'artifacts')),
    [Symbol.asyncDispose]: async () => {
      await opened?.then((registry) => registry.close()).catch(() => {})
    },
  }
}

/** Only jobs that leave or gather records pay for GitHub's client: it is more than all else that we ship. */
async function loadArtifacts(env: Environment, folder: string): Promise<Artifacts> {
  if (!env['ACTIONS_RESULTS_URL'] || !env['ACTIONS_RUNTIME_TOKEN'])
    throw new ArtifactsError('this runner has no artifact service', { absent: true })
  const { openService } = await import('./handoff/service.ts')
  return openService({ folder, files })
}

function placesOf(env: Environment, name: string): Places {
  return {
    workspace: process.cwd(),
    own: join(env['RUNNER_TEMP'] || tmpdir(), name),
    job: env['RUNNER_TEMP'] || undefined,
    buildx: buildxFolder(env),
    dockerHost: env['DOCKER_HOST'] ?? '',
    tls: tlsEngine(env),
    certificates: readCertificates(env),
  }
}

/** As docker itself reads the environment: any value of DOCKER_TLS_VERIFY means yes. */
function tlsEngine(env: Environment): Places['tls'] {
  const { DOCKER_HOST: host, DOCKER_TLS_VERIFY: verify } = env
  return host && verify ? { host, certificates: env['DOCKER_CERT_PATH'] || dockerFolder(env) } : undefined
}
