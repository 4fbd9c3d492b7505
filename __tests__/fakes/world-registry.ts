import assert from 'node:assert/strict'
import { type Manifest, manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { formatReference, formatRepository } from '../../src/image/reference.ts'
import type { Registry } from '../../src/registry/client.ts'

/** What a test did not expect to be asked. */
export const nobodyAsks = () => Promise.reject(new Error('nobody asks'))

/** Registries that accept everything, and have what builds have pushed. */
export function openRegistry(act: (effect: string) => Promise<void>) {
  const content = new Map<string, { name: string; manifest: Manifest }>()
  const tags = new Map<string, Manifest>()
  const keep = (name: string, manifest: Manifest) => content.set(manifest.digest, { name, manifest })
  const client: Registry = {
    warm: ({ registry, path }) => act(`warm ${formatRepository({ registry, path })}`),
    // What was pushed a moment ago is only there for those who expect it.
    get: async (reference, { expected = false } = {}) => {
      if (!('digest' in reference)) {
        await act(`get ${formatReference(reference)}`)
        return (
          tags.get(formatReference(reference)) ?? assert.fail(`${formatReference(reference)} is not there`)
        )
      }
      const found = content.get(reference.digest)
      await act(`get ${found?.name}`)
      if (found === undefined || (found.name.startsWith('push') && !expected))
        throw new Error(`${formatReference(reference)} is not there`)
      return found.manifest
    },
    head: nobodyAsks,
    put: async (reference, manifest) => {
      await act(`put ${formatReference(reference)}`)
      tags.set(formatReference(reference), manifest)
    },
    putTags: () => Promise.resolve([]),
    headBlob: nobodyAsks,
    readBlob: nobodyAsks,
    openBlob: nobodyAsks,
    mountBlob: async (to) => {
      await act(`mount ${formatRepository(to)}`)
      return true
    },
    putBlob: nobodyAsks,
    referrers: nobodyAsks,
    tags: nobodyAsks,
    delete: nobodyAsks,
    close: () => act('close registry'),
  }
  return { ...client, client, tags, receive }

  /** What a build of this platform pushes: gives the digest that buildx would note. */
  function receive(name: string, attested: boolean): string {
    const { os, architecture, variant } = parsePlatform(name)
    const layer = {
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: `sha256:${'1'.repeat(64)}`,
    }
    const image = written(OCI_MANIFEST, {
      config: { ...layer, size: 100 },
      layers: [{ ...layer, size: 1000 }],
      name,
    })
    keep(`image of ${name}`, image)
    if (!attested) return image.digest
    const platform = { os, architecture, ...(variant && { variant }) }
    const proof = written(OCI_MANIFEST, { config: { ...layer, size: 50 }, layers: [], of: name })
    keep(`proof of ${name}`, proof)
    const annotations = {
      'vnd.docker.reference.digest': image.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    }
    const manifests = [
      { mediaType: OCI_MANIFEST, digest: image.digest, size: image.bytes.length, platform },
      {
        ...{ mediaType: OCI_MANIFEST, digest: proof.digest, size: proof.bytes.length, annotations },
        platform: { os: 'unknown', architecture: 'unknown' },
      },
    ]
    const index = written(OCI_INDEX, { schemaVersion: 2, manifests })
    keep(`push of ${name}`, index)
    return index.digest
  }
}

function written(mediaType: string, json: unknown): Manifest {
  return manifestOf(mediaType, new TextEncoder().encode(JSON.stringify(json)))
}
