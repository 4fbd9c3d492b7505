import assert from 'node:assert/strict'
import { test } from 'node:test'
import { octo, openClient, tag } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

const image = imageNamed('image')
const digest = (fake: FakeRegistry) => ({ registry: fake.host, path: 'octo/app', digest: image.digest })

function hold(fake: FakeRegistry) {
  for (const name of ['1.0', '1.1']) fake.hold(image.bytes, image.mediaType, 'octo/app', name)
}

test('a tag goes, and nothing else', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  hold(fake)
  await client.registry.delete(tag(fake, '1.0'))
  assert.deepEqual(fake.tags(), { 'octo/app:1.1': image.digest })
  assert.deepEqual(fake.log(), ['DELETE /v2/octo/app/manifests/1.0 202'])
})

test('a manifest goes, with its tags', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  hold(fake)
  await client.registry.delete(digest(fake))
  assert.deepEqual(fake.tags(), {})
})

test('what is gone already is fine', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  await client.registry.delete(tag(fake, 'lost'))
  assert.equal(fake.requests.length, 1)
})

test('who cannot delete a tag does not lose the manifest', async () => {
  await using fake = await fakeRegistry({ deletes: 'digest' })
  await using client = openClient()
  hold(fake)
  await assert.rejects(client.registry.delete(tag(fake, '1.0')), { kind: 'refused', codes: ['UNSUPPORTED'] })
  assert.equal(fake.requests.length, 1)
  assert.equal(Object.keys(fake.tags()).length, 2)
})

test('the right to delete is asked for when the registry asks for it', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', deleteScope: true })
  await using client = openClient({ credential: octo })
  hold(fake)
  await client.registry.head(tag(fake, '1.0'))
  await client.registry.delete(tag(fake, '1.0'))
  const asked = fake.requests
    .filter(({ path }) => path.startsWith('/token'))
    .map(({ path }) => new URL(path, fake.origin).searchParams.getAll('scope'))
  assert.deepEqual(asked, [['repository:octo/app:pull,push'], ['repository:octo/app:delete,pull,push']])
  assert.deepEqual(fake.tags(), { 'octo/app:1.1': image.digest })
})

test('or when it says no without a word, which is the answer where even that does not help', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  hold(fake)
  const body = { errors: [{ code: 'DENIED', message: 'requested access to the resource is denied' }] }
  fake.fault({ verb: 'DELETE', status: 403, body })
  await client.registry.delete(tag(fake, '1.0'))
  assert.deepEqual(fake.tags(), { 'octo/app:1.1': image.digest })
  fake.fault({ verb: 'DELETE', status: 403, body, times: 2 })
  await assert.rejects(client.registry.delete(tag(fake, '1.1')), { kind: 'denied', codes: ['DENIED'] })
})

test('Quay does not know such a right, and what it said before is the answer', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  hold(fake)
  fake.fault({ verb: 'DELETE', status: 403, body: { errors: [{ code: 'DENIED', message: 'no' }] } })
  fake.fault({ path: /token.*delete/, status: 400, body: { errors: [{ code: 'INVALID_REQUEST' }] } })
  await assert.rejects(client.registry.delete(tag(fake, '1.0')), { kind: 'denied', codes: ['DENIED'] })
})
