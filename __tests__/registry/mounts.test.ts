import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blobNamed, inPieces } from '../fakes/blobs.ts'
import { here, octo, openClient } from '../fakes/client.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

const layers = ['one', 'two', 'three', 'four'].map((name) => blobNamed(name))
const [layer = blobNamed('one')] = layers

function holdAll(fake: FakeRegistry) {
  for (const { bytes } of layers) fake.holdBlob('octo/app', bytes)
}

const mounts = (fake: FakeRegistry) => fake.requests.filter(({ path }) => path.includes('mount='))
const scopesOf = (fake: FakeRegistry) =>
  fake.requests
    .filter(({ path }) => path.startsWith('/token'))
    .map(({ path }) => new URL(path, fake.origin).searchParams.getAll('scope'))

test('a mount is one request, and no byte', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  holdAll(fake)
  assert.equal(await client.registry.mountBlob(here(fake, 'octo/copy'), layer.digest, here(fake)), true)
  const query = `mount=${encodeURIComponent(layer.digest)}&from=octo%2Fapp`
  assert.deepEqual(fake.log(), [`POST /v2/octo/copy/blobs/uploads/?${query} 201`])
  assert.deepEqual(fake.blob('octo/copy', layer.digest), layer.bytes)
})

test('one token is for both repositories, the one that is written first', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  holdAll(fake)
  for (const { digest } of layers)
    assert.equal(await client.registry.mountBlob(here(fake, 'octo/copy'), digest, here(fake)), true)
  assert.deepEqual(scopesOf(fake), [['repository:octo/copy:pull,push', 'repository:octo/app:pull']])
  assert.equal(fake.requests.length, layers.length + 2)
})

test('who is warm asks for that token at once, and not after a refusal', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  holdAll(fake)
  await client.registry.warm(here(fake, 'octo/copy'))
  assert.equal(await client.registry.mountBlob(here(fake, 'octo/copy'), layer.digest, here(fake)), true)
  assert.deepEqual(
    fake.requests.map(({ method, status }) => `${method} ${status}`),
    ['GET 401', 'GET 200', 'GET 200', 'POST 201'],
  )
})

test('between registries, and within a repository, nobody is asked', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const elsewhere = { registry: 'ghcr.io', path: 'octo/app' }
  assert.equal(await client.registry.mountBlob(here(fake), layer.digest, elsewhere), false)
  assert.equal(await client.registry.mountBlob(here(fake), layer.digest, here(fake)), true)
  assert.equal(fake.requests.length, 0)
})

test('who declines twice is not asked again, and the upload it began is used', async () => {
  await using fake = await fakeRegistry({ mount: 202 })
  await using client = openClient()
  holdAll(fake)
  const to = here(fake, 'octo/copy')
  for (const { digest, blob, bytes } of layers) {
    assert.equal(await client.registry.mountBlob(to, digest, here(fake)), false)
    await client.registry.putBlob(to, blob, inPieces(bytes))
  }
  assert.equal(mounts(fake).length, 2)
  // Two mounts and their PUTs, then POST and PUT for each of the others.
  assert.equal(fake.requests.length, 4 + 4)
  assert.equal(fake.uploads(), 0)
  assert.ok(layers.every(({ digest }) => fake.blob('octo/copy', digest)))
})

test('who has mounted before may decline one blob', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  holdAll(fake)
  const to = here(fake, 'octo/copy')
  const found: boolean[] = []
  for (const digest of [layer.digest, blobNamed('lost').digest, blobNamed('lost too').digest, layer.digest])
    found.push(await client.registry.mountBlob(to, digest, here(fake)))
  assert.deepEqual(found, [true, false, false, true])
  assert.equal(mounts(fake).length, 4)
})

for (const mount of [404, 500] as const) {
  test(`${mount} means that the bytes are wanted, of this pair from now on`, async () => {
    await using fake = await fakeRegistry({ mount })
    await using client = openClient()
    holdAll(fake)
    const to = here(fake, 'octo/copy')
    for (const { digest } of layers)
      assert.equal(await client.registry.mountBlob(to, digest, here(fake)), false)
    assert.equal(mounts(fake).length, mount === 404 ? 1 : 6)
    assert.equal(await client.registry.mountBlob(here(fake, 'octo/third'), layer.digest, here(fake)), false)
    assert.equal(mounts(fake).length, mount === 404 ? 2 : 12)
  })
}

for (const [oneScope, deniesWeakTokens] of [
  ['first', false],
  ['last', false],
  ['first', true],
  ['last', true],
] as const) {
  const how = deniesWeakTokens ? ', and says no to that token' : ''
  test(`a registry that sees the ${oneScope} of two scopes only${how} gets the bytes`, async () => {
    await using fake = await fakeRegistry({ auth: 'bearer', oneScope, deniesWeakTokens })
    await using client = openClient({ credential: octo })
    holdAll(fake)
    const to = here(fake, 'octo/copy')
    for (const { digest, blob, bytes } of layers) {
      assert.equal(await client.registry.mountBlob(to, digest, here(fake)), false)
      await client.registry.putBlob(to, blob, inPieces(bytes))
    }
    assert.equal(mounts(fake).length, 2)
    assert.ok(layers.every(({ digest }) => fake.blob('octo/copy', digest)))
  })
}

test('a 403 with a token of our own repository alone is final: nobody asks for another', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  holdAll(fake)
  await client.registry.warm(here(fake))
  fake.fault({ verb: 'HEAD', status: 403, times: 9 })
  fake.fault({ verb: 'POST', status: 403, times: 9 })
  await assert.rejects(client.registry.headBlob(here(fake), layer.digest), { kind: 'denied' })
  const open = inPieces(layer.bytes)
  await assert.rejects(client.registry.putBlob(here(fake, 'octo/new'), layer.blob, open), { kind: 'denied' })
  assert.equal(fake.requests.filter(({ path }) => path.startsWith('/token')).length, 2)
})

test('where the token endpoint refuses two scopes, the bytes go with one', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  holdAll(fake)
  const to = here(fake, 'octo/copy')
  fake.fault({ path: /token.*scope.*scope/, status: 400, times: 9 })
  assert.equal(await client.registry.mountBlob(to, layer.digest, here(fake)), false)
  await client.registry.putBlob(to, layer.blob, inPieces(layer.bytes))
  assert.deepEqual(fake.blob('octo/copy', layer.digest), Buffer.from(layer.bytes))
})
