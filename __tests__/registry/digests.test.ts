import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { digestOf, parseAnyDigest } from '../../src/image/digest.ts'
import { manifestOf } from '../../src/image/manifest.ts'
import { blobNamed, inPieces, readAll } from '../fakes/blobs.ts'
import { openClient } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

// Digests by other algorithms than sha256: registry.md, 1.1 and 1.5.1.

const image = imageNamed('image')
const strong = manifestOf(image.mediaType, image.bytes, 'sha512')
const app = (fake: FakeRegistry) => ({ registry: fake.host, path: 'octo/app' })
const copy = (fake: FakeRegistry) => ({ registry: fake.host, path: 'octo/copy' })
const unknown = parseAnyDigest(`blake3:${'a'.repeat(64)}`)

const holdStrong = (fake: FakeRegistry, tag?: string) =>
  fake.hold(image.bytes, image.mediaType, 'octo/app', tag, 'sha512')

/** A blob by sha512, too long to go along with the first request. */
function strongBlob() {
  const { blob, bytes } = blobNamed('strong')
  return { bytes, blob: { ...blob, digest: digestOf(bytes, 'sha512') } }
}

describe('a manifest that is known by sha512', () => {
  test('is got by it, checked by it, and keeps it', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    holdStrong(fake)
    const found = await client.registry.get({ ...app(fake), digest: strong.digest })
    assert.deepEqual([found.digest, Buffer.from(found.bytes)], [strong.digest, Buffer.from(image.bytes)])
    assert.deepEqual(client.events, [])
  })

  test('is refused where its bytes are others', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    fake.fault({ status: 200, body: imageNamed('other').bytes, headers: { 'content-type': image.mediaType } })
    const found = client.registry.get({ ...app(fake), digest: strong.digest })
    await assert.rejects(found, { kind: 'digest', message: /the answer has the digest sha512:/ })
  })

  test('keeps the name that the registry knows it by, asked for by a tag', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    holdStrong(fake, '1')
    assert.equal((await client.registry.get({ ...app(fake), tag: '1' })).digest, strong.digest)
    assert.equal((await client.registry.head({ ...app(fake), tag: '1' }))?.digest, strong.digest)
  })

  test('a header that lies about it is told, and not believed', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    const headers = {
      'content-type': image.mediaType,
      'docker-content-digest': digestOf(Buffer.of(1), 'sha512'),
    }
    fake.fault({ status: 200, body: image.bytes, headers })
    assert.equal((await client.registry.get({ ...app(fake), tag: '1' })).digest, image.digest)
    assert.deepEqual(
      client.events.map(({ kind }) => kind),
      ['wrong-digest-header'],
    )
  })

  test('is put under a tag by its digest, so that the tag keeps it', async () => {
    await using fake = await fakeRegistry({ manyTags: 10 })
    await using client = openClient()
    await client.registry.put({ ...app(fake), tag: '1' }, strong)
    assert.deepEqual(fake.log(), [`PUT /v2/octo/app/manifests/${strong.digest}?tag=1 201`])
    assert.deepEqual(fake.tags(), { 'octo/app:1': strong.digest })
  })

  test('is there by its digest even where the registry gives tags to sha256 only', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    await client.registry.put({ ...app(fake), tag: '1' }, strong)
    assert.equal(fake.requests.length, 2)
    assert.deepEqual(fake.tags(), { 'octo/app:1': image.digest })
    assert.ok(fake.manifest(`octo/app@${strong.digest}`))
  })

  test('is refused, and no tag moves, where the registry does not take it', async () => {
    await using fake = await fakeRegistry({ onlySha256: true })
    await using client = openClient()
    const put = client.registry.put({ ...app(fake), tag: '1' }, strong)
    const codes = ['DIGEST_INVALID', 'SHA256_ONLY']
    await assert.rejects(put, { kind: 'refused', codes, message: /unsupported digest algorithm/ })
    assert.deepEqual(fake.tags(), {})
  })

  test('has its referrers under a tag that is cut off', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    await client.registry.referrers(app(fake), strong.digest)
    const tag = strong.digest.replace(':', '-').slice(0, 'sha512-'.length + 64)
    assert.equal(fake.requests.at(-1)?.path, `/v2/octo/app/manifests/${tag}`)
  })
})

describe('a blob that is known by sha512', () => {
  test('is uploaded, with the algorithm said in time', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    const { blob, bytes } = strongBlob()
    await client.registry.putBlob(app(fake), blob, inPieces(bytes))
    assert.equal(fake.requests[0]?.path, '/v2/octo/app/blobs/uploads/?digest-algorithm=sha512')
    assert.deepEqual(fake.blob('octo/app', blob.digest), bytes)
  })

  test('is read whole, in pieces, looked at and mounted', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    const { blob, bytes } = strongBlob()
    fake.holdBlob('octo/app', bytes, 'sha512')
    const { registry } = client
    assert.deepEqual(await registry.headBlob(app(fake), blob.digest), { size: blob.size })
    assert.deepEqual(Buffer.from(await registry.readBlob(app(fake), blob)), bytes)
    assert.deepEqual(await readAll(await registry.openBlob(app(fake), blob)), bytes)
    assert.ok(await registry.mountBlob(copy(fake), blob.digest, app(fake)))
    assert.deepEqual(fake.blob('octo/copy', blob.digest), bytes)
  })

  test('is refused where its bytes are others', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    const { blob } = strongBlob()
    const body = blobNamed('other').bytes
    fake.fault({ status: 200, body, times: 2 })
    const wrong = { kind: 'digest', message: /the bytes have the digest sha512:/ }
    await assert.rejects(client.registry.readBlob(app(fake), blob), wrong)
    await assert.rejects(client.registry.openBlob(app(fake), blob).then(readAll), wrong)
  })
})

describe('what is named by an algorithm that nobody here computes', () => {
  const blob = { mediaType: 'application/x', digest: unknown, size: 10_000 }
  const deeds: Readonly<Record<string, (at: Place) => Promise<unknown>>> = {
    'a manifest is not read': ({ registry, to }) => registry.get({ ...to, digest: unknown }),
    'a small blob is not read': ({ registry, to }) => registry.readBlob(to, blob),
    'a blob is not read': ({ registry, to }) => registry.openBlob(to, blob),
    'a blob is not sent': ({ registry, to }) => registry.putBlob(to, blob, inPieces(Buffer.alloc(10_000))),
  }
  for (const [name, deed] of Object.entries(deeds)) {
    test(`${name}: nobody is even asked`, async () => {
      await using fake = await fakeRegistry()
      await using client = openClient()
      const message = /blake3:a+ cannot be checked: only what sha256 and sha512 name can$/
      await assert.rejects(deed({ registry: client.registry, to: app(fake) }), { message })
      assert.deepEqual(fake.log(), [])
    })
  }

  test('a blob is not mounted either', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    assert.equal(await client.registry.mountBlob(copy(fake), unknown, app(fake)), false)
    assert.deepEqual(fake.log(), [])
  })
})

type Place = Readonly<{
  registry: ReturnType<typeof openClient>['registry']
  to: ReturnType<typeof app>
}>
