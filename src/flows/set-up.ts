import { join } from 'node:path'
import { type Builder, boot, prepareBuilder } from '../builder/builder.ts'
import type { Engine } from '../builder/engine.ts'
import type { Decision } from '../emulation/decide.ts'
import { ensureEmulators } from '../emulation/ensure.ts'
import type { Platform } from '../image/platform.ts'
import type { World } from './world.ts'

/** A builder that exists already, or how to make one. */
export type BuilderChoice =
  | Readonly<{ existing: string }>
  | Readonly<{ image: string; driverOptions: readonly string[]; config: string }>

export type EmulatorChoice = Readonly<{ image: string; keep: boolean }>

/** Where builds can run: a builder that is up, and for each platform how it runs there. */
export type Ground = Readonly<{ builder: Builder; decisions: readonly Decision[] }>

type Wanted = Readonly<{ platforms: readonly Platform[]; builder: BuilderChoice; emulators: EmulatorChoice }>

/** Emulators and a builder, side by side as far as one may: buildkitd looks once, at boot, for what it can emulate. */
export async function setUp(wanted: Wanted, engine: Engine, world: World): Promise<Ground> {
  return 'existing' in wanted.builder
    ? await useBuilder(wanted.builder.existing, wanted, engine, world)
    : await makeBuilder(wanted.builder, wanted, engine, world)
}

async function makeBuilder(
  choice: Exclude<BuilderChoice, { existing: string }>,
  wanted: Wanted,
  engine: Engine,
  world: World,
): Promise<Ground> {
  await world.files.makeFolder(buildxFolder(world))
  const plan = { ...choice, name: world.name, folder: buildxFolder(world), usersFolder: world.places.buildx }
  const emulators = emulate(wanted, engine, [engine.platform], [], world)
  const builder = world.stages.run('Builder', async (say) => {
    const made = await prepareBuilder(plan, { ...world, say })
    await emulators
    return await boot(made.name, made.env, { ...world, say })
  })
  const [decisions, up] = await Promise.all([emulators, builder])
  return { builder: up, decisions }
}

async function useBuilder(name: string, wanted: Wanted, engine: Engine, world: World): Promise<Ground> {
  const builder = await world.stages.run('Builder', (say) => boot(name, {}, { ...world, say }))
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
  const plan = { wanted: platforms, natives, covered, local, ...emulators }
  return world.stages.run('Emulators', (say) => ensureEmulators(plan, { ...world, say }))
}

/** For the files of our builder. */
function buildxFolder({ places }: World): string {
  return join(places.own, 'buildx')
}
