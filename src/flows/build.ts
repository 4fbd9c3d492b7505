import { complaintsOf } from '../build/complaints.ts'
import { isProof } from '../build/proofs.ts'
import type { Manifest } from '../image/manifest.ts'
import type { Platform } from '../image/platform.ts'
import type { TagRef } from '../image/reference.ts'
import { uniqueRepositories } from '../publish/everywhere.ts'
import { requireFree } from '../publish/immutable.ts'
import { openReader } from '../publish/tree.ts'
import { checkStore } from './check-store.ts'
import { type Delivery, deliver, deliveryFor } from './deliver.ts'
import { findTools, versionsOf } from './find-tools.ts'
import type { Making } from './making.ts'
import { type Naming, nameImages } from './name.ts'
import { type BuiltPlatform, buildPlatforms, lostOnes, pullSize, resultsOf } from './platforms.ts'
import { lookBack } from './previous.ts'
import { openPush } from './push.ts'
import { ready } from './ready.ts'
import type { BuildResult } from './result.ts'
import { setUp } from './set-up.ts'
import { warmer } from './warm.ts'
import type { World } from './world.ts'

/** One step makes a whole image: every platform, one index, all tags. */
export type BuildRequest = Making &
  Readonly<{
    mode: 'build'
    /** those of the platforms that the image is made without, should they fail */
    optional?: readonly Platform[]
    /** builds are pushed to the first one's repository, and copied to the others'; empty: nothing is published */
    tags: readonly TagRef[]
    /** what else becomes of it, and how */
    delivery?: Delivery
    /** whether somebody wants to know what the image was before */
    compare?: boolean
    /** those of the tags that are not moved: where one is there already, nothing is built */
    fixed?: readonly TagRef[]
  }>

/** Emulate, open a builder, build each platform and push it by digest, merge, name it. */
export async function build(request: BuildRequest, outside: World): Promise<BuildResult> {
  const { fixed = [] } = request
  const recipe = await ready(request.recipe, request.platforms, outside)
  if (fixed.length > 0) await requireFree(fixed, await outside.registry())
  const tools = await findTools(request, outside)
  const { engine, buildx, world } = tools
  const delivery = deliveryFor(request.platforms, request.delivery)
  const naming = delivery.byDigest ? { tags: [], untagged: delivery.byDigest } : { tags: request.tags }
  const repositories = delivery.byDigest ? [delivery.byDigest] : uniqueRepositories(request.tags)
  const home = repositories.slice(0, 1)

  const warm = warmer(repositories, world)
  const ground = await setUp(request, engine, world, warm)
  const { builder } = ground
  const { driver } = builder
  const attested = recipe.attests.some(isProof)
  const pushes = home.length > 0
  await checkStore({ ...delivery, driver, pushes, attested, platforms: ground.decisions.length }, world)
  const [push] = home.map((to) => openPush(to, { attributes: delivery.push, driver }, world))
  const destiny = { push, outputs: delivery.outputs }
  const building = buildPlatforms(recipe, destiny, ground, world, { ...request, buildx })
  const [{ built, lost }, previous] = await Promise.all([
    building,
    warm().then(() => (request.compare ? lookBack(naming.tags, building, world) : undefined)),
  ])
  if (built.length === 0) throw lost[0]?.cause
  const made = built.map(({ decision }) => decision.platform)
  const several = ground.decisions.length > 1
  const delivered = await deliver(
    delivery,
    { platforms: made, several, annotations: recipe.annotations },
    world,
  )
  const [pushed] = await Promise.all(
    home.map((from) => merge(built, { request, top: delivery.top, tags: naming.tags, from }, world)),
  )

  return {
    mode: request.mode,
    platforms: resultsOf(built, pushed?.sizes ?? [], recipe),
    ...lostOnes(lost),
    complaints: complaintsOf(built.flatMap(({ heard }) => heard)),
    ...(previous && { previous }),
    ...(pushed && { published: { index: pushed.index, ...naming } }),
    ...(delivered.length > 0 && { delivered }),
    tools: versionsOf(tools, builder),
    builder: { name: builder.name, driver },
    stages: world.stages.done,
  }
}

type Pushed = Readonly<{ index: Manifest; sizes: readonly (number | undefined)[] }>

/** One index of all platforms, under every tag. */
async function merge(
  built: readonly BuiltPlatform[],
  { request, ...names }: { request: BuildRequest } & Pick<Naming, 'top' | 'tags' | 'from'>,
  world: World,
): Promise<Pushed> {
  const { recipe, fixed = [] } = request
  const registry = await world.registry()
  const read = openReader(names.from, registry, { expected: true })
  const sizes = Promise.all(built.map((platform) => pullSize(platform, read)))
  const images = built.flatMap(({ pushed }) => pushed ?? [])
  const naming = { ...names, images, annotations: recipe.annotations, fixed }
  const index = await world.stages.run('Publish', (say) => nameImages(naming, { registry, say, read }))
  return { index, sizes: await sizes }
}
