import type { Digest } from '../image/digest.ts'
import {
  type Annotations,
  type Descriptor,
  type Manifest,
  manifestOf,
  readIndex,
  writeIndex,
} from '../image/manifest.ts'
import { OCI_INDEX } from '../image/media-types.ts'
import { formatReference, type TagRef } from '../image/reference.ts'

/** The files of a layout (image-spec, image-layout.md). */
export const LAYOUT_FILE = 'oci-layout'
export const INDEX_FILE = 'index.json'
export const LAYOUT_VERSION = '{"imageLayoutVersion":"1.0.0"}'

export function blobPath(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`
}

/** What names an image in a layout: the tag for skopeo, crane and regctl, the whole name for containerd and Docker. */
const TAG = 'org.opencontainers.image.ref.name'
const NAME = 'io.containerd.image.name'

/** How a layout lists an image: once for every name, or once without any. */
export function listImage(
  { mediaType, digest, bytes }: Manifest,
  names: readonly TagRef[],
  annotations: Annotations = {},
): readonly Descriptor[] {
  const descriptor = { mediaType, digest, size: bytes.length }
  const own = Object.keys(annotations).length > 0 ? { annotations } : {}
  if (names.length === 0) return [{ ...descriptor, ...own }]
  return names.map((name) => ({
    ...descriptor,
    annotations: { ...annotations, [TAG]: name.tag, [NAME]: formatReference(name) },
  }))
}

/** The bytes of `index.json`. What a layout lists already stays, unless it has one of the new names, or is the same. */
export function writeLayoutIndex(images: readonly Descriptor[], before?: Uint8Array): Uint8Array {
  const listed = before === undefined ? [] : readIndex(manifestOf(OCI_INDEX, before)).manifests
  const kept = listed.filter((old) => !images.some((image) => replaces(image, old)))
  return writeIndex({ mediaType: OCI_INDEX, manifests: [...kept, ...images] }).bytes
}

function replaces(image: Descriptor, old: Descriptor): boolean {
  const [name, before] = [image.annotations?.[NAME], old.annotations?.[NAME]]
  return name === before && (name !== undefined || image.digest === old.digest)
}
