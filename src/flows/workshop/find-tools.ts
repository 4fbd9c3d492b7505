import { type Buildx, type BuildxWish, ensureBuildx } from '../../builder/buildx.ts'
import { type Engine, EngineError, findBuildx, findEngine } from '../../builder/engine.ts'
import { type Need, requireBuildx } from '../../builder/needs.ts'
import { direct } from '../../builder/plugin.ts'
import type { World } from '../world.ts'
import { type BuilderChoice, needsEngine } from './set-up.ts'

/** Which buildx shall build. */
export type BuildxChoice = Readonly<{
  /** undefined: the one that is installed */
  wish?: BuildxWish
  /** what it must be able to do */
  needs?: readonly Need[]
}>

/** What builds are made with: an engine if one answers, and a world whose `docker buildx` is of this version. */
export type BuildTools = Readonly<{
  engine: Engine | undefined
  /** its version */
  buildx: string
  world: World
}>

type Wanted = Readonly<{ builder: BuilderChoice; buildx?: BuildxChoice }>

/** Finds the engine and buildx at the same time; a buildx is downloaded only where one is wanted that is not installed. */
export async function findTools({ builder, buildx = {} }: Wanted, world: World): Promise<BuildTools> {
  const { wish, needs = [] } = buildx
  const [engine, { version, program }] = await Promise.all([
    needsEngine(builder) ? engineOf(world) : orNothing(engineOf(world)),
    wish === undefined ? installedBuildx(world) : fetchBuildx(wish, world),
  ])
  requireBuildx(version, needs)
  if (program === undefined) return { engine, buildx: version, world }
  const processes = direct(world, Promise.resolve(program))
  return { engine, buildx: version, world: { ...world, ...processes, buildx: program } }
}

function engineOf({ run, places }: World): Promise<Engine> {
  return findEngine(run, places.dockerHost)
}

async function installedBuildx({ run }: World): Promise<Buildx> {
  return { version: await findBuildx(run) }
}

/** What somebody else must do without is not what is wrong. */
async function orNothing<T>(finding: Promise<T>): Promise<T | undefined> {
  return await finding.catch((error: unknown) => {
    if (error instanceof EngineError) return undefined
    throw error
  })
}

async function fetchBuildx(wish: BuildxWish, world: World): Promise<Buildx> {
  const installed = await orNothing(findBuildx(world.run))
  return await world.stages.run('Buildx', (say) => ensureBuildx(wish, installed, { ...world, say }))
}
