import {
  type Annotations,
  type Descriptor,
  type Manifest,
  type PlatformObject,
  parseJson,
  readDescriptor,
} from './manifest.ts'
import { editPlatform, type PlatformEdits } from './platform-edits.ts'

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

/** Whether a layer lies elsewhere, by its licence, and is not for us to copy. */
export function isElsewhere({ urls }: Descriptor): boolean {
  return Array.isArray(urls) && urls.length > 0
}

/** Whether this is the configuration of something that runs, and so names a platform. */
export function isImageConfig({ mediaType }: Descriptor): boolean {
  return IMAGE_CONFIGS.includes(mediaType)
}

/**
 * The platform in an image's configuration (image-spec, config.md), spelt as an index spells it, with the edits in
 * place; undefined where even so nobody says what it runs on.
 */
export function readConfigPlatform(bytes: Uint8Array, edits: PlatformEdits = {}): PlatformObject | undefined {
  const json: Readonly<Record<string, unknown>> = Object(parseJson(bytes))
  const { architecture, os, variant, 'os.version': version, 'os.features': features } = json
  const said = {
    ...(isText(architecture) && { architecture }),
    ...(isText(os) && { os }),
    ...(isText(version) && { 'os.version': version }),
    ...(isTexts(features) && { 'os.features': features }),
    ...(isText(variant) && { variant }),
  }
  return editPlatform(said, edits)
}

function membersOf({ bytes }: Manifest): Readonly<Record<string, unknown>> {
  return Object(parseJson(bytes))
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}
