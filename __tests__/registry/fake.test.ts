import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { blobNamed } from '../fakes/blobs.ts'
import { imageNamed, indexOf } from '../fakes/images.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

// The fake is what most other tests believe, so it is tested by somebody who does not use our client.

const image = imageNamed('image')
const index = indexOf([image])

async function talk(fake: FakeRegistry, method: string, path: string, init: RequestInit = {}) {
  const headers = { accept: OCI_INDEX, ...init.headers }
  const response = await fetch(`${fake.origin}${path}`, { ...init, method, headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const put = (fake: FakeRegistry, name: string, { bytes, mediaType }: typeof image) =>
  talk(fake, 'PUT', `/v2/octo/app/manifests/${name}`, {
    body: Buffer.from(bytes),
    headers: { 'content-type': mediaType },
  })

test('the fake gives back what it was given', async () => {
  await using fake = await fakeRegistry()
  assert.equal((await put(fake, image.digest, image)).status, 201)
  const answer = await put(fake, '1.0', index)
  assert.equal(answer.headers.get('docker-content-digest'), index.digest)
  const { status, text } = await talk(fake, 'GET', '/v2/octo/app/manifests/1.0')
  assert.equal(status, 200)
  assert.equal(text, new TextDecoder().decode(index.bytes))
  assert.deepEqual(fake.tags(), { 'octo/app:1.0': index.digest })
  assert.equal(fake.manifest(`octo/app@${image.digest}`)?.mediaType, image.mediaType)
  assert.equal(fake.manifest('octo/app:lost'), undefined)
})

test('the fake refuses what a strict registry refuses', async () => {
  await using fake = await fakeRegistry({ refusesNested: true })
  const refused = async (name: string, manifest: typeof image, code: string) => {
    const { status, text } = await put(fake, name, manifest)
    assert.equal(status, 400)
    assert.match(text, new RegExp(code))
  }
  await refused('1.0', index, 'MANIFEST_BLOB_UNKNOWN')
  await refused('1.0', { ...image, mediaType: OCI_INDEX }, 'MANIFEST_INVALID')
  await refused('1.0', { ...image, mediaType: `${image.mediaType}; charset=utf-8` }, 'MANIFEST_INVALID')
  await refused(index.digest, image, 'DIGEST_INVALID')
  await put(fake, image.digest, image)
  await put(fake, '1.0', index)
  await refused('1.1', indexOf([index]), 'MANIFEST_INVALID')
})

test('the fake gives tokens that can do no more than they say', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', anonymous: 'pull' })
  const path = '/token?service=fake-registry&scope=repository:octo/app:pull,push'
  const { token } = JSON.parse((await talk(fake, 'GET', path)).text)
  const headers = { authorization: `Bearer ${token}` }
  assert.equal((await talk(fake, 'GET', '/v2/octo/app/manifests/1', { headers })).status, 404)
  assert.equal((await talk(fake, 'GET', '/v2/octo/other/manifests/1', { headers })).status, 401)
  const { status, headers: answered } = await talk(fake, 'PUT', '/v2/octo/app/manifests/1', { headers })
  assert.equal(status, 401)
  assert.match(
    answered.get('www-authenticate') ?? '',
    /scope="repository:octo\/app:pull,push".*insufficient_scope/,
  )
})

test('the fake tells of credentials it did not ask for, and of wildcards', async () => {
  const shown = async () => {
    await using fake = await fakeRegistry()
    await talk(fake, 'GET', '/v2/', { headers: { authorization: 'Bearer x' } })
  }
  await assert.rejects(shown(), /saw what it must not: GET \/v2\/ shows credentials unasked/)
  const wild = async () => {
    await using fake = await fakeRegistry()
    await talk(fake, 'GET', '/v2/', { headers: { accept: '*/*' } })
  }
  await assert.rejects(wild(), /accepts \*\/\*/)
})

test('the fake takes a blob in two requests, and only the bytes of its digest', async () => {
  await using fake = await fakeRegistry()
  const { bytes, digest } = blobNamed('layer')
  const upload = async (body: Uint8Array) => {
    const { status, headers } = await talk(fake, 'POST', '/v2/octo/app/blobs/uploads/')
    assert.equal(status, 202)
    return await talk(fake, 'PUT', `${headers.get('location')}&digest=${digest}`, { body: Buffer.from(body) })
  }
  assert.equal((await upload(bytes.subarray(1))).status, 400)
  assert.equal((await talk(fake, 'GET', `/v2/octo/app/blobs/${digest}`)).status, 404)
  assert.equal((await upload(bytes)).status, 201)
  assert.equal((await talk(fake, 'GET', `/v2/octo/app/blobs/${digest}`)).text.length, bytes.length)
  const rest = await talk(fake, 'GET', `/v2/octo/app/blobs/${digest}`, { headers: { range: 'bytes=9990-' } })
  assert.deepEqual([rest.status, rest.text.length], [206, 10])
  assert.equal(rest.headers.get('content-range'), 'bytes 9990-9999/10000')
})

test('the fake mounts what is there, and begins an upload for what is not', async () => {
  await using fake = await fakeRegistry()
  const { bytes, digest } = blobNamed('layer')
  fake.holdBlob('octo/app', bytes)
  const mount = async (from: string) =>
    (await talk(fake, 'POST', `/v2/octo/copy/blobs/uploads/?mount=${digest}&from=${from}`)).status
  assert.equal(await mount('octo/else'), 202)
  assert.equal(fake.blob('octo/copy', digest), undefined)
  assert.equal(await mount('octo/app'), 201)
  assert.deepEqual(fake.blob('octo/copy', digest), bytes)
})

test('the fake refuses an image whose blobs are elsewhere, where it is told to look', async () => {
  await using fake = await fakeRegistry({ needsBlobs: true })
  const { status, text } = await put(fake, '1.0', image)
  assert.equal(status, 404)
  assert.match(text, /MANIFEST_BLOB_UNKNOWN/)
  assert.deepEqual(fake.tags(), {})
})

test('the fake wants a right for what is deleted and for what is mounted', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', deleteScope: true })
  const challenge = async (method: string, path: string) =>
    (await talk(fake, method, path)).headers.get('www-authenticate')?.replace(/.*scope="(.*)"/, '$1')
  assert.equal(await challenge('DELETE', '/v2/octo/app/manifests/1.0'), 'repository:octo/app:delete')
  assert.equal(
    await challenge('POST', '/v2/octo/copy/blobs/uploads/?mount=x&from=octo/app'),
    'repository:octo/copy:pull,push repository:octo/app:pull',
  )
  assert.equal(await challenge('GET', '/v2/octo/app/tags/list'), 'repository:octo/app:pull')
})
