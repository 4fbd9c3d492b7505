import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { openClient, tag } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { fakeRegistry } from '../fakes/registry.ts'

const image = imageNamed('image')
const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))

/** Content-Type and body of an answer to the type of the manifest, or what is wrong with it. */
const TYPES: readonly (readonly [header: string | undefined, body: unknown, expected: string | RegExp])[] = [
  [OCI_MANIFEST, { mediaType: OCI_MANIFEST }, OCI_MANIFEST],
  [`${OCI_MANIFEST}; charset=utf-8`, { mediaType: OCI_MANIFEST }, OCI_MANIFEST],
  [OCI_MANIFEST.toUpperCase(), { mediaType: OCI_MANIFEST }, OCI_MANIFEST],
  [OCI_INDEX, { manifests: [] }, OCI_INDEX],
  ['application/json', { mediaType: DOCKER_MANIFEST }, DOCKER_MANIFEST],
  ['text/plain; charset=utf-8', { mediaType: OCI_MANIFEST }, OCI_MANIFEST],
  [undefined, { mediaType: OCI_MANIFEST }, OCI_MANIFEST],
  [undefined, { manifests: [] }, OCI_INDEX],
  [undefined, { config: {}, layers: [] }, OCI_MANIFEST],
  [undefined, { hello: 'world' }, /it is no manifest/],
  [OCI_INDEX, { mediaType: OCI_MANIFEST }, /it is sent as .*index.*, but calls itself .*manifest/],
  [OCI_INDEX, { manifests: [], layers: [] }, /it is an index and an image at once/],
  ['application/vnd.docker.distribution.manifest.v1+prettyjws', { schemaVersion: 1 }, /schema 1/],
  ['text/plain', { schemaVersion: 1, fsLayers: [] }, /schema 1/],
  ['text/html', '<html>log in to our Wi-Fi</html>', /it is no JSON object/],
  [OCI_INDEX, '[]', /it is no JSON object/],
]

for (const [header, body, expected] of TYPES) {
  test(`${header ?? 'no type'} with ${JSON.stringify(body)} is ${expected}`, async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    fake.fault({
      status: 200,
      body: bytes(body),
      headers: header === undefined ? {} : { 'content-type': header },
    })
    const found = client.registry.get(tag(fake))
    if (typeof expected === 'string') assert.equal((await found).mediaType, expected)
    else await assert.rejects(found, { name: 'RegistryError', kind: 'unusable', message: expected })
  })
}

for (const [encoding, compress] of Object.entries({
  gzip: gzipSync,
  deflate: deflateSync,
  zstd: zstdCompressSync,
})) {
  test(`an answer that a proxy has packed with ${encoding} is unpacked before it is named`, async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    const headers = { 'content-type': image.mediaType, 'content-encoding': encoding }
    fake.fault({ status: 200, body: compress(image.bytes), headers })
    assert.equal((await client.registry.get(tag(fake))).digest, image.digest)
  })
}

test('an answer that unpacks to more than a manifest can be is not unpacked', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024))
  fake.fault({ status: 200, body: bomb, headers: { 'content-encoding': 'gzip' } })
  await assert.rejects(client.registry.get(tag(fake)), /answer is longer than 8388608 bytes/)
  assert.equal(fake.requests.length, 1)
})

test('an answer that is not packed as it says is an error', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ status: 200, body: image.bytes, headers: { 'content-encoding': 'gzip' } })
  await assert.rejects(client.registry.get(tag(fake)), /answer is not gzip, as it says/)
})

test('more than 8 MiB are not read', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ status: 200, body: new Uint8Array(9 * 1024 * 1024) })
  await assert.rejects(client.registry.get(tag(fake)), /answer is longer than 8388608 bytes/)
  assert.equal(fake.requests.length, 1)
})

test('of a long refusal the beginning is enough', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ status: 400, body: 'x'.repeat(1024 * 1024) })
  await assert.rejects(client.registry.get(tag(fake)), /400 x{1024}…$/)
  await assert.rejects(client.registry.get(tag(fake)), /404/)
})
