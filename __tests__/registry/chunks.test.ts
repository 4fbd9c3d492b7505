import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openGate } from '../../src/system/abreast.ts'
import { blobNamed, inPieces, uploadsLogged } from '../fakes/blobs.ts'
import { STATE } from '../fakes/cellar.ts'
import { here, openClient } from '../fakes/client.ts'
import { fakeRegistry } from '../fakes/registry.ts'

const layer = blobNamed('layer')

test('where the whole is refused, it goes in chunks, and so do the next', async () => {
  await using fake = await fakeRegistry({ uploads: 'chunks' })
  await using client = openClient()
  const big = blobNamed('big', 9 * 1024 * 1024)
  await client.registry.putBlob(here(fake), big.blob, inPieces(big.bytes, 65_536))
  assert.deepEqual(uploadsLogged(fake), [
    'POST /uploads/ 202',
    `PUT /uploads/1?${STATE}&digest=sha256 405`,
    'POST /uploads/ 202',
    `PATCH /uploads/1?${STATE} 202`,
    `PATCH /uploads/1?${STATE} 202`,
    `PUT /uploads/1?${STATE}&digest=sha256 201`,
  ])
  const ranges = fake.requests.map(({ headers }) => headers['content-range']).filter(Boolean)
  assert.deepEqual(ranges, ['0-8388607', '8388608-9437183'])
  assert.deepEqual(fake.blob('octo/app', big.digest), Buffer.from(big.bytes))
  await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  assert.deepEqual(uploadsLogged(fake).slice(6), [
    'POST /uploads/ 202',
    `PATCH /uploads/1?${STATE} 202`,
    `PUT /uploads/1?${STATE}&digest=sha256 201`,
  ])
})

test('whoever waited for a turn meanwhile goes in chunks at once', async () => {
  await using fake = await fakeRegistry({ uploads: 'chunks' })
  await using client = openClient()
  const turns = openGate(1)
  const blobs = ['one', 'two', 'three'].map((name) => blobNamed(name))
  const put = ({ blob, bytes }: (typeof blobs)[number]) =>
    client.registry.putBlob(here(fake), blob, inPieces(bytes), turns)
  await Promise.all(blobs.map(put))
  assert.ok(blobs.every(({ digest }) => fake.blob('octo/app', digest)))
  assert.equal(uploadsLogged(fake).filter((line) => line.endsWith(' 405')).length, 1)
})

for (const reset of ['before', 'after'] as const) {
  test(`a chunk whose connection is cut ${reset} it was taken is asked for, not sent blindly`, async () => {
    await using fake = await fakeRegistry({ uploads: 'chunks' })
    await using client = openClient()
    fake.fault({ verb: 'PATCH', reset })
    await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
    assert.deepEqual(fake.blob('octo/app', layer.digest), Buffer.from(layer.bytes))
    assert.equal(fake.requests.filter(({ method }) => method === 'GET').length, 1)
    assert.equal(fake.requests.filter(({ method }) => method === 'PATCH').length, reset === 'before' ? 2 : 1)
  })
}

test('where a chunk broke off, the registry gets the rest of it', async () => {
  await using fake = await fakeRegistry({ uploads: 'chunks', breaksOff: 4000 })
  await using client = openClient()
  await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  assert.deepEqual(fake.blob('octo/app', layer.digest), Buffer.from(layer.bytes))
  const ranges = fake.requests.map(({ headers }) => headers['content-range']).filter(Boolean)
  assert.deepEqual(ranges, ['0-9999', '4000-9999'])
  assert.deepEqual(client.waits, [])
})

test('chunks are as long as the registry wants them, and no longer than the blob', async () => {
  const MIB = 1024 * 1024
  await using fake = await fakeRegistry({ uploads: 'chunks', chunkMin: 10 * MIB })
  await using client = openClient()
  const big = blobNamed('big', 21 * MIB)
  await client.registry.putBlob(here(fake), big.blob, inPieces(big.bytes, 65_536))
  await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  assert.deepEqual(fake.blob('octo/app', big.digest), Buffer.from(big.bytes))
  const lengths = fake.requests
    .filter(({ method }) => method === 'PATCH')
    .map(({ headers }) => headers['content-length'])
  assert.deepEqual(lengths, [10 * MIB, 10 * MIB, MIB, 10_000].map(String))
})

test('a wish for chunks that is no number is none', async () => {
  await using fake = await fakeRegistry({ uploads: 'chunks' })
  await using client = openClient()
  fake.fault({ verb: 'POST', withHeaders: { 'oci-chunk-min-length': 'many' }, times: 2 })
  await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  assert.deepEqual(fake.blob('octo/app', layer.digest), Buffer.from(layer.bytes))
})

test('where it is not known how far a chunk came, everything begins anew', async () => {
  await using fake = await fakeRegistry({ uploads: 'chunks' })
  await using client = openClient()
  fake.fault({ verb: 'PATCH', reset: 'before' })
  fake.fault({ verb: 'GET', withHeaders: { range: '0-4999' } })
  await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  assert.deepEqual(fake.blob('octo/app', layer.digest), Buffer.from(layer.bytes))
  assert.equal(fake.requests.filter(({ method }) => method === 'POST').length, 3)
  assert.deepEqual(client.waits, [250])
})
