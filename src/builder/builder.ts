import { join } from 'node:path'
import { formatPlatform, type Platform } from '../image/platform.ts'
import type { Files } from '../system/files.ts'
import type { Say } from '../system/log.ts'
import type { Environment, Finished, Run } from '../system/processes.ts'
import { type ConfigSpec, configFor } from './config.ts'
import { fetchImage } from './images.ts'
import { type Inspection, parseInspection } from './inspection.ts'
import { type MadeContext, makeContext, type TlsEngine } from './tls-context.ts'

/** A builder that is up: every build is sent to it by name. */
export type Builder = Inspection &
  Readonly<{
    name: string
    /** what docker buildx must be told to find it */
    env: Environment
  }>

/** What a builder shall be: the inputs of docker/setup-buildx-action, read. */
export type BuilderSpec = Readonly<{
  driver: Driver
  /** a docker context or socket for docker-container, an address for remote; empty: the engine that is there */
  endpoint: string
  /** the BuildKit image */
  image: string
  /** mirrors of Docker Hub to pull it from */
  imageMirrors: readonly string[]
  driverOptions: readonly string[]
  /** flags of buildkitd; empty: buildx's own choice */
  flags: string
  config: ConfigSpec
  /** what its node is for, where that is not left to it */
  platforms: readonly Platform[]
  /** keep the cache of a builder of this name when it is removed */
  keepState: boolean
  /** remove it at the end of the job; otherwise it stays among the user's builders */
  cleanup: boolean
}>

export const DRIVERS = ['docker-container', 'kubernetes', 'remote'] as const
export type Driver = (typeof DRIVERS)[number]

/** How to make a builder of our own. */
export type BuilderPlan = BuilderSpec &
  Readonly<{
    name: string
    /** a folder for its files, which the ledger knows */
    folder: string
    /** the program that is buildx, where it is not docker's plugin */
    buildx?: string
    /** the user's own buildx folder, whose scoped logins we borrow */
    usersFolder: string
    /** the engine that is there, where it is reached through TLS */
    tls: TlsEngine | undefined
  }>

/** The ledger's entry for a builder that this run has made. */
export type MadeBuilder = Readonly<{
  kind: 'builder'
  name: string
  env: Environment
  keepState?: boolean
  buildx?: string
}>

export type BuilderWorld = Readonly<{
  run: Run
  files: Pick<Files, 'exists' | 'link' | 'read' | 'write'>
  say: Say
  note: (entry: MadeBuilder | MadeContext) => void
}>

/** A builder could not be made, started or found. */
export class BuilderError extends Error {
  override readonly name = 'BuilderError'
  readonly builder: string
  readonly said: string

  constructor(builder: string, what: string, said: string) {
    super(what)
    this.builder = builder
    this.said = said.trim()
  }
}

/**
 * Writes down a builder without starting it. buildkitd reads what it can emulate once, when it boots, so `boot` waits
 * for the emulators; everything that may overlap with installing them is here.
 */
export async function prepareBuilder(plan: BuilderPlan, world: BuilderWorld): Promise<MadeBuilder> {
  const { run, files, note } = world
  const env = plan.cleanup ? { BUILDX_CONFIG: plan.folder } : {}
  const entry: MadeBuilder = {
    ...{ kind: 'builder', name: plan.name, env },
    ...(plan.keepState && { keepState: true }),
    ...(plan.buildx !== undefined && { buildx: plan.buildx }),
  }
  const logins = join(plan.usersFolder, 'config')
  if (plan.cleanup && (await files.exists(logins))) await files.link(logins, join(plan.folder, 'config'))
  const configFile = await configFor(plan.config, plan, files).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    throw new BuilderError(plan.name, 'the settings of buildkitd cannot be used', why)
  })
  const here = plan.driver === 'docker-container' && plan.endpoint === ''
  const image = here ? await fetchImage(imageOf(plan), plan.imageMirrors, world) : imageOf(plan)
  // The ledger is read backwards: the builder goes while its context is still there.
  const endpoint = here && plan.tls ? await contextFor(plan.name, plan.tls, world) : plan.endpoint
  if (plan.cleanup) note(entry)
  const [created] = await Promise.all([
    run('docker', createArguments({ ...plan, image, endpoint }, configFile), { env }),
    here && pullIfMissing(image, world),
  ])
  if (created.code !== 0)
    throw new BuilderError(plan.name, 'the builder could not be created', created.stderr)
  return entry
}

async function contextFor(name: string, engine: TlsEngine, world: BuilderWorld): Promise<string> {
  // Not the builder's own name: buildx takes every context for a builder of that name.
  const context = await makeContext(`${name}-engine`, engine, world)
  if (context.code === 0) return context.name
  throw new BuilderError(name, `no docker context could be made for ${engine.host}`, context.stderr)
}

/** Starts a builder, ours or the user's, and asks it what it is. Its words are said as they come. Throws BuilderError. */
export async function boot(
  name: string,
  env: Environment,
  { run, say }: Pick<BuilderWorld, 'run' | 'say'>,
): Promise<Builder> {
  const onLine = (line: string, stream: string) => {
    if (stream === 'stderr' && line !== '') say(line)
  }
  const args = ['buildx', 'inspect', '--bootstrap', name]
  const { code, stdout, stderr } = await run('docker', args, { env, onLine })
  if (code !== 0) throw new BuilderError(name, `the builder "${name}" did not start`, stderr)
  const inspection = parseInspection(stdout)
  for (const error of inspection.errors) say(`a node is out of order: ${error}`)
  if (inspection.platforms.length === 0 && inspection.errors.length > 0) {
    throw new BuilderError(name, `the builder "${name}" has no node that works`, inspection.errors.join('\n'))
  }
  return { name, env, ...inspection }
}

/** Stops a builder of ours and starts it anew: buildkitd looks for emulators once, when it boots. */
export async function reboot(
  { name, env }: Pick<Builder, 'name' | 'env'>,
  world: Pick<BuilderWorld, 'run' | 'say'>,
): Promise<Builder> {
  const { code, stderr } = await world.run('docker', ['buildx', 'stop', name], { env })
  if (code !== 0) throw new BuilderError(name, `the builder "${name}" could not be started again`, stderr)
  return await boot(name, env, world)
}

/** Removes a builder with its container, its cache volume and its files; being gone already is success. */
export async function removeBuilder(entry: MadeBuilder, run: Run): Promise<Finished> {
  const { name, env, keepState, buildx } = entry
  const args = ['rm', '--force', ...(keepState ? ['--keep-state'] : []), name]
  const finished = await (buildx === undefined
    ? run('docker', ['buildx', ...args], { env })
    : run(buildx, args, { env }))
  return finished.stderr.includes('no builder') ? { ...finished, code: 0 } : finished
}

export function createArguments(plan: BuilderPlan, configFile: string | undefined): readonly string[] {
  return [
    ...['buildx', 'create', '--name', plan.name, '--driver', plan.driver],
    ...driverOptions(plan).flatMap((option) => ['--driver-opt', option]),
    ...(plan.flags === '' ? [] : ['--buildkitd-flags', plan.flags]),
    ...(plan.platforms.length === 0 ? [] : ['--platform', plan.platforms.map(formatPlatform).join(',')]),
    ...(configFile === undefined ? [] : ['--buildkitd-config', configFile]),
    ...(plan.endpoint === '' ? [] : [plan.endpoint]),
  ]
}

/** A remote BuildKit runs whatever image it runs. */
function driverOptions({ driver, image, driverOptions }: BuilderPlan): readonly string[] {
  const others = driverOptions.filter((option) => !option.startsWith(IMAGE))
  return driver === 'remote' ? others : [`${IMAGE}${image}`, ...others]
}

const IMAGE = 'image='

/** `driver-opts: image=…` is how setup-buildx's users say it, so it wins. */
function imageOf({ image, driverOptions }: BuilderPlan): string {
  return driverOptions.find((option) => option.startsWith(IMAGE))?.slice(IMAGE.length) ?? image
}

/** Only an early start: where it fails, the boot fails with the same words and is heard there. */
async function pullIfMissing(image: string, { run, say }: BuilderWorld): Promise<void> {
  if ((await run('docker', ['image', 'inspect', '--format', '{{.Id}}', image])).code === 0) return
  const { code } = await run('docker', ['pull', '--quiet', image])
  say(code === 0 ? `pulled ${image}` : `could not pull ${image} ahead of time`)
}
