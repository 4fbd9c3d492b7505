import type { Files } from '../system/files.ts'
import type { Say } from '../system/log.ts'
import type { Environment, Finished, Run } from '../system/processes.ts'
import type { ConfigSpec } from './config.ts'
import { type Inspection, parseInspection } from './inspection.ts'
import type { NodeCertificates, NodeSpec } from './nodes.ts'
import type { MadeContext, TlsEngine } from './tls-context.ts'

/** A builder that is up: every build is sent to it by name. */
export type Builder = Inspection &
  Readonly<{
    name: string
    /** what docker buildx must be told to find it */
    env: Environment
  }>

/** What a builder shall be: the inputs of docker/setup-buildx-action, read. It is its own first node. */
export type BuilderSpec = Omit<NodeSpec, 'name'> &
  Readonly<{
    driver: Driver
    /** the BuildKit image */
    image: string
    /** mirrors of Docker Hub to pull it from */
    imageMirrors: readonly string[]
    config: ConfigSpec
    /** the machines beside it */
    nodes: readonly NodeSpec[]
    /** keep the cache of a builder of this name when it is removed */
    keepState: boolean
    /** remove it at the end of the job; otherwise it stays among the user's builders */
    cleanup: boolean
  }>

/** What buildx takes by itself. */
export const BUILDKIT_IMAGE = 'moby/buildkit:buildx-stable-1'

export const DRIVERS = ['docker-container', 'kubernetes', 'remote'] as const
export type Driver = (typeof DRIVERS)[number]

/** How to make a builder of our own. */
export type BuilderPlan = BuilderSpec &
  Readonly<{
    name: string
    /** a folder for its files, which the ledger knows */
    folder: string
    /** where the steps of this job have their folders; undefined where they share none */
    job: string | undefined
    /** the engine that answers, as the environment names it */
    at: readonly (string | undefined)[]
    /** the program that is buildx, where it is not docker's plugin */
    buildx?: string
    /** the user's own buildx folder, whose scoped logins we borrow */
    usersFolder: string
    /** the engine that is there, where it is reached through TLS */
    tls: TlsEngine | undefined
    /** of its nodes, by their places */
    certificates: ReadonlyMap<number, NodeCertificates>
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
  files: Pick<Files, 'exists' | 'link' | 'list' | 'makeFolder' | 'read' | 'write'>
  say: Say
  note: (entry: MadeBuilder | MadeContext) => void
  /** gives the name under which the engine has an image then */
  fetchImage: (image: string) => Promise<string>
}>

/** A builder could not be made, started or found. */
export class BuilderError extends Error {
  override readonly name = 'BuilderError'
  readonly builder: string
  readonly said: string

  constructor(builder: string, what: string, said: string) {
    super(what)
    this.builder = builder
    this.said = reasonIn(said.trim())
  }
}

/** buildx ends with its error; the progress before that is in the log already. */
function reasonIn(said: string): string {
  return said.slice(Math.max(0, said.lastIndexOf('\nERROR: '))).trim()
}

/**
 * Starts a builder, ours or the user's, and asks it what it is. Its words are said as they come; `booting` is called at
 * the first, since buildx has none for a builder that is up. Throws BuilderError.
 */
export async function boot(
  name: string,
  env: Environment,
  { run, say, booting }: Pick<BuilderWorld, 'run' | 'say'> & { booting?: () => void },
): Promise<Builder> {
  let boots = false
  const onLine = (line: string, stream: string) => {
    if (stream !== 'stderr' || line === '') return
    if (!boots) booting?.()
    boots = true
    say(line)
  }
  const inspect = async (...options: readonly string[]): Promise<Inspection> => {
    const { code, stdout, stderr } = await run('docker', ['buildx', 'inspect', ...options, name], {
      env,
      onLine,
    })
    if (code !== 0) throw new BuilderError(name, `the builder "${name}" did not start`, stderr)
    return parseInspection(stdout)
  }
  const first = await inspect('--bootstrap')
  // buildx gives its nodes 20 s to tell what they are, and the boot is part of that: a pod has then told nothing.
  const inspection = boots && first.buildkit === '' ? await inspect() : first
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
