import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blobNamed, readAll } from '../fakes/blobs.ts'
import { here, octo, openClient } from '../fakes/client.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

const layer = blobNamed('layer')

const shown = (fake: FakeRegistry) =>
  fake.requests.map(({ path, authorization }) => `${path.split('/')[1]?.split('?')[0]} ${authorization}`)

test('another registry that a redirect leads to gives a token that anybody gets', async () => {
  await using store = await fakeRegistry({ auth: 'bearer', anonymous: 'pull' })
  await using fake = await fakeRegistry({ auth: 'bearer', blobsAt: store.origin })
  await using client = openClient({ credential: octo })
  for (const held of [fake, store]) held.holdBlob('octo/app', layer.bytes)
  assert.deepEqual(await readAll(await client.registry.openBlob(here(fake), layer.blob)), layer.bytes)
  assert.deepEqual(shown(store), ['v2 none', 'token none', 'v2 bearer'])
  const ours = new Set(fake.requests.map(({ headers }) => headers['authorization']).filter(Boolean))
  assert.ok(store.requests.every(({ headers }) => !ours.has(headers['authorization'])))
  // What is known of the first registry stays as it was.
  await client.registry.headBlob(here(fake), layer.digest)
  assert.equal(fake.requests.at(-1)?.status, 200)
})

test('where anybody gets nothing, its no is the answer', async () => {
  await using store = await fakeRegistry({ auth: 'bearer' })
  await using fake = await fakeRegistry({ auth: 'bearer', blobsAt: store.origin })
  await using client = openClient({ credential: octo })
  for (const held of [fake, store]) held.holdBlob('octo/app', layer.bytes)
  await assert.rejects(client.registry.readBlob(here(fake), layer.blob), { kind: 'unauthorized' })
  assert.deepEqual(shown(store), ['v2 none', 'token none', 'v2 bearer'])
})

for (const [name, realm] of Object.entries({
  'an internal address': 'http://169.254.169.254/token',
  'no address': 'nowhere:',
  'another port of this machine': 'http://127.0.0.1:1/token',
})) {
  test(`a stranger's realm that is ${name} is not asked`, async () => {
    await using store = await fakeRegistry({ auth: 'bearer', realm })
    await using fake = await fakeRegistry({ blobsAt: store.origin })
    await using client = openClient()
    fake.holdBlob('octo/app', layer.bytes)
    await assert.rejects(client.registry.readBlob(here(fake), layer.blob), { kind: 'unauthorized' })
    assert.deepEqual(shown(store), ['v2 none'])
  })
}

test('a stranger whose token endpoint fails is answered with its own 401', async () => {
  await using store = await fakeRegistry({ auth: 'bearer', anonymous: 'pull' })
  await using fake = await fakeRegistry({ blobsAt: store.origin })
  await using client = openClient()
  fake.holdBlob('octo/app', layer.bytes)
  store.fault({ path: /token/, status: 400 })
  await assert.rejects(client.registry.readBlob(here(fake), layer.blob), {
    kind: 'unauthorized',
    status: 401,
  })
})
