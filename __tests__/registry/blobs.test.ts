import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Blob, blobNamed, readAll } from '../fakes/blobs.ts'
import { here, octo, openClient } from '../fakes/client.ts'
import { fakeRegistry } from '../fakes/registry.ts'

const layer = blobNamed('layer')
const other = blobNamed('other')
const GET = `GET /v2/octo/app/blobs/${layer.digest}`

test('head says whether a blob is there, and how long it is', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.holdBlob('octo/app', layer.bytes)
  assert.deepEqual(await client.registry.headBlob(here(fake), layer.digest), { size: 10_000 })
  assert.equal(await client.registry.headBlob(here(fake), other.digest), undefined)
  assert.equal(await client.registry.headBlob(here(fake, 'octo/else'), layer.digest), undefined)
})

for (const status of [405, 500, 501]) {
  test(`a HEAD that gets ${status} says nothing: the upload finds out`, async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    fake.holdBlob('octo/app', layer.bytes)
    fake.fault({ verb: 'HEAD', status })
    assert.equal(await client.registry.headBlob(here(fake), layer.digest), undefined)
    assert.equal(fake.requests.length, 1)
  })
}

test('a length that is not told is no length', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ verb: 'HEAD', status: 200, headers: { 'content-length': 'abc' } })
  await assert.rejects(client.registry.headBlob(here(fake), layer.digest), { kind: 'unreachable' })
})

test('a small blob is read whole', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  fake.holdBlob('octo/app', layer.bytes)
  assert.deepEqual(await client.registry.readBlob(here(fake), layer.blob), layer.bytes)
})

test('a blob comes in pieces, in one request', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.holdBlob('octo/app', layer.bytes)
  assert.deepEqual(await readAll(await client.registry.openBlob(here(fake), layer.blob)), layer.bytes)
  assert.deepEqual(fake.log(), [`${GET} 200`])
})

test('an empty blob is a blob', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const empty = blobNamed('empty', 0)
  fake.holdBlob('octo/app', empty.bytes)
  assert.equal((await readAll(await client.registry.openBlob(here(fake), empty.blob))).length, 0)
  assert.equal((await client.registry.readBlob(here(fake), empty.blob)).length, 0)
})

/** What may be wrong with the bytes. */
const WRONG: Readonly<Record<string, readonly [held: Blob, asked: Blob['blob'], RegExp]>> = {
  'other bytes': [other, { ...layer.blob }, /the bytes have the digest sha256:/],
  'too few': [layer, { ...layer.blob, size: 10_001 }, /there are 10000 bytes, not 10001/],
  'too many': [layer, { ...layer.blob, size: 9_999 }, /9999/],
}

for (const [name, [held, asked, message]] of Object.entries(WRONG)) {
  for (const way of ['readBlob', 'openBlob'] as const) {
    test(`${way}: ${name} are not passed on whole`, async () => {
      await using fake = await fakeRegistry()
      await using client = openClient()
      fake.holdBlob('octo/app', layer.bytes)
      fake.fault({ withBody: held.bytes })
      const passed: Uint8Array[] = []
      const read = async () => {
        if (way === 'readBlob') passed.push(await client.registry.readBlob(here(fake), asked))
        else for await (const piece of await client.registry.openBlob(here(fake), asked)) passed.push(piece)
      }
      await assert.rejects(read(), { name: 'RegistryError', kind: 'digest', message })
      assert.ok(Buffer.concat(passed).length < asked.size, 'everything was passed on')
      assert.equal(fake.requests.length, 1)
    })
  }
}

test('a configuration that is too long is not asked for', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const huge = { ...layer.blob, size: 9_000_000 }
  await assert.rejects(client.registry.readBlob(here(fake), huge), /more than 8 MiB/)
  assert.equal(fake.requests.length, 0)
})

test('an answer without end is cut', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.holdBlob('octo/app', layer.bytes)
  fake.fault({ withBody: new Uint8Array(9_000_000) })
  await assert.rejects(client.registry.readBlob(here(fake), layer.blob), { codes: ['BODY_TOO_LONG'] })
})

test('what is not there is said at the opening', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const expected = { kind: 'unknown', codes: ['BLOB_UNKNOWN'] }
  await assert.rejects(client.registry.openBlob(here(fake), layer.blob), expected)
  await assert.rejects(client.registry.readBlob(here(fake), layer.blob), expected)
})

test('a broken connection goes on where it ended', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.holdBlob('octo/app', layer.bytes)
  fake.fault({ truncate: 4000 })
  assert.deepEqual(await readAll(await client.registry.openBlob(here(fake), layer.blob)), layer.bytes)
  assert.deepEqual(fake.log(), [`${GET} 200`, `${GET} 206`])
  assert.equal(fake.requests[1]?.headers['range'], 'bytes=6000-')
  assert.deepEqual(client.waits, [250])
  assert.equal(client.events.length, 1)
})

test('where nobody knows ranges, what is known is skipped', async () => {
  await using fake = await fakeRegistry({ noRanges: true })
  await using client = openClient()
  fake.holdBlob('octo/app', layer.bytes)
  fake.fault({ times: 2, truncate: 4000 })
  assert.deepEqual(await readAll(await client.registry.openBlob(here(fake), layer.blob)), layer.bytes)
  assert.deepEqual(fake.log(), [`${GET} 200`, `${GET} 200`, `${GET} 200`])
})

test('another part than was asked for is refused', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.holdBlob('octo/app', layer.bytes)
  fake.fault({ truncate: 4000 })
  fake.fault({ withHeaders: { 'content-range': 'bytes 5000-9999/10000' } })
  const read = async () => await readAll(await client.registry.openBlob(here(fake), layer.blob))
  await assert.rejects(read(), { kind: 'unusable', message: /another part/ })
})

test('a connection that breaks for ever is given up after six tries', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.holdBlob('octo/app', layer.bytes)
  fake.fault({ times: 99, truncate: 4000 })
  const read = async () => await readAll(await client.registry.openBlob(here(fake), layer.blob))
  await assert.rejects(read(), { kind: 'unreachable', retried: 5 })
  assert.equal(fake.requests.length, 6)
})

test('a blob is fetched where the registry sends us, without our token, each time anew', async () => {
  await using store = await fakeRegistry()
  await using fake = await fakeRegistry({ auth: 'bearer', blobsAt: store.origin })
  await using client = openClient({ credential: octo })
  fake.holdBlob('octo/app', layer.bytes)
  store.holdBlob('octo/app', layer.bytes)
  store.fault({ truncate: 4000 })
  assert.deepEqual(await readAll(await client.registry.openBlob(here(fake), layer.blob)), layer.bytes)
  assert.deepEqual(
    store.requests.map(({ authorization, headers }) => [authorization, headers['range']]),
    [
      ['none', undefined],
      ['none', 'bytes=6000-'],
    ],
  )
  assert.equal(fake.requests.filter(({ status }) => status === 307).length, 2)
})

test('a stream that is given up costs its connection and nothing else', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const big = blobNamed('big', 4_000_000)
  fake.holdBlob('octo/app', big.bytes)
  for (let round = 0; round < 5; round++) {
    for await (const piece of await client.registry.openBlob(here(fake), big.blob))
      if (piece.length > 0) break
    const unread = await client.registry.openBlob(here(fake), big.blob)
    await unread[Symbol.asyncIterator]().return?.()
  }
  // Ten turns were taken, and there are only six.
  assert.deepEqual(await client.registry.headBlob(here(fake), big.digest), { size: 4_000_000 })
})

test('six streams of a host at a time', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const big = blobNamed('big', 4_000_000)
  fake.holdBlob('octo/app', big.bytes)
  const streams = Array.from({ length: 8 }, () => client.registry.openBlob(here(fake), big.blob))
  const [first] = await Promise.all(streams.slice(0, 6))
  assert.equal(fake.requests.length, 6)
  assert(first)
  await readAll(first)
  await streams[6]
  assert.equal(fake.requests.length, 7)
  const rest = streams.toSpliced(0, 1).map(async (stream) => (await readAll(await stream)).length)
  assert.deepEqual(await Promise.all(rest), new Array(7).fill(4_000_000))
})
