import { FormatError } from './format-error.ts'
import {
  type Annotations,
  type Descriptor,
  type Manifest,
  type PlatformObject,
  parseJson,
  readDescriptor,
} from './manifest.ts'

/** Configurations of images; one of another type belongs to something that does not run. */
const IMAGE_CONFIGS = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]

/** The image that a manifest belongs to, where it says so (image-spec, manifest.md, "subject"). */
export function readSubject(manifest: Manifest): Descriptor | undefined {
  const { subject } = membersOf(manifest)
  return subject === undefined ? undefined : readDescriptor(subject)
}

/** What a manifest or an index says of itself; none where there is nothing to read. */
export function readOwnAnnotations(manifest: Manifest): Annotations {
  const { annotations } = membersOf(manifest)
  if (typeof annotations !== 'object' || annotations === null) return {}
  return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, String(value)]))
}

/** Whether this is the configuration of something that runs, and so names a platform. */
export function isImageConfig({ mediaType }: Descriptor): boolean {
  return IMAGE_CONFIGS.includes(mediaType)
}

/** The platform in an image's configuration (image-spec, config.md), spelt as an index spells it; throws FormatError. */
export function readConfigPlatform(bytes: Uint8Array): PlatformObject {
  const json: Readonly<Record<string, unknown>> = Object(parseJson(bytes))
  const { architecture, os, variant } = json
  if (typeof architecture !== 'string' || architecture === '' || typeof os !== 'string' || os === '')
    throw new FormatError('image configuration', summary(json), '"os" and "architecture"')
  const { 'os.version': version, 'os.features': features } = json
  return {
    architecture,
    os,
    ...(typeof version === 'string' && version !== '' && { 'os.version': version }),
    ...(isTexts(features) && features.length > 0 && { 'os.features': features }),
    ...(typeof variant === 'string' && variant !== '' && { variant }),
  }
}

function membersOf({ bytes }: Manifest): Readonly<Record<string, unknown>> {
  return Object(parseJson(bytes))
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

function summary(json: object): string {
  return JSON.stringify(json).slice(0, 200)
}
