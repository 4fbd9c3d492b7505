import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blobNamed, inPieces, uploadsLogged } from '../fakes/blobs.ts'
import { STATE } from '../fakes/cellar.ts'
import { here, octo, openClient } from '../fakes/client.ts'
import { fakeRegistry } from '../fakes/registry.ts'

const layer = blobNamed('layer')

test('a blob goes in two requests, and the query of the location comes back to the letter', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  assert.deepEqual(uploadsLogged(fake), ['POST /uploads/ 202', `PUT /uploads/1?${STATE}&digest=sha256 201`])
  assert.deepEqual(fake.blob('octo/app', layer.digest), Buffer.from(layer.bytes))
  assert.equal(fake.requests[1]?.headers['content-length'], '10000')
})

test('a small blob goes along with the first request, where that is known', async () => {
  const small = blobNamed('{}', 2)
  for (const single of [true, false]) {
    await using fake = await fakeRegistry({ single })
    await using client = openClient()
    await client.registry.putBlob(here(fake), small.blob, inPieces(small.bytes))
    const rest = single ? [] : [`PUT /uploads/1?${STATE}&digest=sha256 201`]
    assert.deepEqual(uploadsLogged(fake), [`POST /uploads/?digest=sha256 ${single ? 201 : 202}`, ...rest])
    assert.deepEqual(fake.blob('octo/app', small.digest), Buffer.from(small.bytes))
  }
})

test('an empty blob is a blob', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const empty = blobNamed('', 0)
  await client.registry.putBlob(here(fake), empty.blob, inPieces(empty.bytes))
  assert.equal(fake.blob('octo/app', empty.digest)?.length, 0)
})

test('a lost answer is looked for before anything is sent again', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ verb: 'PUT', reset: 'after' })
  await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  assert.deepEqual(uploadsLogged(fake), [
    'POST /uploads/ 202',
    `PUT /uploads/1?${STATE}&digest=sha256 0`,
    'HEAD /sha256 200',
  ])
  assert.deepEqual(client.waits, [])
})

test('so is what a gateway has lost its patience with', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ verb: 'PUT', afterDeed: 504 })
  await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  assert.equal(fake.requests.filter(({ method }) => method === 'PUT').length, 1)
  assert.deepEqual(client.waits, [])
})

test('bytes that were lost are sent anew, in a new upload', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ verb: 'PUT', hangUpAfter: 2000 })
  let opened = 0
  await client.registry.putBlob(here(fake), layer.blob, () => {
    opened += 1
    return inPieces(layer.bytes)()
  })
  assert.equal(opened, 2)
  assert.deepEqual(uploadsLogged(fake), [
    'POST /uploads/ 202',
    `PUT /uploads/1?${STATE}&digest=sha256 0`,
    'HEAD /sha256 404',
    'POST /uploads/ 202',
    `PUT /uploads/1?${STATE}&digest=sha256 201`,
  ])
  assert.deepEqual(client.waits, [250])
  assert.equal(client.events.length, 1)
})

test('an upload that nobody knows any more is begun anew', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const body = { errors: [{ code: 'BLOB_UPLOAD_UNKNOWN', message: 'blob upload unknown to registry' }] }
  fake.fault({ verb: 'PUT', status: 404, body })
  await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  assert.deepEqual(fake.blob('octo/app', layer.digest), Buffer.from(layer.bytes))
})

test('a token that ends in the middle is replaced', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  await client.registry.headBlob(here(fake), layer.digest)
  fake.fault({
    verb: 'POST',
    path: /uploads/,
    status: 202,
    headers: { location: '/v2/octo/app/blobs/uploads/x' },
  })
  fake.expireTokens()
  await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  assert.deepEqual(fake.blob('octo/app', layer.digest), Buffer.from(layer.bytes))
})

for (const [name, bytes] of Object.entries({
  fewer: layer.bytes.subarray(1),
  more: Buffer.concat([layer.bytes, layer.bytes]),
})) {
  test(`${name} bytes than were promised are not sent to their end`, async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    const put = client.registry.putBlob(here(fake), layer.blob, inPieces(bytes))
    await assert.rejects(put, { kind: 'digest', message: /not sent: there are/ })
    assert.equal(fake.blob('octo/app', layer.digest), undefined)
    assert.equal(fake.uploads(), 0, 'the upload was left behind')
  })
}

test('other bytes of the same length are refused in the words of the registry', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const put = client.registry.putBlob(here(fake), layer.blob, inPieces(blobNamed('other').bytes))
  await assert.rejects(put, {
    kind: 'refused',
    codes: ['DIGEST_INVALID'],
    message: /^PUT http:.*\/blobs\/uploads\/.*digest=sha256.*: 400 DIGEST_INVALID: provided digest/,
  })
  assert.equal(fake.requests.length, 2)
})

test('bytes that cannot be read are the error, whatever the registry thinks of it', async () => {
  await using fake = await fakeRegistry()
  await using source = await fakeRegistry()
  await using client = openClient()
  source.holdBlob('octo/app', layer.bytes)
  source.fault({ withBody: blobNamed('other').bytes })
  const open = () => client.registry.openBlob(here(source), layer.blob)
  const put = client.registry.putBlob(here(fake), layer.blob, open)
  await assert.rejects(put, { kind: 'digest', host: source.host })
  assert.equal(fake.blob('octo/app', layer.digest), undefined)
})

test('bytes may be wanted elsewhere, where nobody sees who we are', async () => {
  await using store = await fakeRegistry()
  await using fake = await fakeRegistry({ auth: 'bearer', uploadsAt: store.origin })
  await using client = openClient({ credential: octo })
  store.fault({ verb: 'PUT', status: 201 })
  await client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  assert.deepEqual(
    store.requests.map(({ method, authorization }) => `${method} ${authorization}`),
    ['PUT none'],
  )
})

test('bytes are not sent to the open, nor to our own machine', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ verb: 'POST', status: 202, headers: { location: 'ftp://store.example/upload' } })
  const put = client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  await assert.rejects(put, { kind: 'unusable', message: /wants the bytes at ftp:.* refused: it is ftp:/ })
  fake.fault({ verb: 'POST', status: 202 })
  const again = client.registry.putBlob(here(fake), layer.blob, inPieces(layer.bytes))
  await assert.rejects(again, { kind: 'unusable', message: /does not say where/ })
})

test('ten uploads, six at a time', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const blobs = Array.from({ length: 10 }, (_, at) => blobNamed(`blob ${at}`))
  let open = 0
  let most = 0
  const { promise: full, resolve } = Promise.withResolvers<void>()
  async function* watched(bytes: Uint8Array) {
    open += 1
    most = Math.max(most, open)
    if (open === 6) setImmediate(resolve)
    await full
    yield* await inPieces(bytes, 500)()
    open -= 1
  }
  const put = ({ blob, bytes }: (typeof blobs)[number]) =>
    client.registry.putBlob(here(fake), blob, () => Promise.resolve(watched(bytes)))
  await Promise.all(blobs.map(put))
  assert.ok(blobs.every(({ digest }) => fake.blob('octo/app', digest)))
  assert.equal(most, 6)
})

test('blobs go from a repository to another of the same host though all turns are taken', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const blobs = Array.from({ length: 8 }, (_, at) => blobNamed(`blob ${at}`, 300_000))
  for (const { bytes } of blobs) fake.holdBlob('octo/app', bytes)
  const copy = ({ blob }: (typeof blobs)[number]) =>
    client.registry.putBlob(here(fake, 'octo/copy'), blob, () => client.registry.openBlob(here(fake), blob))
  await Promise.all(blobs.map(copy))
  assert.ok(blobs.every(({ digest }) => fake.blob('octo/copy', digest)))
})

test('what an upload waits for its turn, and takes, leaves it time to be begun anew', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  for (const fault of [{ status: 503 }, { reset: 'before' }] as const) {
    fake.fault({ verb: 'PUT', ...fault })
    const late = blobNamed(JSON.stringify(fault))
    const open = async () => {
      client.later(600_000)
      return await inPieces(late.bytes)()
    }
    await client.registry.putBlob(here(fake), late.blob, open, (sending) => {
      client.later(600_000)
      return sending()
    })
    assert.deepEqual(fake.blob('octo/app', late.digest), Buffer.from(late.bytes))
  }
})
