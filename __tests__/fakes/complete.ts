import assert from 'node:assert/strict'
import { readImage, readIndex } from '../../src/image/manifest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import type { FakeRegistry } from './registry.ts'

/** Whatever a tag points to is there, down to the last blob. */
export function assertComplete(fake: FakeRegistry): void {
  for (const name of Object.keys(fake.tags())) {
    const [path = ''] = name.split(':')
    const manifest = fake.manifest(name)
    assert(manifest, name)
    const children = manifest.mediaType === OCI_INDEX ? readIndex(manifest).manifests : []
    const images =
      manifest.mediaType === OCI_INDEX
        ? children.map(({ digest }) => fake.manifest(`${path}@${digest}`))
        : [manifest]
    for (const image of images) {
      assert(image, `${name} lists what is not there`)
      for (const { digest } of readImage(image)) assert(fake.blob(path, digest), `${name} lacks ${digest}`)
    }
  }
}
