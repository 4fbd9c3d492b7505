import { type Annotation, annotationsFor } from '../image/annotation.ts'
import { type Annotations, type Descriptor, type Index, uniqueByDigest } from '../image/manifest.ts'
import { DOCKER_LIST, isDockerType, OCI_INDEX } from '../image/media-types.ts'
import { formatPlatform } from '../image/platform.ts'
import { type PlatformImage, runsOn } from './flatten.ts'

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
 * and nothing has to be annotated, since such a list cannot carry annotations. The same image given twice is there once.
 * What else is to be listed comes last.
 */
export function assemble(
  given: readonly PlatformImage[],
  annotations: readonly Annotation[] = [],
  others: readonly Descriptor[] = [],
): Index {
  const images = united(given)
  refuseTwins(images)
  const entries = images.map((entry) => annotated(entry, annotations))
  const attestations = images.flatMap((image) => image.attestations)
  const manifests = [...entries, ...uniqueByDigest([...attestations, ...others])]
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

/** Whether Docker's images ended in an OCI index, only because a Docker list cannot hold their annotations. */
export function isConverted({ mediaType, manifests }: Index): boolean {
  return mediaType === OCI_INDEX && manifests.every((entry) => isDockerType(entry.mediaType))
}

/** For registries that refuse what has no platform. */
export function withoutAttestations<T extends PlatformImage>(images: readonly T[]): readonly T[] {
  return images.map((image) => ({ ...image, attestations: [] }))
}

/**
 * One entry for each image, with what all of its mentions say. An image for two platforms has two: somebody says that
 * it runs on both, as pure data does.
 */
function united(images: readonly PlatformImage[]): readonly PlatformImage[] {
  const groups = Map.groupBy(images, (one) => `${one.image.digest} ${formatPlatform(runsOn(one))}`)
  return [...groups.values()].flatMap(([first, ...more]) => {
    if (first === undefined || more.length === 0) return first ?? []
    const all = [...more.toReversed(), first].map(({ image }) => image.annotations ?? {})
    const annotations: Annotations = Object.assign({}, ...all)
    const image = { ...first.image, ...(Object.keys(annotations).length > 0 && { annotations }) }
    return { ...first, image, attestations: [first, ...more].flatMap(({ attestations }) => attestations) }
  })
}

function annotated({ platform, image }: PlatformImage, annotations: readonly Annotation[]): Descriptor {
  const own = annotationsFor(annotations, 'manifest-descriptor', platform)
  if (Object.keys(own).length === 0) return image
  return { ...image, annotations: { ...image.annotations, ...own } }
}

function refuseTwins(images: readonly PlatformImage[]): void {
  const seen = new Map<string, string>()
  for (const one of images) {
    const { image } = one
    const name = formatPlatform(runsOn(one))
    const first = seen.get(name)
    if (first !== undefined) throw new PlatformTwice(name, [first, image.digest])
    seen.set(name, image.digest)
  }
}
