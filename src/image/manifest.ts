import { type Algorithm, type Digest, digestOf, parseAnyDigest } from './digest.ts'
import { FormatError } from './format-error.ts'
import type { Platform } from './platform.ts'

/** A manifest is its bytes, as the registry has them; every view of it is read from them and never printed anew. */
export type Manifest = Readonly<{ mediaType: string; bytes: Uint8Array; digest: Digest }>

/** A pointer to content (image-spec, descriptor.md). Members we do not know ride along. */
export type Descriptor = Readonly<{
  mediaType: string
  digest: Digest
  /** bytes */
  size: number
  annotations?: Annotations
  platform?: PlatformObject
  artifactType?: string
  [other: string]: unknown
}>

export type Annotations = Readonly<Record<string, string>>

/** A platform as an index spells it, kept verbatim: nothing is normalized on its way through. */
export type PlatformObject = Readonly<{
  os: string
  architecture: string
  variant?: string
  'os.version'?: string
  'os.features'?: readonly string[]
  [other: string]: unknown
}>

/** A view of an index or manifest list, or the plan for one. */
export type Index = Readonly<{
  mediaType: string
  manifests: readonly Descriptor[]
  annotations?: Annotations
}>

/** The annotation by which BuildKit ties an attestation manifest to its image (buildkit, attestation-storage.md). */
export const ATTESTATION_TYPE = 'vnd.docker.reference.type'
export const ATTESTATION_OF = 'vnd.docker.reference.digest'

/** `algorithm` is the one by which whoever has the bytes knows them. */
export function manifestOf(mediaType: string, bytes: Uint8Array, algorithm?: Algorithm): Manifest {
  return { mediaType, bytes, digest: digestOf(bytes, algorithm) }
}

/** Looks at the bytes of an index; throws FormatError where they are none. */
export function readIndex({ mediaType, bytes }: Manifest): Index {
  const json = object(parseJson(bytes), 'index')
  const { manifests, annotations } = json
  if (!Array.isArray(manifests)) throw new FormatError('index', summary(json), 'a list of "manifests"')
  return {
    mediaType,
    manifests: manifests.map(readDescriptor),
    ...(annotations !== undefined && { annotations: readAnnotations(annotations) }),
  }
}

/** What an image manifest points to: its configuration and its layers; throws FormatError where it is none. */
export function readImage({ bytes }: Pick<Manifest, 'bytes'>): readonly Descriptor[] {
  const json = object(parseJson(bytes), 'image manifest')
  const { config, layers } = json
  if (config === undefined || !Array.isArray(layers))
    throw new FormatError('image manifest', summary(json), '"config" and "layers"')
  return [config, ...layers].map(readDescriptor)
}

/** Bytes that a pull of this image moves: its configuration and its layers; throws FormatError where it is none. */
export function pullSizeOf(image: Manifest): number {
  return readImage(image).reduce((sum, { size }) => sum + size, 0)
}

/** Each content once, in its first place. */
export function uniqueByDigest(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(descriptors.map((one) => [one.digest, one])).values()]
}

/** Checks the members every descriptor must have and leaves the others as they are. */
export function readDescriptor(value: unknown): Descriptor {
  const json = object(value, 'descriptor')
  const { mediaType, digest, size, platform, annotations } = json
  if (typeof mediaType !== 'string' || mediaType === '') throw broken(json, 'a "mediaType"')
  if (typeof digest !== 'string') throw broken(json, 'a "digest"')
  if (!Number.isSafeInteger(size) || (size as number) < 0) throw broken(json, 'a "size" in bytes')
  return {
    ...json,
    mediaType,
    digest: parseAnyDigest(digest),
    size: size as number,
    ...(platform !== undefined && { platform: readPlatformObject(platform) }),
    ...(annotations !== undefined && { annotations: readAnnotations(annotations) }),
  }
}

/** The same index always gives the same bytes: fixed order of members, two spaces, no time stamps. */
export function writeIndex({ mediaType, manifests, annotations }: Index): Manifest {
  const ordered = manifests.map(({ mediaType, digest, size, annotations, platform, ...others }) => ({
    mediaType,
    digest,
    size,
    ...(annotations && { annotations: sorted(annotations) }),
    ...(platform && { platform }),
    ...others,
  }))
  const json = {
    schemaVersion: 2,
    mediaType,
    manifests: ordered,
    ...(annotations && Object.keys(annotations).length > 0 && { annotations: sorted(annotations) }),
  }
  return manifestOf(mediaType, new TextEncoder().encode(JSON.stringify(json, null, 2)))
}

/** From an index's spelling to ours. */
export function platformOf({ os, architecture, variant, ...rest }: PlatformObject): Platform {
  const { 'os.version': osVersion, 'os.features': osFeatures } = rest
  return {
    os,
    architecture,
    ...(variant && { variant }),
    ...(osVersion && { osVersion }),
    ...(osFeatures?.length && { osFeatures }),
  }
}

/** An attestation travels with an image, but is none: it has no platform of its own to list. */
export function isAttestation({ annotations }: Descriptor): boolean {
  return annotations?.[ATTESTATION_TYPE] === 'attestation-manifest'
}

function readPlatformObject(value: unknown): PlatformObject {
  const json = object(value, 'platform')
  const { os, architecture } = json
  if (typeof os !== 'string' || typeof architecture !== 'string')
    throw broken(json, '"os" and "architecture"')
  return { ...json, os, architecture } as PlatformObject
}

function readAnnotations(value: unknown): Annotations {
  const json = object(value, 'map of annotations')
  const strange = Object.entries(json).find(([, text]) => typeof text !== 'string')
  if (strange) throw broken(json, `text as the annotation "${strange[0]}"`)
  return json as Annotations
}

/** Bytes to a value of unknown shape; throws FormatError. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes)
  try {
    return JSON.parse(text)
  } catch {
    throw new FormatError('JSON document', text.slice(0, 200), 'a manifest')
  }
}

function object(value: unknown, word: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new FormatError(word, JSON.stringify(value)?.slice(0, 200) ?? 'nothing', 'a JSON object')
}

function broken(json: object, expected: string): FormatError {
  return new FormatError('descriptor', summary(json), expected)
}

function summary(json: object): string {
  return JSON.stringify(json).slice(0, 200)
}

function sorted(annotations: Annotations): Annotations {
  return Object.fromEntries(Object.entries(annotations).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
