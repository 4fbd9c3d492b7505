import { join } from 'node:path'
import { type Builder, type BuilderPlan, type BuilderSpec, boot, prepareBuilder } from '../builder/builder.ts'
import { warningOfFullDisk } from '../builder/disk.ts'
import type { Engine } from '../builder/engine.ts'
import { fetchImage } from '../builder/images.ts'
import type { Decision } from '../emulation/decide.ts'
import { ensureEmulators } from '../emulation/ensure.ts'
import type { Platform } from '../image/platform.ts'
import type { Environment } from '../system/processes.ts'
import type { World } from './world.ts'

/** A builder that exists already, or how to make one. */
export type BuilderChoice = Readonly<{ existing: string }> | BuilderSpec

export type EmulatorChoice = Readonly<{
  image: string
  imageMirrors: readonly string[]
  keep: boolean
  verify: boolean
  reset: boolean
}>

/** Where builds can run: a builder that is up, and for each platform how it runs there. */
export type Ground = Readonly<{ builder: Builder; decisions: readonly Decision[] }>

type Wanted = Readonly<{ platforms: readonly Platform[]; builder: BuilderChoice; emulators: EmulatorChoice }>

/** Emulators and a builder, side by side as far as one may: buildkitd looks once, at boot, for what it can emulate. */
export async function setUp(wanted: Wanted, engine: Engine, world: World): Promise<Ground> {
  const { builder } = wanted
  const warning = engine.local ? await warningOfFullDisk(world.files) : undefined
  if (warning !== undefined) world.log.warn(warning)
  if ('existing' in builder) return await useBuilder(builder.existing, {}, wanted, engine, world)
  return isElsewhere(builder)
    ? await makeBuilderElsewhere(builder, wanted, engine, world)
    : await makeBuilder(builder, wanted, engine, world)
}

/** Whether only the builder itself can tell what it runs. */
function isElsewhere({ driver, endpoint, platforms }: BuilderSpec): boolean {
  return driver !== 'docker-container' || endpoint !== '' || platforms.length > 0
}

async function makeBuilderElsewhere(
  spec: BuilderSpec,
  wanted: Wanted,
  engine: Engine,
  world: World,
): Promise<Ground> {
  const plan = await planBuilder(spec, world)
  const made = await world.stages.run('Create the builder', (say) => prepareBuilder(plan, { ...world, say }))
  return await useBuilder(made.name, made.env, wanted, engine, world)
}

async function makeBuilder(spec: BuilderSpec, wanted: Wanted, engine: Engine, world: World): Promise<Ground> {
  const plan = await planBuilder(spec, world)
  const emulators = emulate(wanted, engine, [engine.platform], [], world)
  const builder = world.stages.run('Builder', async (say) => {
    const made = await prepareBuilder(plan, { ...world, say })
    await emulators
    return await boot(made.name, made.env, { ...world, say })
  })
  const [decisions, up] = await Promise.all([emulators, builder])
  return { builder: up, decisions }
}

async function useBuilder(
  name: string,
  env: Environment,
  wanted: Wanted,
  engine: Engine,
  world: World,
): Promise<Ground> {
  const builder = await world.stages.run('Builder', (say) => boot(name, env, { ...world, say }))
  const decisions = await emulate(wanted, engine, builder.natives, builder.platforms, world)
  return { builder, decisions }
}

function emulate(
  { platforms, emulators }: Wanted,
  { local }: Engine,
  natives: readonly Platform[],
  covered: readonly Platform[],
  world: World,
): Promise<readonly Decision[]> {
  const plan = { wanted: platforms, natives, covered, local, folder: world.places.own, ...emulators }
  return world.stages.run('Emulators', (say) => {
    const fetch = (image: string) => fetchImage(image, emulators.imageMirrors, { run: world.run, say })
    return ensureEmulators(plan, { ...world, say, fetchImage: fetch })
  })
}

async function planBuilder(spec: BuilderSpec, { name, places, files, buildx }: World): Promise<BuilderPlan> {
  const folder = join(places.own, 'buildx')
  await files.makeFolder(folder)
  return { ...spec, name, folder, usersFolder: places.buildx, tls: places.tls, ...(buildx && { buildx }) }
}
