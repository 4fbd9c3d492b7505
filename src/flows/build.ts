import { checkDockerfile } from '../build/context.ts'
import type { Recipe } from '../build/plan.ts'
import { requirePushByDigest } from '../builder/builder.ts'
import { findBuildx, findEngine } from '../builder/engine.ts'
import { type Manifest, readImage, writeIndex } from '../image/manifest.ts'
import type { Platform } from '../image/platform.ts'
import { formatReference, formatRepository, type Repository, type TagRef } from '../image/reference.ts'
import { assemble } from '../merge/assemble.ts'
import { publish } from '../publish/publish.ts'
import { type BuiltPlatform, buildPlatforms, isEmulated } from './platforms.ts'
import type { BuildResult, PlatformResult } from './result.ts'
import { type BuilderChoice, type EmulatorChoice, setUp } from './set-up.ts'
import type { World } from './world.ts'

/** One step makes a whole image: every platform, one index, all tags. */
export type BuildRequest = Readonly<{
  mode: 'build'
  /** empty: what the engine runs by itself */
  platforms: readonly Platform[]
  /** all in one registry; empty: build everything, publish nothing */
  tags: readonly TagRef[]
  recipe: Recipe
  builder: BuilderChoice
  emulators: EmulatorChoice
}>

/** Emulate, open a builder, build each platform and push it by digest, merge, name it. */
export async function build(request: BuildRequest, world: World): Promise<BuildResult> {
  const { recipe, tags } = request
  const { run, places, stages } = world
  await checkDockerfile(recipe, world.files, places.workspace)
  const [engine, buildx] = await Promise.all([findEngine(run, places.dockerHost), findBuildx(run)])
  const platforms = request.platforms.length > 0 ? request.platforms : [engine.platform]
  const repositories = uniqueRepositories(tags)

  const ground = await setUp({ ...request, platforms }, engine, world)
  if (repositories.length > 0) requirePushByDigest(ground.builder)
  const [built] = await Promise.all([
    buildPlatforms(recipe, repositories, ground, world),
    warmRegistry(repositories, world),
  ])
  const sizes = Promise.all(built.map((platform) => pullSize(platform, repositories[0], world)))
  const index = tags.length > 0 ? await merge(built, request, world) : undefined

  const { builder } = ground
  return {
    mode: request.mode,
    platforms: resultsOf(built, await sizes),
    ...(index && { published: { index, tags } }),
    tools: { docker: engine.client, engine: engine.version, buildx, buildkit: builder.buildkit },
    builder: { name: builder.name, driver: builder.driver },
    stages: stages.done,
  }
}

/** One index of all platforms, under every tag. */
function merge(
  built: readonly BuiltPlatform[],
  { recipe, tags }: BuildRequest,
  world: World,
): Promise<Manifest> {
  return world.stages.run('Publish', async (say) => {
    if (recipe.annotations.some(({ level }) => level === 'index-descriptor')) {
      say(
        'annotations of the level index-descriptor belong to an OCI layout; a registry has no place for them',
      )
    }
    const images = built.flatMap(({ pushed }) => pushed ?? [])
    const index = writeIndex(assemble(images, recipe.annotations))
    const registry = await world.registry()
    for (const tag of await publish(index, tags, registry)) say(`${formatReference(tag)} is ${index.digest}`)
    return index
  })
}

/**
 * Loads the client, connects and logs in while the builds run: earlier, loading it would hold up what is started then.
 * What is wrong shows when it matters, so nothing is thrown here.
 */
async function warmRegistry([first]: readonly Repository[], world: World): Promise<void> {
  if (first !== undefined) await (await world.registry()).warm(first)
}

/** What a pull of the platform moves, in bytes. Only shown, so a registry that will not tell is no failure. */
async function pullSize({ pushed }: BuiltPlatform, repository: Repository | undefined, world: World) {
  if (pushed === undefined || repository === undefined) return undefined
  try {
    const registry = await world.registry()
    const parts = readImage(await registry.get({ ...repository, digest: pushed.image.digest }))
    return parts.reduce((sum, { size }) => sum + size, 0)
  } catch {
    return undefined
  }
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

function uniqueRepositories(tags: readonly TagRef[]): readonly Repository[] {
  return [
    ...new Map(
      tags.map(({ registry, path }) => [formatRepository({ registry, path }), { registry, path }]),
    ).values(),
  ]
}
