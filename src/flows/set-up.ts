import { join } from 'node:path'
import { type Builder, type BuilderPlan, type BuilderSpec, boot, reboot } from '../builder/builder.ts'
import { warningOfFullDisk } from '../builder/disk.ts'
import type { Engine } from '../builder/engine.ts'
import { misplaced, place } from '../builder/placing.ts'
import { prepareBuilder } from '../builder/prepare.ts'
import { type Decision, isNative } from '../emulation/decide.ts'
import { ensureEmulators } from '../emulation/ensure.ts'
import { formatPlatform, type Platform } from '../image/platform.ts'
import type { Say } from '../system/log.ts'
import type { Environment } from '../system/processes.ts'
import { fetcher } from './fetch.ts'
import type { World } from './world.ts'

/** A builder that exists already, the one that is part of the engine, or how to make one. */
export type BuilderChoice = Readonly<{ existing: string }> | Embedded | BuilderSpec

export type Embedded = Readonly<{ embedded: true }>

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

/** What else can be done while a builder boots, which is mostly waiting. */
type Meanwhile = () => void

/**
 * Emulators and a builder, side by side. `meanwhile` is called when the builder boots, or never where it was up.
 */
export async function setUp(
  wanted: Wanted,
  engine: Engine,
  world: World,
  meanwhile: Meanwhile = () => {},
): Promise<Ground> {
  const { builder } = wanted
  const warning = engine.local ? await warningOfFullDisk(world.files) : undefined
  if (warning !== undefined) world.log.warn(warning)
  if ('embedded' in builder) return await useEmbedded(wanted, engine, world, meanwhile)
  if ('existing' in builder) return await useBuilder(builder.existing, {}, wanted, engine, world, meanwhile)
  return isElsewhere(builder)
    ? await makeBuilderElsewhere(builder, wanted, engine, world, meanwhile)
    : await makeBuilder(builder, wanted, engine, world, meanwhile)
}

/** Whether only the builder itself can tell what it runs. */
function isElsewhere({ driver, endpoint, nodes }: BuilderSpec): boolean {
  return (
    driver !== 'docker-container' || endpoint !== '' || nodes.some(({ platforms }) => platforms.length === 0)
  )
}

async function makeBuilderElsewhere(
  spec: BuilderSpec,
  wanted: Wanted,
  engine: Engine,
  world: World,
  meanwhile: Meanwhile,
): Promise<Ground> {
  const plan = await planBuilder(spec, world)
  const made = await world.stages.run('Create the builder', (say) =>
    prepareBuilder(plan, { ...world, say, fetchImage: fetcher(spec.imageMirrors, say, world) }),
  )
  const ground = await useBuilder(made.name, made.env, wanted, engine, world, meanwhile)
  for (const placing of misplaced(wanted.platforms, ground.builder.nodes, isNative))
    await place(ground.builder, placing, { ...world, say: world.log.line })
  return ground
}

/**
 * The builder boots while emulators are installed: buildx is busy with its container for longer than that takes. Which
 * of them was quicker is not left to luck: buildkitd says what it has found, and looks again where that is not all.
 */
async function makeBuilder(
  spec: BuilderSpec,
  wanted: Wanted,
  engine: Engine,
  world: World,
  meanwhile: Meanwhile,
): Promise<Ground> {
  const plan = await planBuilder(spec, world)
  const natives = [engine.platform, ...spec.nodes.flatMap(({ platforms }) => platforms)]
  const underWay = Promise.withResolvers<void>()
  const emulators = emulate(wanted, engine, natives, [], world, underWay.resolve)
  const builder = world.stages.run('Builder', async (say) => {
    const fetchImage = fetcher(spec.imageMirrors, say, world)
    const made = await prepareBuilder(plan, { ...world, say, fetchImage })
    await Promise.race([underWay.promise, emulators])
    const booted = await boot(made.name, made.env, { ...world, say: saying(say, meanwhile) })
    return await withEmulators(booted, await emulators, { ...world, say })
  })
  // Both end before anything is said of a failure: what still runs then would be nobody's.
  const [decisions, up] = await Promise.allSettled([emulators, builder])
  if (decisions.status === 'rejected') throw decisions.reason
  if (up.status === 'rejected') throw up.reason
  return { builder: up.value, decisions: decisions.value }
}

async function withEmulators(
  builder: Builder,
  decisions: readonly Decision[],
  world: Pick<World, 'run'> & { say: Say },
): Promise<Builder> {
  const installed = decisions.flatMap(({ action, platform }) => (action === 'install' ? platform : []))
  const unseen = installed.filter(
    ({ architecture }) => !builder.platforms.some((seen) => seen.architecture === architecture),
  )
  if (unseen.length === 0) return builder
  world.say(
    `buildkitd was there before the emulator of ${unseen.map(formatPlatform).join(', ')}: it looks again`,
  )
  return await reboot(builder, world)
}

function saying(say: Say, meanwhile: Meanwhile): Say {
  return (line) => {
    meanwhile()
    say(line)
  }
}

/** The BuildKit in the engine is always up, and it runs whatever the engine's kernel runs by the time it builds. */
async function useEmbedded(
  wanted: Wanted,
  engine: Engine,
  world: World,
  meanwhile: Meanwhile,
): Promise<Ground> {
  const decisions = await emulate(wanted, engine, [engine.platform], [], world, meanwhile)
  const builder = await world.stages.run('Builder', (say) => boot(engine.context, {}, { ...world, say }))
  return { builder, decisions }
}

async function useBuilder(
  name: string,
  env: Environment,
  wanted: Wanted,
  engine: Engine,
  world: World,
  meanwhile: Meanwhile,
): Promise<Ground> {
  const builder = await world.stages.run('Builder', (say) =>
    boot(name, env, { ...world, say: saying(say, meanwhile) }),
  )
  const decisions = await emulate(wanted, engine, builder.natives, builder.platforms, world)
  return { builder, decisions }
}

/** `underWay` is called when the installer is about to start; an image that must be pulled first takes its time. */
function emulate(
  { platforms, emulators }: Wanted,
  { local }: Engine,
  natives: readonly Platform[],
  covered: readonly Platform[],
  world: World,
  underWay: () => void = () => {},
): Promise<readonly Decision[]> {
  const plan = { wanted: platforms, natives, covered, local, folder: world.places.own, ...emulators }
  return world.stages.run('Emulators', (say) => {
    const fetch = fetcher(emulators.imageMirrors, say, world)
    const fetchImage = async (image: string) => {
      const name = await fetch(image)
      underWay()
      return name
    }
    return ensureEmulators(plan, { ...world, say, fetchImage })
  })
}

async function planBuilder(spec: BuilderSpec, { name, places, files, buildx }: World): Promise<BuilderPlan> {
  const folder = join(places.own, 'buildx')
  await files.makeFolder(folder)
  return {
    ...spec,
    name,
    folder,
    usersFolder: places.buildx,
    ...{ tls: places.tls, certificates: places.certificates },
    ...(buildx && { buildx }),
  }
}
