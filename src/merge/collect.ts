import { isImageConfig, readConfigPlatform } from '../image/contents.ts'
import type { Digest } from '../image/digest.ts'
import {
  ATTESTATION_OF,
  ATTESTATION_TYPE,
  type Descriptor,
  isAttestation,
  type Manifest,
  platformOf,
  readImage,
  readIndex,
} from '../image/manifest.ts'
import { isImageType, isIndexType } from '../image/media-types.ts'
import { formatPlatform, normalize } from '../image/platform.ts'
import { editPlatform, type PlatformEdits } from '../image/platform-edits.ts'
import { type DigestRef, formatReference, repositoryOf, type TagRef } from '../image/reference.ts'
import type { PlatformImage } from './flatten.ts'

/** All that a manifest stands for, however it was put together. */
export type Collection = Readonly<{
  /** in the order they are listed, each with its attestations */
  images: readonly PlatformImage[]
  /** what is listed but neither runs nor says of one of these images where it comes from */
  strays: readonly Descriptor[]
  /** whether all that is listed says so where it is listed, so that no configuration had to be read */
  isClear: boolean
}>

/** An image whose configuration does not say what it runs on, and nobody else does. */
export class PlatformUnknown extends Error {
  override readonly name = 'PlatformUnknown'
  /** the image itself, by its digest */
  readonly image: DigestRef

  constructor(digest: Digest, source: Source['of']) {
    const image = { ...repositoryOf(source), digest }
    super(
      `${formatReference(source)} does not say what it runs on: there is no os or no architecture in the configuration of ${digest}`,
    )
    this.image = image
  }
}

/** An index that lists an index that lists an index, further than anybody does on purpose. */
export class NestedTooDeep extends Error {
  override readonly name = 'NestedTooDeep'
}

/** Reads what one repository has. */
export type Source = Readonly<{
  /** what is read from there, as it was called */
  of: TagRef | DigestRef
  read: (digest: Digest) => Promise<Manifest>
  readBlob: (blob: Descriptor) => Promise<Uint8Array>
}>

const DEEPEST = 8

/**
 * Reads the images in an index, nested ones too, or the one image that a manifest is. Only what a descriptor does not
 * say is asked for: the platform of a manifest that stands alone is in its configuration, unless `edits` know better.
 */
export async function collect(
  manifest: Manifest,
  source: Source,
  edits: PlatformEdits = {},
): Promise<Collection> {
  const { mediaType, digest, bytes } = manifest
  const listed = isIndexType(mediaType)
    ? await entriesOf(manifest, source, [digest])
    : [{ mediaType, digest, size: bytes.length }]
  const entries = await Promise.all(
    listed.map(async (entry) => {
      if (entry.digest === digest) return await resolve(entry, manifest, { ...source, edits })
      return says(entry) ? entry : await resolve(entry, await source.read(entry.digest), source)
    }),
  )
  const images = unique(entries, nameOf).flatMap((image): readonly PlatformImage[] => {
    if (image.platform === undefined || isMarked(image)) return []
    const isItsOwn = (entry: Descriptor) =>
      isAttestation(entry) && entry.annotations?.[ATTESTATION_OF] === image.digest
    const attestations = unique(entries.filter(isItsOwn), ({ digest }) => digest)
    return [{ platform: normalize(platformOf(image.platform)), image, attestations }]
  })
  const kept = new Set(images.flatMap(({ image, attestations }) => [image, ...attestations]).map(nameOf))
  return {
    images,
    strays: unique(entries, nameOf).filter((entry) => !kept.has(nameOf(entry))),
    isClear: entries.every((entry) => listed.includes(entry)),
  }
}

/** The entries of an index, those of the indexes in it in their place. */
async function entriesOf(
  index: Manifest,
  source: Source,
  above: readonly Digest[],
): Promise<readonly Descriptor[]> {
  if (above.length > DEEPEST) throw new NestedTooDeep(`${above[0]} nests indexes more than ${DEEPEST} deep`)
  const entries = await Promise.all(
    readIndex(index).manifests.map(async (entry): Promise<readonly Descriptor[]> => {
      if (!isIndexType(entry.mediaType)) return [entry]
      const nested = await source.read(entry.digest)
      return await entriesOf(nested, source, [...above, entry.digest])
    }),
  )
  return entries.flat()
}

/** Adds the platform that the configuration names; an artifact has none, unless somebody says it all. */
async function resolve(
  entry: Descriptor,
  manifest: Manifest,
  { of, readBlob, edits = {} }: Source & { edits?: PlatformEdits },
): Promise<Descriptor> {
  const [config] = readImage(manifest)
  const isImage = config !== undefined && isImageConfig(config)
  const platform = isImage ? readConfigPlatform(await readBlob(config), edits) : editPlatform({}, edits)
  if (isImage && platform === undefined) throw new PlatformUnknown(entry.digest, of)
  return platform ? { ...entry, platform } : entry
}

/** Whether an entry says by itself what it runs on, or that it does not run. */
function says(entry: Descriptor): boolean {
  return entry.platform !== undefined || isMarked(entry) || !isImageType(entry.mediaType)
}

/** What BuildKit marks is no image (buildkit, attestation-storage.md), and what is of no known system is none either. */
function isMarked({ annotations, platform }: Descriptor): boolean {
  return annotations?.[ATTESTATION_TYPE] !== undefined || platform?.os === 'unknown'
}

/** An image may be there for two platforms; for one it is there once, however often it is listed. */
function nameOf({ digest, platform }: Descriptor): string {
  return platform === undefined ? digest : `${digest} ${formatPlatform(platformOf(platform))}`
}

/** The first of each. */
function unique<T>(things: readonly T[], name: (thing: T) => string): readonly T[] {
  const seen = new Set<string>()
  return things.filter((thing) => !seen.has(name(thing)) && seen.add(name(thing)))
}
