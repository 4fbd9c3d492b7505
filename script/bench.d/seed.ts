import { randomBytes } from 'node:crypto'
import { openClient } from '../../__tests__/fakes/client.ts'
import { digestOf } from '../../src/image/digest.ts'
import { type Descriptor, type Manifest, manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import type { Repository } from '../../src/image/reference.ts'

const ARCHITECTURES = ['amd64', 'arm64', 's390x']
const LAYERS = 12

/** Puts an image of so many bytes there, random ones, for three platforms with twelve layers each; gives its tag. */
export async function seedImage(to: Repository, bytes: number): Promise<string> {
  await using client = openClient()
  const { registry } = client
  const put = async (content: Uint8Array, mediaType: string): Promise<Descriptor> => {
    const blob = { mediaType, digest: digestOf(content), size: content.length }
    await registry.putBlob(to, blob, () => Promise.resolve(inOne(content)))
    return blob
  }
  const name = async (manifest: Manifest, tag?: string): Promise<Descriptor> => {
    const { digest, mediaType } = manifest
    await registry.put(tag ? { ...to, tag } : { ...to, digest }, manifest)
    return { mediaType, digest, size: manifest.bytes.length }
  }
  const putImage = async (architecture: string) => {
    const platform = { os: 'linux', architecture }
    const text = JSON.stringify({ ...platform, rootfs: { type: 'layers', diff_ids: [] } })
    const config = await put(Buffer.from(text), 'application/vnd.oci.image.config.v1+json')
    const layers: Descriptor[] = []
    const size = Math.floor(bytes / ARCHITECTURES.length / LAYERS)
    for (let number = 0; number < LAYERS; number++)
      layers.push(await put(randomBytes(size), 'application/vnd.oci.image.layer.v1.tar+gzip'))
    return { ...(await name(asManifest(OCI_MANIFEST, { config, layers }))), platform }
  }
  const manifests: object[] = []
  for (const architecture of ARCHITECTURES) manifests.push(await putImage(architecture))
  await name(asManifest(OCI_INDEX, { manifests }), 'source')
  return 'source'
}

function asManifest(mediaType: string, members: object): Manifest {
  return manifestOf(mediaType, Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...members })))
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}
