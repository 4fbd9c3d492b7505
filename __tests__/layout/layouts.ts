import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf } from '../../src/image/digest.ts'
import { type Manifest, manifestOf, writeIndex } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { inOnePiece } from '../../src/image/pieces.ts'
import type { Contents } from '../../src/layout/write.ts'

/** A folder that is gone after the test. */
export async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'multiarch-layout-'))
  const at = (name: string) => join(path, name)
  return { path, at, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** One platform's image as BuildKit exports it: an index of it, its configuration and its layer. */
export function imageFor(architecture: string, layer = `files of ${architecture}`) {
  const config = blobOf('application/vnd.oci.image.config.v1+json', `{"architecture":"${architecture}"}`)
  const files = blobOf('application/vnd.oci.image.layer.v1.tar', layer)
  const image = written({ config: config.descriptor, layers: [files.descriptor] })
  const { mediaType, digest, bytes } = image
  const entry = { mediaType, digest, size: bytes.length, platform: { architecture, os: 'linux' } }
  const top = writeIndex({ mediaType: OCI_INDEX, manifests: [entry] })
  return { image, top, config, files, contents: contentsOf([image, top], [config, files], top) }
}

function contentsOf(manifests: Contents['manifests'], blobs: readonly Blob[], top: Manifest): Contents {
  const { mediaType, digest, bytes } = top
  return {
    images: [{ mediaType, digest, size: bytes.length }],
    manifests,
    blobs: blobs.map(({ bytes, descriptor }) => ({ ...descriptor, open: () => inOnePiece(bytes) })),
  }
}

type Blob = ReturnType<typeof blobOf>

function blobOf(mediaType: string, text: string) {
  const bytes = Buffer.from(text)
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } }
}

function written(json: object): Manifest {
  return manifestOf(OCI_MANIFEST, Buffer.from(JSON.stringify({ mediaType: OCI_MANIFEST, ...json })))
}
