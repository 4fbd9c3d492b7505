/** Manifests to push around: small, valid, and each with a digest of its own. */
import { digestOf } from '../../src/image/digest.ts'
import { type Manifest, manifestOf, writeIndex } from '../../src/image/manifest.ts'
import { type DOCKER_LIST, OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'

/** An image manifest whose blobs exist nowhere. */
export function imageNamed(name: string, mediaType: string = OCI_MANIFEST): Manifest {
  const digest = digestOf(new TextEncoder().encode(name))
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: name.length }
  const json = { schemaVersion: 2, mediaType, config, layers: [] }
  return manifestOf(mediaType, new TextEncoder().encode(JSON.stringify(json)))
}

/** An index of these manifests, the first for linux/amd64, the second for linux/arm64. */
export function indexOf(
  images: readonly Manifest[],
  mediaType: typeof OCI_INDEX | typeof DOCKER_LIST = OCI_INDEX,
) {
  const architectures = ['amd64', 'arm64', 's390x', 'riscv64']
  const manifests = images.map(({ mediaType, digest, bytes }, at) => ({
    mediaType,
    digest,
    size: bytes.length,
    platform: { os: 'linux', architecture: architectures[at] ?? 'ppc64le' },
  }))
  return writeIndex({ mediaType, manifests })
}
