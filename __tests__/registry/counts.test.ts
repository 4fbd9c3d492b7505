import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Registry } from '../../src/registry/registry.ts'
import { blobNamed, inPieces } from '../fakes/blobs.ts'
import { octo, openClient } from '../fakes/client.ts'
import { imageNamed, indexOf } from '../fakes/images.ts'
import { type FakeOptions, type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

// What the client costs, cold and with tokens: registry.md, 3.6. Nothing is asked for twice but what was answered by 401.

const image = imageNamed('image')
const layers = ['config', 'one', 'two', 'three'].map((name) => blobNamed(name))
const app = (fake: FakeRegistry) => ({ registry: fake.host, path: 'octo/app' })
const copy = (fake: FakeRegistry) => ({ registry: fake.host, path: 'octo/copy' })

type Deed = (registry: Registry, fake: FakeRegistry) => Promise<unknown>

/** What is done, and with how many requests, the 401 and the token among them. */
const COSTS: Readonly<Record<string, readonly [requests: number, deed: Deed, options?: FakeOptions]>> = {
  'four more tags for an image': [
    1 + 4 + 2,
    async (registry, fake) => {
      const found = await registry.get({ ...app(fake), tag: '1' })
      await registry.put({ ...app(fake), tag: 'a' }, found)
      await Promise.all(['b', 'c', 'd'].map((tag) => registry.put({ ...app(fake), tag }, found)))
    },
  ],
  'an image for another repository: a mount for each blob, and a token for both': [
    1 + 4 + 1 + 3,
    async (registry, fake) => {
      const found = await registry.get({ ...app(fake), tag: '1' })
      await Promise.all(layers.map(({ digest }) => registry.mountBlob(copy(fake), digest, app(fake))))
      await registry.put({ ...copy(fake), tag: '1' }, found)
    },
  ],
  'four blobs': [
    4 * 2 + 2,
    (registry, fake) =>
      Promise.all(layers.map(({ blob, bytes }) => registry.putBlob(copy(fake), blob, inPieces(bytes)))),
  ],
  'four small blobs, where they go along': [
    4 + 2,
    (registry, fake) =>
      Promise.all(
        layers.map(({ bytes }, at) => {
          const small = blobNamed(`${at}${bytes.length}`, 100)
          return registry.putBlob(copy(fake), small.blob, inPieces(small.bytes))
        }),
      ),
    { single: true },
  ],
  'three configurations': [
    3 + 2,
    (registry, fake) => Promise.all(layers.slice(1).map(({ blob }) => registry.readBlob(app(fake), blob))),
  ],
}

for (const [name, [requests, deed, options]] of Object.entries(COSTS)) {
  test(`${name}: ${requests} requests`, async () => {
    await using fake = await fakeRegistry({ auth: 'bearer', ...options })
    await using client = openClient({ credential: octo })
    for (const { bytes } of layers) fake.holdBlob('octo/app', bytes)
    const index = indexOf([image])
    for (const { bytes, mediaType } of [image, index]) fake.hold(bytes, mediaType, 'octo/app', '1')
    fake.hold(image.bytes, image.mediaType, 'octo/copy')
    await deed(client.registry, fake)
    assert.equal(fake.requests.length, requests, fake.log().join('\n'))
    const asked = fake.requests.filter(({ status }) => status !== 401)
    const lines = asked.map(({ method, path }) => `${method} ${path}`)
    // Uploads begin with the same words, each for itself.
    const again = lines.filter((line, at) => lines.indexOf(line) !== at && !line.endsWith('/uploads/'))
    assert.deepEqual(again, [])
    assert.ok(fake.connections() <= 9, `${fake.connections()} connections`)
  })
}
