import type { Digest } from '../../image/digest.ts'
import type { Descriptor, Manifest } from '../../image/manifest.ts'
import { formatPlatform, type Platform } from '../../image/platform.ts'
import { formatReference, formatRepository, type Repository, type TagRef } from '../../image/reference.ts'
import { block } from '../summary/page.ts'

/** What a registry has of an image. */
type Shown = Readonly<{
  digest: Digest | ''
  /** undefined where nothing stands for all of it */
  at?: Repository | undefined
  images: readonly Readonly<{ platform: Platform; image: Descriptor }>[]
  tags?: readonly TagRef[]
}>

/** What later steps want to know of an image, however it has come to be. */
export function imageOutputs({ digest, at, images, tags = [] }: Shown) {
  const digests = images.map(({ platform, image }) => [formatPlatform(platform), image.digest])
  return {
    digest,
    platforms: platformList(images.map(({ platform }) => platform)),
    digests: JSON.stringify(Object.fromEntries(digests)),
    image: at ? `${formatRepository(at)}@${digest}` : '',
    tags: tags.map(formatReference).join('\n'),
  }
}

/** As the input platforms takes them. */
export function platformList(platforms: readonly Platform[]): string {
  return platforms.map(formatPlatform).join(',')
}

/** As JSON: what it is, without a word of what is in it. */
export function manifestDetails({ mediaType, digest, bytes }: Manifest): object {
  return { digest, descriptor: { mediaType, digest, size: bytes.length } }
}

/** How to get it, for whoever reads the summary. */
export function pullCommand(name: TagRef): string {
  return block('sh', [`docker pull ${formatReference(name)}`])
}
