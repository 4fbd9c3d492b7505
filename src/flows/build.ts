import type { Manifest } from '../image/manifest.ts'
import type { TagRef } from '../image/reference.ts'
import { uniqueRepositories } from '../publish/everywhere.ts'
import { openReader } from '../publish/tree.ts'
import { type Delivery, deliver, deliveryFor } from './delivery/deliver.ts'
import { type Naming, nameImages } from './delivery/name.ts'
import { buildsOf, type PullSizes, pullSizes } from './platforms/builds.ts'
import { type BuiltPlatform, buildPlatforms } from './platforms/platforms.ts'
import type { BuildResult } from './result.ts'
import { lookBack } from './sources/previous.ts'
import { type ImageMaking, openWorkshop } from './workshop/workshop.ts'
import type { World } from './world.ts'

/** One step makes a whole image: every platform, one index, all tags. */
export type BuildRequest = ImageMaking &
  Readonly<{
    mode: 'build'
    /** builds are pushed to the first one's repository, and copied to the others'; empty: nothing is published */
    tags: readonly TagRef[]
    /** what else becomes of it, and how */
    delivery?: Delivery
    /** whether somebody wants to know what the image was before */
    compare?: boolean
  }>

/** Emulate, open a builder, build each platform and push it by digest, merge, name it. */
export async function build(request: BuildRequest, outside: World): Promise<BuildResult> {
  const delivery = deliveryFor(request.platforms, request.delivery)
  const { byDigest, outputs, push, top } = delivery
  const naming = byDigest ? { tags: [], untagged: byDigest } : { tags: request.tags }
  const repositories = byDigest ? [byDigest] : uniqueRepositories(request.tags)
  const [home] = repositories
  const workshop = await openWorkshop(request, { repositories, outputs }, outside)
  const { recipe, decisions, warm, world } = workshop

  const building = buildPlatforms(workshop, { home, push, outputs }, request)
  const [outcome, previous] = await Promise.all([
    building,
    warm().then(() => (request.compare ? lookBack(naming.tags, building, world) : undefined)),
  ])
  const { built, lost } = outcome
  if (built.length === 0) throw lost[0]?.cause
  const platforms = built.map(({ decision }) => decision.platform)
  const made = { platforms, several: decisions.length > 1, annotations: recipe.annotations }
  const delivered = await deliver(delivery, made, world)
  const pushed = home && (await merge(built, { request, top, tags: naming.tags, from: home }, world))

  return {
    mode: request.mode,
    ...buildsOf(workshop, outcome, pushed?.sizes),
    ...(previous && { previous }),
    ...(pushed && { published: { index: pushed.index, ...naming } }),
    ...(delivered.length > 0 && { delivered }),
  }
}

type Pushed = Readonly<{ index: Manifest; sizes: PullSizes }>

/** One index of all platforms, under every tag. */
async function merge(
  built: readonly BuiltPlatform[],
  { request, ...names }: { request: BuildRequest } & Pick<Naming, 'top' | 'tags' | 'from'>,
  world: World,
): Promise<Pushed> {
  const { recipe, fixed = [] } = request
  const registry = await world.registry()
  const read = openReader(names.from, registry, { expected: true })
  const sizes = pullSizes(built, read)
  const images = built.flatMap(({ pushed }) => pushed ?? [])
  const naming = { ...names, images, annotations: recipe.annotations, fixed }
  const index = await world.stages.run('Publish', (say) => nameImages(naming, { registry, say, read }))
  return { index, sizes: await sizes }
}
