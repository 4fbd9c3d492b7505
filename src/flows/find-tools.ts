import { type BuildxWish, ensureBuildx } from '../builder/buildx.ts'
import { type Engine, EngineError, findBuildx, findEngine } from '../builder/engine.ts'
import { direct } from '../builder/plugin.ts'
import type { World } from './world.ts'

/** What builds are made with: the versions of both, and a world whose `docker buildx` is the wanted one. */
export type BuildTools = Readonly<{ engine: Engine; buildx: string; world: World }>

/** Finds the engine and buildx at the same time; a buildx is downloaded only where one is wanted that is not installed. */
export async function findTools(wish: BuildxWish | undefined, world: World): Promise<BuildTools> {
  const { run, places } = world
  const finding = findEngine(run, places.dockerHost)
  if (wish === undefined) {
    const [engine, buildx] = await Promise.all([finding, findBuildx(run)])
    return { engine, buildx, world }
  }
  const [engine, { version, program }] = await Promise.all([finding, fetchBuildx(wish, world)])
  if (program === undefined) return { engine, buildx: version, world }
  const processes = direct(world, Promise.resolve(program))
  return { engine, buildx: version, world: { ...world, ...processes, buildx: program } }
}

async function fetchBuildx(wish: BuildxWish, world: World) {
  const installed = await findBuildx(world.run).catch((error: unknown) => {
    if (error instanceof EngineError) return undefined
    throw error
  })
  return await world.stages.run('Buildx', (say) => ensureBuildx(wish, installed, { ...world, say }))
}
