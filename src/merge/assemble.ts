import { type Annotation, annotationsFor } from '../image/annotation.ts'
import type { Descriptor, Index } from '../image/manifest.ts'
import { DOCKER_LIST, isDockerType, OCI_INDEX } from '../image/media-types.ts'
import { formatPlatform } from '../image/platform.ts'
import type { PlatformImage } from './flatten.ts'

/** Two different images claim one platform; a client would only ever find the first. */
export class PlatformTwice extends Error {
  override readonly name = 'PlatformTwice'
  readonly platform: string
  readonly digests: readonly string[]

  constructor(platform: string, digests: readonly string[]) {
    super(`${platform} is there twice: ${digests.join(' and ')}`)
    this.platform = platform
    this.digests = digests
  }
}

/**
 * One index of many images: the images in the order given, then their attestations, so that even a client that takes
 * the first entry gets something that runs. It is a Docker manifest list only where every child is of Docker's types
 * and nothing has to be annotated, since such a list cannot carry annotations.
 */
export function assemble(images: readonly PlatformImage[], annotations: readonly Annotation[] = []): Index {
  refuseTwins(images)
  const entries = images.map((entry) => annotated(entry, annotations))
  const manifests = [...entries, ...images.flatMap(({ attestations }) => attestations)]
  const own = annotationsFor(annotations, 'index')
  const hasAnnotations =
    Object.keys(own).length > 0 || manifests.some(({ annotations }) => annotations !== undefined)
  const docker = !hasAnnotations && manifests.every(({ mediaType }) => isDockerType(mediaType))
  return {
    mediaType: docker ? DOCKER_LIST : OCI_INDEX,
    manifests,
    ...(Object.keys(own).length > 0 && { annotations: own }),
  }
}

function annotated({ platform, image }: PlatformImage, annotations: readonly Annotation[]): Descriptor {
  const own = annotationsFor(annotations, 'manifest-descriptor', platform)
  if (Object.keys(own).length === 0) return image
  return { ...image, annotations: { ...image.annotations, ...own } }
}

function refuseTwins(images: readonly PlatformImage[]): void {
  const seen = new Map<string, string>()
  for (const { platform, image } of images) {
    const name = formatPlatform(platform)
    const first = seen.get(name)
    if (first !== undefined) throw new PlatformTwice(name, [first, image.digest])
    seen.set(name, image.digest)
  }
}
