import { type Digest, isDigestOf } from '../image/digest.ts'
import type { Manifest } from '../image/manifest.ts'
import type { Platform } from '../image/platform.ts'
import { type DigestRef, formatReference, formatRepository, type TagRef } from '../image/reference.ts'
import { collect, type Source } from '../merge/collect.ts'
import type { PlatformImage } from '../merge/flatten.ts'
import { requirePlatforms } from '../merge/wanted.ts'
import { publishEverywhere, uniqueRepositories } from '../publish/everywhere.ts'
import { requireFree } from '../publish/immutable.ts'
import type { Say } from '../system/log.ts'
import type { PromoteResult } from './result.ts'
import { openSource } from './sources/source.ts'
import type { World } from './world.ts'

/** An image that exists gets more names, here or elsewhere; not a byte of it changes. */
export type PromoteRequest = Readonly<{
  mode: 'promote'
  source: TagRef | DigestRef
  tags: readonly TagRef[]
  /** those that the image must have */
  platforms: readonly Platform[]
  /** what the source must be by now */
  ifDigest?: Digest
  /** those of the tags that are not moved from another image */
  fixed?: readonly TagRef[]
  /** whether what others have attached to it comes along to other repositories */
  referrers: boolean
}>

/** The source is not the image that was meant: its tag has been moved. */
export class SourceDiffers extends Error {
  override readonly name = 'SourceDiffers'

  constructor(source: TagRef | DigestRef, found: Digest, expected: Digest) {
    super(`${formatReference(source)} is ${found}, not ${expected}`)
  }
}

/** Read the source once, check it, bring it where it is missing, name it. */
export async function promote(request: PromoteRequest, world: World): Promise<PromoteResult> {
  const { source, tags } = request
  const registry = await world.registry()
  const place = openSource(source, registry)
  const far = uniqueRepositories(tags).filter((repository) => repository.registry !== source.registry)
  const reading = world.stages.run('Source', async (say) => {
    const image = await registry.get(source)
    say(`${formatReference(source)} is ${image.digest}, ${image.mediaType}`)
    if (request.ifDigest !== undefined && !isDigestOf(request.ifDigest, image.bytes))
      throw new SourceDiffers(source, image.digest, request.ifDigest)
    return { image, images: await check(image, request, { ...place, say }) }
  })
  const [{ image, images }] = await Promise.all([reading, ...far.map(registry.warm)])
  const published = await world.stages.run('Publish', async (say) => {
    const { referrers, fixed = [] } = request
    await requireFree(fixed, registry, image.digest)
    const done = await publishEverywhere({ image, tags, from: source, referrers }, registry, place.read)
    for (const repository of done.copied) say(`copied to ${formatRepository(repository)}`)
    for (const tag of done.unchanged) say(`${formatReference(tag)} is ${image.digest} already`)
    for (const tag of done.moved) say(`${formatReference(tag)} is ${image.digest}`)
    return done
  })
  return {
    ...{ mode: request.mode, source, image, images, tags },
    unchanged: published.unchanged,
    copied: published.copied,
    stages: world.stages.done,
  }
}

/** What the image holds. Where nobody relies on it, it is only told: names can be given to what nobody can read. */
async function check(
  image: Manifest,
  { source, platforms }: PromoteRequest,
  { say, ...place }: Source & { say: Say },
): Promise<readonly PlatformImage[]> {
  try {
    const { images } = await collect(image, place)
    const found = images.map(({ platform }) => platform)
    requirePlatforms(formatReference(source), platforms, found)
    return images
  } catch (error: unknown) {
    if (platforms.length > 0) throw error
    say(`what it holds could not be read: ${error instanceof Error ? error.message : error}`)
    return []
  }
}
