import {
  ATTESTATION_OF,
  type Descriptor,
  isAttestation,
  type Manifest,
  type PlatformObject,
  platformOf,
  readIndex,
} from '../image/manifest.ts'
import { isIndexType, isSchema1 } from '../image/media-types.ts'
import { formatPlatform, fulfils, normalize, type Platform } from '../image/platform.ts'

/** One platform's image and its attestations, ready for the index. */
export type PlatformImage = Readonly<{
  platform: Platform
  image: Descriptor
  attestations: readonly Descriptor[]
}>

/** What an index says that an image runs on: of Windows the version too, which few ask for. */
export function runsOn({ platform, image }: PlatformImage): Platform {
  return image.platform === undefined ? platform : normalize(platformOf(image.platform))
}

/** What was found does not hold the platform that was wanted. */
export class PlatformMissing extends Error {
  override readonly name = 'PlatformMissing'
  readonly platform: Platform
  readonly found: readonly string[]

  constructor(platform: Platform, digest: string, found: readonly string[]) {
    super(`${digest} holds no image for ${formatPlatform(platform)}, but ${found.join(', ') || 'nothing'}`)
    this.platform = platform
    this.found = found
  }
}

/**
 * Takes one platform out of what a build has pushed. With provenance on, BuildKit's default, that is an index of an
 * image and its attestation; without, it is the image's manifest itself, built for the platform that was asked for.
 */
export function flatten(manifest: Manifest, platform: Platform): PlatformImage {
  if (isSchema1(manifest.mediaType))
    throw new PlatformMissing(platform, manifest.digest, ['a schema 1 manifest'])
  if (!isIndexType(manifest.mediaType)) {
    const { mediaType, digest, bytes } = manifest
    return {
      platform,
      image: { mediaType, digest, size: bytes.length, platform: spell(platform) },
      attestations: [],
    }
  }
  const { manifests } = readIndex(manifest)
  const images = manifests.filter((descriptor) => !isAttestation(descriptor))
  const found = images.filter(({ platform: is }) => is !== undefined && fulfils(platformOf(is), platform))
  const image = found.find((one) => name(one) === formatPlatform(platform)) ?? found[0]
  if (image === undefined) throw new PlatformMissing(platform, manifest.digest, images.map(name))
  const attestations = manifests.filter(
    (descriptor) => isAttestation(descriptor) && descriptor.annotations?.[ATTESTATION_OF] === image.digest,
  )
  return { platform, image, attestations }
}

function name({ platform }: Descriptor): string {
  return platform === undefined ? 'an image without a platform' : formatPlatform(platformOf(platform))
}

/** From our spelling to an index's (image-spec, image-index.md). */
function spell({ os, architecture, variant, osVersion, osFeatures }: Platform): PlatformObject {
  return {
    architecture,
    os,
    ...(osVersion && { 'os.version': osVersion }),
    ...(osFeatures?.length && { 'os.features': osFeatures }),
    ...(variant && { variant }),
  }
}
