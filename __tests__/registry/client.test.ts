import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf } from '../../src/image/digest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { RegistryError } from '../../src/registry/registry-error.ts'
import { openClient, refusalOf, tag } from '../fakes/client.ts'
import { imageNamed, indexOf } from '../fakes/images.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

const amd64 = imageNamed('amd64')
const arm64 = imageNamed('arm64')
const index = indexOf([amd64, arm64])

function holdBoth(fake: FakeRegistry) {
  for (const { bytes, mediaType } of [amd64, arm64]) fake.hold(bytes, mediaType, 'octo/app')
}

test('puts an index under a tag, byte for byte', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  holdBoth(fake)
  await client.registry.put(tag(fake, '1.0'), index)
  assert.deepEqual(fake.tags(), { 'octo/app:1.0': index.digest })
  assert.deepEqual(fake.manifest('octo/app:1.0'), { ...index, bytes: Buffer.from(index.bytes) })
  assert.deepEqual(fake.log(), ['PUT /v2/octo/app/manifests/1.0 201'])
})

test('gets a manifest by tag and by digest, and names it by its bytes', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.hold(amd64.bytes, amd64.mediaType, 'octo/app', '1.0')
  const byTag = await client.registry.get(tag(fake, '1.0'))
  const byDigest = await client.registry.get({ registry: fake.host, path: 'octo/app', digest: amd64.digest })
  assert.equal(byTag.digest, amd64.digest)
  assert.equal(byTag.mediaType, amd64.mediaType)
  assert.deepEqual(Buffer.from(byDigest.bytes), Buffer.from(amd64.bytes))
})

test('asks for the four types we know and for nothing else', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.hold(amd64.bytes, amd64.mediaType, 'octo/app', '1.0')
  await client.registry.get(tag(fake, '1.0'))
  const [seen] = fake.requests
  assert.equal(
    seen?.headers['accept'],
    'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, ' +
      'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
  )
  assert.equal(seen?.headers['accept-encoding'], undefined)
  assert.equal(seen?.headers['user-agent'], 'multiarch-action/test')
})

test('says what is missing in the words of the registry', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  await assert.rejects(client.registry.get(tag(fake, 'lost')), (error: unknown) => {
    assert(error instanceof RegistryError)
    assert.equal(error.kind, 'unknown')
    assert.equal(error.status, 404)
    assert.deepEqual(error.codes, ['MANIFEST_UNKNOWN'])
    assert.equal(error.host, fake.host)
    assert.equal(error.repository, 'octo/app')
    const where = `GET ${fake.origin}/v2/octo/app/manifests/lost`
    assert.equal(error.message, `${where}: 404 MANIFEST_UNKNOWN: manifest unknown (unknown tag=lost)`)
    return true
  })
  assert.equal(fake.requests.length, 1)
})

test('says that a child of the index is not in this repository', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), index))
  assert.equal(error.kind, 'refused')
  assert.deepEqual(error.codes, ['MANIFEST_BLOB_UNKNOWN'])
  assert.match(error.message, /400 MANIFEST_BLOB_UNKNOWN: blob unknown to registry \(sha256:/)
  assert.equal(error.retried, 2)
  assert.deepEqual(client.waits, [1000, 3000])
  assert.deepEqual(fake.tags(), {})
})

test('a manifest that was just pushed may come late', async () => {
  await using fake = await fakeRegistry({ lag: 2 })
  await using client = openClient()
  await client.registry.put(tag(fake, '1.0'), amd64)
  const found = await client.registry.get(tag(fake, '1.0'), { expected: true })
  assert.equal(found.digest, amd64.digest)
  assert.deepEqual(client.waits, [1000, 3000])
})

test('nobody waits for a manifest that nobody pushed', async () => {
  await using fake = await fakeRegistry({ lag: 1 })
  await using client = openClient()
  await client.registry.put(tag(fake, '1.0'), amd64)
  await assert.rejects(client.registry.get(tag(fake, '1.0')), /404/)
  assert.deepEqual(client.waits, [])
})

test('reads back what it put where the answer does not name it', async () => {
  await using fake = await fakeRegistry({ digestHeader: 'missing' })
  await using client = openClient()
  await client.registry.put(tag(fake, '1.0'), amd64)
  assert.deepEqual(fake.log(), ['PUT /v2/octo/app/manifests/1.0 201', 'GET /v2/octo/app/manifests/1.0 200'])
})

test('believes the bytes, not the header', async () => {
  await using fake = await fakeRegistry({ digestHeader: 'wrong' })
  await using client = openClient()
  await client.registry.put(tag(fake, '1.0'), amd64)
  const { digest } = await client.registry.get(tag(fake, '1.0'))
  assert.equal(digest, amd64.digest)
  assert.equal(client.events.filter(({ kind }) => kind === 'wrong-digest-header').length, 2)
})

test('says when the registry has something else than was sent', async () => {
  await using fake = await fakeRegistry({ digestHeader: 'missing' })
  await using client = openClient()
  fake.fault({ verb: 'GET', withBody: arm64.bytes })
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), amd64))
  assert.equal(error.kind, 'digest')
  assert.ok(error.message.endsWith(`sent ${amd64.digest}, but ${arm64.digest} is there now`))
})

test('refuses bytes that are not those of the digest', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const digest = fake.hold(amd64.bytes, amd64.mediaType, 'octo/app')
  fake.fault({ withBody: arm64.bytes })
  await assert.rejects(client.registry.get({ registry: fake.host, path: 'octo/app', digest }), {
    name: 'RegistryError',
    kind: 'digest',
  })
})

test('head says what is there, in one request', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.hold(amd64.bytes, amd64.mediaType, 'octo/app', '1.0')
  assert.deepEqual(await client.registry.head(tag(fake, '1.0')), {
    mediaType: amd64.mediaType,
    digest: amd64.digest,
    size: amd64.bytes.length,
  })
  assert.deepEqual(fake.log(), ['HEAD /v2/octo/app/manifests/1.0 200'])
})

test('head of what is not there is undefined', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  assert.equal(await client.registry.head(tag(fake, 'lost')), undefined)
})

for (const status of [403, 405, 500, 501]) {
  test(`where HEAD answers ${status}, GET knows`, async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    fake.hold(amd64.bytes, amd64.mediaType, 'octo/app', '1.0')
    fake.fault({ verb: 'HEAD', status })
    assert.equal((await client.registry.head(tag(fake, '1.0')))?.digest, amd64.digest)
    assert.equal(fake.requests.length, 2)
  })
}

test('head asks for the words behind a 403', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const body = { errors: [{ code: 'DENIED', message: 'installation not allowed' }] }
  fake.fault({ times: 2, status: 403, body })
  await assert.rejects(client.registry.head(tag(fake, '1.0')), /403 DENIED: installation not allowed/)
})

test('head does not trust an answer without a digest', async () => {
  await using fake = await fakeRegistry({ digestHeader: 'missing' })
  await using client = openClient()
  fake.hold(amd64.bytes, amd64.mediaType, 'octo/app', '1.0')
  assert.equal((await client.registry.head(tag(fake, '1.0')))?.digest, amd64.digest)
  assert.deepEqual(
    fake.requests.map(({ method }) => method),
    ['HEAD', 'GET'],
  )
})

test('an immutable tag that has these bytes already is fine', async () => {
  await using fake = await fakeRegistry({ immutable: /./ })
  await using client = openClient()
  await client.registry.put(tag(fake, '1.0'), amd64)
  await client.registry.put(tag(fake, '1.0'), amd64)
  assert.deepEqual(fake.log(), [
    'PUT /v2/octo/app/manifests/1.0 201',
    'PUT /v2/octo/app/manifests/1.0 400',
    'HEAD /v2/octo/app/manifests/1.0 200',
  ])
})

test('an immutable tag that points elsewhere is an error that says where', async () => {
  await using fake = await fakeRegistry({ immutable: /./ })
  await using client = openClient()
  await client.registry.put(tag(fake, '1.0'), amd64)
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), arm64))
  assert.equal(error.kind, 'immutable')
  assert.match(error.message, /400 TAG_INVALID: .*immutable.*; the tag is at sha256:/)
  assert.ok(error.message.endsWith(amd64.digest), error.message)
  assert.deepEqual(fake.tags(), { 'octo/app:1.0': amd64.digest })
})

test('a refusal for another reason stays what it is', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.hold(arm64.bytes, arm64.mediaType, 'octo/app', '1.0')
  const body = { errors: [{ code: 'DENIED', message: 'permission_denied: write_package' }] }
  fake.fault({ verb: 'PUT', status: 403, body, headers: { 'x-github-request-id': 'ABC' } })
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), amd64))
  assert.equal(error.kind, 'denied')
  assert.match(error.message, /^PUT http:.*: 403 DENIED: permission_denied: write_package; request ABC$/)
})

test('does not send what no registry has to take', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const bytes = new Uint8Array(4 * 1024 * 1024 + 1)
  const huge = { mediaType: OCI_INDEX, bytes, digest: digestOf(bytes) }
  await assert.rejects(client.registry.put(tag(fake, '1.0'), huge), /more than 4 MiB/)
  assert.equal(fake.requests.length, 0)
})

test('passes on a warning of the registry once', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ times: 2, withHeaders: { warning: '299 - "this registry moves to \\"new.example\\""' } })
  await client.registry.put(tag(fake, '1.0'), amd64)
  await client.registry.put(tag(fake, '1.1'), amd64)
  const text = 'this registry moves to "new.example"'
  assert.deepEqual(client.events, [{ kind: 'warning', host: fake.host, text }])
})

test('one connection serves requests that come one after another', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: { kind: 'login', ...fake.login } })
  for (const name of ['1.0.0', '1.0', '1']) await client.registry.put(tag(fake, name), amd64)
  assert.equal(fake.connections(), 1)
})

test('at most six connections, however many requests', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const names = Array.from({ length: 40 }, (_, at) => `v${at}`)
  await Promise.all(names.map((name) => client.registry.put(tag(fake, name), amd64)))
  assert.equal(fake.requests.length, 40)
  assert.ok(fake.connections() <= 6, `${fake.connections()} connections`)
})
