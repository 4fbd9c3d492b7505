import type { Digest } from '../../image/digest.ts'
import { pullSizeOf } from '../../image/manifest.ts'
import type { Platform } from '../../image/platform.ts'
import type { TagRef } from '../../image/reference.ts'
import { collect } from '../../merge/collect.ts'
import { isMoving } from '../../publish/order.ts'
import type { Registry } from '../../registry/client.ts'
import type { World } from '../world.ts'
import { openSource } from './source.ts'

/** What a tag was before this run has moved it. */
export type Previous = Readonly<{ tag: TagRef; digest: Digest; platforms: readonly PreviousPlatform[] }>

/** `size` is what a pull of it moved, in bytes. */
export type PreviousPlatform = Readonly<{ platform: Platform; digest: Digest; size: number }>

/** The tag that has most likely had an image before: `latest` rather than `1.2.3`. */
export function tagToCompare(tags: readonly TagRef[]): TagRef | undefined {
  return tags.find(isMoving) ?? tags[0]
}

/** Costs nobody time: what is not known when the builds are done is not waited for, and tags are moved then. */
export async function lookBack(
  tags: readonly TagRef[],
  building: Promise<unknown>,
  { registry }: Pick<World, 'registry'>,
): Promise<Previous | undefined> {
  const tag = tagToCompare(tags)
  if (tag === undefined) return undefined
  const built = building.then(() => undefined)
  return await Promise.race([readPrevious(tag, await registry()), built])
}

/** Only shown, so that a registry which has no such image, or will not tell, is no failure: undefined then. */
async function readPrevious(tag: TagRef, registry: Registry): Promise<Previous | undefined> {
  try {
    const image = await registry.get(tag)
    const source = openSource(tag, registry)
    const { images } = await collect(image, source)
    const platforms = images.map(async ({ platform, image: { digest } }) => {
      const size = pullSizeOf(digest === image.digest ? image : await source.read(digest))
      return { platform, digest, size }
    })
    return { tag, digest: image.digest, platforms: await Promise.all(platforms) }
  } catch {
    return undefined
  }
}
