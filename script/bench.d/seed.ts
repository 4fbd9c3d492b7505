import { randomBytes } from 'node:crypto'
import { openClient } from '../../__tests__/fakes/client.ts'
import { type Digest, digestOf } from '../../src/image/digest.ts'
import { type Descriptor, manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { inOnePiece } from '../../src/image/pieces.ts'
import type { Repository } from '../../src/image/reference.ts'
import type { Registry } from '../../src/registry/registry.ts'

const CONFIG = 'application/vnd.oci.image.config.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'

const ARCHITECTURES = ['amd64', 'arm64', 's390x']
const LAYERS = 12

/** Puts an image of so many bytes there, random ones, for three platforms with twelve layers each; gives its tag. */
export async function seedImage(to: Repository, bytes: number): Promise<string> {
  await using client = openClient()
  const size = Math.floor(bytes / ARCHITECTURES.length / LAYERS)
  const manifests: object[] = []
  for (const architecture of ARCHITECTURES) {
    const platform = { os: 'linux', architecture }
    manifests.push({
      ...(await putImage(client.registry, to, { config: platform, layers: LAYERS, size })),
      platform,
    })
  }
  const tag = 'source'
  await putManifest(client.registry, { ...to, tag }, { mediaType: OCI_INDEX, manifests })
  return tag
}

/** What a build of one platform leaves: its image, or an index of it and its attestation. */
export async function seedBuild(
  registry: Registry,
  to: Repository,
  { architecture, attested }: Readonly<{ architecture: string; attested: boolean }>,
): Promise<Digest> {
  const platform = { os: 'linux', architecture }
  const image = await putImage(registry, to, { config: platform, layers: 8, size: 1000 })
  if (!attested) return image.digest
  const unknown = { os: 'unknown', architecture: 'unknown' }
  const proof = await putImage(registry, to, {
    config: { ...unknown, of: architecture },
    layers: 1,
    size: 1000,
  })
  const annotations = {
    'vnd.docker.reference.digest': image.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  }
  const manifests = [
    { ...image, platform },
    { ...proof, annotations, platform: unknown },
  ]
  return (await putManifest(registry, to, { mediaType: OCI_INDEX, manifests })).digest
}

type Contents = Readonly<{ config: object; layers: number; size: number }>

async function putImage(
  registry: Registry,
  to: Repository,
  { config, layers, size }: Contents,
): Promise<Descriptor> {
  const put = async (bytes: Uint8Array, mediaType: string): Promise<Descriptor> => {
    const blob = { mediaType, digest: digestOf(bytes), size: bytes.length }
    await registry.putBlob(to, blob, () => Promise.resolve(inOnePiece(bytes)))
    return blob
  }
  const blobs: Descriptor[] = []
  for (let number = 0; number < layers; number++) blobs.push(await put(randomBytes(size), LAYER))
  const rootfs = { type: 'layers', diff_ids: blobs.map(({ digest }) => digest) }
  const described = await put(Buffer.from(JSON.stringify({ ...config, rootfs })), CONFIG)
  return await putManifest(registry, to, { mediaType: OCI_MANIFEST, config: described, layers: blobs })
}

type Members = Readonly<{ mediaType: string; [member: string]: unknown }>

/** By its digest, or under a tag. */
async function putManifest(
  registry: Registry,
  to: Repository & { tag?: string },
  members: Members,
): Promise<Descriptor> {
  const { mediaType } = members
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...members }))
  const manifest = manifestOf(mediaType, bytes)
  const { tag, ...repository } = to
  await registry.put(
    tag === undefined ? { ...repository, digest: manifest.digest } : { ...repository, tag },
    manifest,
  )
  return { mediaType, digest: manifest.digest, size: bytes.length }
}
