import type { Digest } from '../image/digest.ts'
import { readImage } from '../image/manifest.ts'
import type { Platform } from '../image/platform.ts'
import type { TagRef } from '../image/reference.ts'
import { collect } from '../merge/collect.ts'
import { isMoving } from '../publish/order.ts'
import { openReader } from '../publish/tree.ts'
import type { Registry } from '../registry/client.ts'

/** What a tag was before this run has moved it. */
export type Previous = Readonly<{ tag: TagRef; digest: Digest; platforms: readonly PreviousPlatform[] }>

/** `size` is what a pull of it moved, in bytes. */
export type PreviousPlatform = Readonly<{ platform: Platform; digest: Digest; size: number }>

/** The tag that has most likely had an image before: `latest` rather than `1.2.3`. */
export function tagToCompare(tags: readonly TagRef[]): TagRef | undefined {
  return tags.find(isMoving) ?? tags[0]
}

/** Only shown, so that a registry which has no such image, or will not tell, is no failure: undefined then. */
export async function readPrevious(tag: TagRef, registry: Registry): Promise<Previous | undefined> {
  try {
    const image = await registry.get(tag)
    const read = openReader(tag, registry)
    const { images } = await collect(image, { read, readBlob: (blob) => registry.readBlob(tag, blob) })
    const platforms = images.map(async ({ platform, image: { digest } }) => {
      const parts = readImage(digest === image.digest ? image : await read(digest))
      return { platform, digest, size: parts.reduce((sum, { size }) => sum + size, 0) }
    })
    return { tag, digest: image.digest, platforms: await Promise.all(platforms) }
  } catch {
    return undefined
  }
}
