import { join } from 'node:path'
import {
  BUILDKIT_IMAGE,
  BuilderError,
  type BuilderPlan,
  type BuilderWorld,
  type MadeBuilder,
} from './builder.ts'
import { configFor } from './config.ts'
import { earlierBuilder, markOf } from './earlier.ts'
import { type NodeSpec, nodeArguments, writeCertificates } from './nodes.ts'
import { makeContext, type TlsEngine } from './tls-context.ts'

/**
 * Writes down a builder and its nodes without starting them, unless the job has one already. buildkitd reads what it can emulate once, when it boots;
 * everything that may overlap with installing emulators is here. Rejects with BuilderError.
 */
export async function prepareBuilder(plan: BuilderPlan, world: BuilderWorld): Promise<MadeBuilder> {
  const { files, note, say } = world
  const entry: MadeBuilder = {
    ...{ kind: 'builder', name: plan.name, env: plan.cleanup ? { BUILDX_CONFIG: plan.folder } : {} },
    ...(plan.keepState && { keepState: true }),
    ...(plan.buildx !== undefined && { buildx: plan.buildx }),
  }
  const configFile = await settingsOf(plan, world)
  const mark = await markOf(plan, configFile, files)
  const earlier = mark && (await earlierBuilder(mark, plan, files))
  if (earlier) {
    say(`the builder ${earlier.name} of an earlier step is one like this: it is used again, with its cache`)
    await lendLogins(earlier.env, plan, files)
    return earlier
  }
  await lendLogins(entry.env, plan, files)
  const here = plan.driver === 'docker-container' && plan.endpoint === ''
  const named = imageOf(plan)
  // A mirror changes the image's name, so that only then it has to be known before the builder is made.
  const early = here && plan.imageMirrors.length > 0
  const image = early ? await world.fetchImage(named) : named
  // The ledger is read backwards: the builder goes while its context is still there.
  const endpoint = here && plan.tls ? await contextFor(plan.name, plan.tls, world) : plan.endpoint
  const driverOptions = plan.driverOptions.filter((option) => !isImage(option))
  const specs = [{ ...plan, endpoint, driverOptions, name: '' }, ...plan.nodes]
  const nodes = await Promise.all(specs.map((node, place) => withCertificates(node, place, plan, world)))
  if (plan.cleanup) note(entry)
  const commands = nodes.map((node, place) => createArguments({ ...plan, image }, node, place, configFile))
  await Promise.all([create(commands, entry, world), here && !early && world.fetchImage(named)])
  if (mark) await files.write(join(plan.folder, mark), '')
  return entry
}

/** The user's logins for a part of a registry, which buildx looks for in its own folder; a step may have made them since. */
async function lendLogins(
  { BUILDX_CONFIG: folder }: MadeBuilder['env'],
  { usersFolder }: BuilderPlan,
  files: BuilderWorld['files'],
): Promise<void> {
  const theirs = join(usersFolder, 'config')
  const ours = join(folder ?? usersFolder, 'config')
  if (theirs !== ours && (await files.exists(theirs)) && !(await files.exists(ours)))
    await files.link(theirs, ours)
}

/** One node after the other: buildx names each after those before it. */
async function create(
  commands: readonly (readonly string[])[],
  { name, env }: MadeBuilder,
  { run }: BuilderWorld,
): Promise<void> {
  for (const [place, command] of commands.entries()) {
    const { code, stderr } = await run('docker', command, { env })
    if (code === 0) continue
    const what = place === 0 ? 'the builder could not be created' : `node ${place} of it could not be added`
    throw new BuilderError(name, what, stderr)
  }
}

export function createArguments(
  { name, driver, image }: Pick<BuilderPlan, 'name' | 'driver' | 'image'>,
  node: NodeSpec,
  place: number,
  configFile: string | undefined,
): readonly string[] {
  const own = node.driverOptions.some(isImage) || isLeftToBuildx(driver, image)
  const driverOptions = own ? node.driverOptions : [`${IMAGE}${image}`, ...node.driverOptions]
  return [
    ...['buildx', 'create', '--name', name],
    ...(place === 0 ? ['--driver', driver] : ['--append']),
    ...(node.name === '' ? [] : ['--node', node.name]),
    ...nodeArguments({ ...node, driverOptions }, configFile),
  ]
}

const IMAGE = 'image='

function isImage(option: string): boolean {
  return option.startsWith(IMAGE)
}

/** A remote BuildKit runs whatever image it runs, and Kubernetes' `rootless=true` brings an image of its own. */
function isLeftToBuildx(driver: BuilderPlan['driver'], image: string): boolean {
  return driver === 'remote' || (driver === 'kubernetes' && image === BUILDKIT_IMAGE)
}

/** `driver-opts: image=…` is how setup-buildx's users say it, so it wins. */
function imageOf({ image, driverOptions }: BuilderPlan): string {
  return driverOptions.find(isImage)?.slice(IMAGE.length) ?? image
}

/** A buildkitd that runs already has its settings. */
async function settingsOf(plan: BuilderPlan, { files }: BuilderWorld): Promise<string | undefined> {
  if (plan.driver === 'remote') return undefined
  return await configFor(plan.config, plan, files).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    throw new BuilderError(plan.name, 'the settings of buildkitd cannot be used', why)
  })
}

/** A node with the files that it is known by, in our folder; in the user's, where the builder stays. */
async function withCertificates(
  node: NodeSpec,
  place: number,
  { driver, name, folder, usersFolder, cleanup, certificates }: BuilderPlan,
  { files, say }: BuilderWorld,
): Promise<NodeSpec> {
  const own = certificates.get(place)
  if (own === undefined) return node
  if (driver !== 'remote') {
    say(`BUILDER_NODE_${place}_AUTH_TLS_… is for the driver remote, and is not used`)
    return node
  }
  const where = cleanup ? folder : join(usersFolder, 'certs', name)
  const options = await writeCertificates(place, own, where, files)
  return { ...node, driverOptions: [...node.driverOptions, ...options] }
}

async function contextFor(name: string, engine: TlsEngine, world: BuilderWorld): Promise<string> {
  // Not the builder's own name: buildx takes every context for a builder of that name.
  const context = await makeContext(`${name}-engine`, engine, world)
  if (context.code === 0) return context.name
  throw new BuilderError(name, `no docker context could be made for ${engine.host}`, context.stderr)
}
