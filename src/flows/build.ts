import type { Recipe } from '../build/plan.ts'
import { requirePushByDigest } from '../builder/builder.ts'
import type { Manifest } from '../image/manifest.ts'
import type { Platform } from '../image/platform.ts'
import type { Repository, TagRef } from '../image/reference.ts'
import { uniqueRepositories } from '../publish/everywhere.ts'
import { openReader } from '../publish/tree.ts'
import { type BuildxChoice, findTools } from './find-tools.ts'
import { nameImages } from './name.ts'
import { type BuiltPlatform, buildPlatforms, isEmulated, pullSize } from './platforms.ts'
import { ready } from './ready.ts'
import type { BuildResult, PlatformResult } from './result.ts'
import { type BuilderChoice, type EmulatorChoice, setUp } from './set-up.ts'
import { warmer } from './warm.ts'
import type { World } from './world.ts'

/** One step makes a whole image: every platform, one index, all tags. */
export type BuildRequest = Readonly<{
  mode: 'build'
  /** empty: what the engine runs by itself */
  platforms: readonly Platform[]
  /** builds are pushed to the first one's repository, and copied to the others'; empty: nothing is published */
  tags: readonly TagRef[]
  recipe: Recipe
  builder: BuilderChoice
  buildx?: BuildxChoice
  emulators: EmulatorChoice
}>

/** Emulate, open a builder, build each platform and push it by digest, merge, name it. */
export async function build(request: BuildRequest, outside: World): Promise<BuildResult> {
  const { tags } = request
  const { stages } = outside
  const recipe = await ready(request.recipe, request.platforms, outside)
  const { engine, buildx, world } = await findTools(request.buildx ?? {}, outside)
  const platforms = request.platforms.length > 0 ? request.platforms : [engine.platform]
  const repositories = uniqueRepositories(tags)
  const home = repositories.slice(0, 1)

  const warm = warmer(repositories, world)
  const ground = await setUp({ ...request, platforms }, engine, world, warm)
  if (repositories.length > 0) requirePushByDigest(ground.builder)
  const [built] = await Promise.all([buildPlatforms(recipe, home, ground, world, { buildx }), warm()])
  const [pushed] = await Promise.all(home.map((from) => merge(built, { request, from }, world)))

  const { builder } = ground
  return {
    mode: request.mode,
    platforms: resultsOf(built, pushed?.sizes ?? []),
    ...(pushed && { published: { index: pushed.index, tags } }),
    tools: { docker: engine.client, engine: engine.version, buildx, buildkit: builder.buildkit },
    builder: { name: builder.name, driver: builder.driver },
    stages: stages.done,
  }
}

type Pushed = Readonly<{ index: Manifest; sizes: readonly (number | undefined)[] }>

/** One index of all platforms, under every tag. */
async function merge(
  built: readonly BuiltPlatform[],
  { request, from }: { request: BuildRequest; from: Repository },
  world: World,
): Promise<Pushed> {
  const { recipe, tags } = request
  const registry = await world.registry()
  const read = openReader(from, registry, { expected: true })
  const sizes = Promise.all(built.map((platform) => pullSize(platform, read)))
  const images = built.flatMap(({ pushed }) => pushed ?? [])
  const naming = { images, annotations: recipe.annotations, tags, from }
  const index = await world.stages.run('Publish', (say) => nameImages(naming, { registry, say, read }))
  return { index, sizes: await sizes }
}

function resultsOf(
  built: readonly BuiltPlatform[],
  sizes: readonly (number | undefined)[],
): readonly PlatformResult[] {
  return built.map(({ decision, milliseconds, pushed }, place) => {
    const size = sizes[place]
    return {
      platform: decision.platform,
      emulated: isEmulated(decision),
      milliseconds,
      ...(pushed && { image: pushed.image, attestations: pushed.attestations }),
      ...(size !== undefined && { size }),
    }
  })
}
