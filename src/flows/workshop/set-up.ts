import { join } from 'node:path'
import { type Builder, type BuilderPlan, type BuilderSpec, boot } from '../../builder/builder.ts'
import { warningOfFullDisk } from '../../builder/disk.ts'
import { BUILDX_FOLDER } from '../../builder/earlier.ts'
import { type Engine, EngineError } from '../../builder/engine.ts'
import { misplaced, place } from '../../builder/placing.ts'
import { prepareBuilder } from '../../builder/prepare.ts'
import { type Decision, isNative } from '../../emulation/decide.ts'
import { decideElsewhere } from '../../emulation/elsewhere.ts'
import type { Platform } from '../../image/platform.ts'
import type { Environment } from '../../system/processes.ts'
import type { World } from '../world.ts'
import { type EmulatorChoice, emulate, withEmulators } from './emulate.ts'
import { fetcher } from './fetch.ts'

/** A builder that exists already, the one that is part of the engine, or how to make one. */
export type BuilderChoice = Readonly<{ existing: string }> | Embedded | BuilderSpec

export type Embedded = Readonly<{ embedded: true }>

/** Where builds can run: a builder that is up, and for each platform how it runs there. */
export type Ground = Readonly<{ builder: Builder; decisions: readonly Decision[] }>

export type Wanted = Readonly<{
  /** empty: what the builder runs by itself */
  platforms: readonly Platform[]
  /** those of them that the others go without, should their emulators not come up */
  optional?: readonly Platform[]
  builder: BuilderChoice
  emulators: EmulatorChoice
}>

type Site = Readonly<{
  wanted: Wanted
  world: World
  /** undefined where none answers: some builders are elsewhere */
  engine: Engine | undefined
  /** what else can be done while a builder boots, which is mostly waiting */
  meanwhile: () => void
}>

type SiteHere = Site & Readonly<{ engine: Engine }>

/** Whether only an engine can give such a builder. One that exists says itself where it is. */
export function needsEngine(builder: BuilderChoice): boolean {
  return 'embedded' in builder || ('driver' in builder && builder.driver === 'docker-container')
}

/** Emulators and a builder, side by side. `meanwhile` is called once the builder boots, or never where it was up. */
export async function setUp(
  wanted: Wanted,
  engine: Engine | undefined,
  world: World,
  meanwhile: () => void = () => {},
): Promise<Ground> {
  const { builder } = wanted
  const site = { wanted, world, engine, meanwhile }
  const warning = engine?.local ? await warningOfFullDisk(world.files) : undefined
  if (warning !== undefined) world.log.warn(warning)
  if ('existing' in builder) return await useBuilder(builder.existing, {}, site)
  if ('driver' in builder && isElsewhere(builder)) return await makeBuilderElsewhere(builder, site)
  if (engine === undefined) throw new EngineError('engine', '')
  const here = { ...site, engine }
  return 'embedded' in builder ? await useEmbedded(here) : await makeBuilder(builder, here)
}

/** Whether only the builder itself can tell what it runs. */
function isElsewhere({ driver, endpoint, nodes }: BuilderSpec): boolean {
  const untold = nodes.some(({ platforms }) => platforms.length === 0)
  return driver !== 'docker-container' || endpoint !== '' || untold
}

async function makeBuilderElsewhere(spec: BuilderSpec, site: Site): Promise<Ground> {
  const { world, wanted } = site
  const plan = await planBuilder(spec, site)
  const made = await world.stages.run('Create the builder', (say) =>
    prepareBuilder(plan, { ...world, say, fetchImage: fetcher(spec.imageMirrors, say, world) }),
  )
  const { builder, decisions } = await useBuilder(made.name, made.env, site)
  const say = world.log.line
  const here = spec.driver === 'docker-container' && spec.endpoint === ''
  const up = here ? await withEmulators(builder, decisions, { ...world, say }) : builder
  for (const placing of misplaced(wanted.platforms, up.nodes, isNative))
    await place(up, placing, { ...world, say })
  return { builder: up, decisions }
}

/**
 * The builder boots while emulators are installed: buildx is busy with its container for longer than that takes. Which
 * of them was quicker is not left to luck: buildkitd says what it has found, and looks again where that is not all.
 */
async function makeBuilder(spec: BuilderSpec, site: SiteHere): Promise<Ground> {
  const { world, engine, wanted, meanwhile } = site
  const plan = await planBuilder(spec, site)
  const natives = [engine.platform, ...spec.nodes.flatMap(({ platforms }) => platforms)]
  const underWay = Promise.withResolvers<void>()
  const platforms = orOwn(wanted.platforms, natives)
  const emulators = emulate({ ...wanted, platforms, natives, covered: [] }, engine, world, underWay.resolve)
  const builder = world.stages.run('Builder', async (say) => {
    const fetchImage = fetcher(spec.imageMirrors, say, world)
    const made = await prepareBuilder(plan, { ...world, say, fetchImage })
    await Promise.race([underWay.promise, emulators])
    const booted = await boot(made.name, made.env, { ...world, say, booting: meanwhile })
    return await withEmulators(booted, await emulators, { ...world, say })
  })
  // Both end before anything is said of a failure: what still runs then would be nobody's.
  const [decisions, up] = await Promise.allSettled([emulators, builder])
  if (decisions.status === 'rejected') throw decisions.reason
  if (up.status === 'rejected') throw up.reason
  return { builder: up.value, decisions: decisions.value }
}

/** The BuildKit in the engine is always up, and it runs whatever the engine's kernel runs by the time it builds. */
async function useEmbedded({ wanted, engine, world, meanwhile }: SiteHere): Promise<Ground> {
  const natives = [engine.platform]
  const platforms = orOwn(wanted.platforms, natives)
  const decisions = await emulate({ ...wanted, platforms, natives, covered: [] }, engine, world, meanwhile)
  const builder = await world.stages.run('Builder', (say) => boot(engine.context, {}, { ...world, say }))
  return { builder, decisions }
}

async function useBuilder(name: string, env: Environment, site: Site): Promise<Ground> {
  const { world, engine, wanted, meanwhile } = site
  const builder = await world.stages.run('Builder', (say) =>
    boot(name, env, { ...world, say, booting: meanwhile }),
  )
  const { natives, platforms: covered } = builder
  const platforms = orOwn(wanted.platforms, natives)
  const elsewhere = engine === undefined || builder.driver === 'remote' || builder.driver === 'kubernetes'
  const decisions = await (elsewhere
    ? world.stages.run('Emulators', async (say) => decideElsewhere(platforms, builder, say))
    : emulate({ ...wanted, platforms, natives, covered }, engine, world))
  return { builder, decisions }
}

/** A builder of ours, with a name and a folder that no other run has. */
async function planBuilder(spec: BuilderSpec, { world, engine }: Site): Promise<BuilderPlan> {
  const { name, places, files, buildx } = world
  const folder = join(places.own, BUILDX_FOLDER)
  await files.makeFolder(folder)
  const { tls, certificates } = places
  return {
    ...{ ...spec, name, folder, usersFolder: places.buildx, tls, certificates },
    ...{ job: places.job, at: [places.dockerHost, engine?.context] },
    ...(buildx && { buildx }),
  }
}

/** The platforms that are named, or else the builder's own. */
function orOwn(platforms: readonly Platform[], natives: readonly Platform[]): readonly Platform[] {
  return platforms.length > 0 ? platforms : natives.slice(0, 1)
}
