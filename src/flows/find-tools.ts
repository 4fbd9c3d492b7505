import { type Buildx, type BuildxWish, ensureBuildx } from '../builder/buildx.ts'
import { type Engine, EngineError, findBuildx, findEngine } from '../builder/engine.ts'
import { type Need, requireBuildx } from '../builder/needs.ts'
import { direct } from '../builder/plugin.ts'
import type { World } from './world.ts'

/** Which buildx shall build. */
export type BuildxChoice = Readonly<{
  /** undefined: the one that is installed */
  wish?: BuildxWish
  /** what it must be able to do */
  needs?: readonly Need[]
}>

/** What builds are made with: the versions of both, and a world whose `docker buildx` is the wanted one. */
export type BuildTools = Readonly<{ engine: Engine; buildx: string; world: World }>

/** Finds the engine and buildx at the same time; a buildx is downloaded only where one is wanted that is not installed. */
export async function findTools({ wish, needs = [] }: BuildxChoice, world: World): Promise<BuildTools> {
  const { run, places } = world
  const [engine, { version, program }] = await Promise.all([
    findEngine(run, places.dockerHost),
    wish === undefined ? installedBuildx(world) : fetchBuildx(wish, world),
  ])
  requireBuildx(version, needs)
  if (program === undefined) return { engine, buildx: version, world }
  const processes = direct(world, Promise.resolve(program))
  return { engine, buildx: version, world: { ...world, ...processes, buildx: program } }
}

async function installedBuildx({ run }: World): Promise<Buildx> {
  return { version: await findBuildx(run) }
}

async function fetchBuildx(wish: BuildxWish, world: World): Promise<Buildx> {
  const installed = await findBuildx(world.run).catch((error: unknown) => {
    if (error instanceof EngineError) return undefined
    throw error
  })
  return await world.stages.run('Buildx', (say) => ensureBuildx(wish, installed, { ...world, say }))
}
