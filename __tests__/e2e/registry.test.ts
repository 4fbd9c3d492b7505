import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { digestOf } from '../../src/image/digest.ts'
import { type Descriptor, type Manifest, manifestOf, writeIndex } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import type { Repository } from '../../src/image/reference.ts'
import type { Credential } from '../../src/registry/credentials/credential.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { type RegistryError, URLS_UNWANTED } from '../../src/registry/registry-error.ts'
import { inPieces, readAll } from '../fakes/blobs.ts'
import { openClient } from '../fakes/client.ts'
import { freshRepository, noRig, rig } from './rig.ts'

// The client against registries that others have written.

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'
const FOREIGN = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'
const CONFIG = 'application/vnd.oci.image.config.v1+json'

const [username = '', password = ''] = rig.login.split(':')

const REGISTRIES: Readonly<Record<string, { host: string; credential: Credential }>> = {
  'distribution 3': { host: rig.registry, credential: { kind: 'none' } },
  'distribution 2.8': { host: rig.oldRegistry, credential: { kind: 'none' } },
  olareg: { host: rig.olareg, credential: { kind: 'none' } },
  'distribution 3 with a login': {
    host: rig.loginRegistry,
    credential: { kind: 'login', username, password },
  },
}

function fresh(host: string): Repository {
  return { registry: host, path: freshRepository(host).slice(host.length + 1) }
}

function blobOf(bytes: Uint8Array, mediaType = LAYER): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}

async function put(registry: Registry, to: Repository, bytes: Uint8Array, mediaType?: string) {
  const blob = blobOf(bytes, mediaType)
  await registry.putBlob(to, blob, inPieces(bytes, 65_536))
  return blob
}

/** Puts an image of one small layer; with a subject it is something that belongs to another image. */
async function putImage(registry: Registry, to: Repository, subject?: Manifest): Promise<Manifest> {
  const config = await put(
    registry,
    to,
    Buffer.from(`{"random":"${randomBytes(8).toString('hex')}"}`),
    CONFIG,
  )
  const layers = [await put(registry, to, randomBytes(6000))]
  const of = subject && { mediaType: subject.mediaType, digest: subject.digest, size: subject.bytes.length }
  const json = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers, ...(of && { subject: of }) }
  const image = manifestOf(OCI_MANIFEST, Buffer.from(JSON.stringify(json)))
  await registry.put({ ...to, digest: image.digest }, image)
  return image
}

/** Where there is no API, a signature is in the index under the tag that stands in for it. */
async function assertReferrers(registry: Registry, here: Repository, image: Manifest): Promise<void> {
  const { mediaType, digest, bytes } = await putImage(registry, here, image)
  if (here.registry !== rig.olareg) {
    const index = writeIndex({ mediaType: OCI_INDEX, manifests: [{ mediaType, digest, size: bytes.length }] })
    await registry.put({ ...here, tag: image.digest.replace(':', '-') }, index)
  }
  const found = await registry.referrers(here, image.digest)
  assert.deepEqual(
    found.map((one) => one.digest),
    [digest],
  )
}

for (const [name, { host, credential }] of Object.entries(REGISTRIES)) {
  test(`${name} takes blobs, gives them back and mounts them`, { skip: noRig }, async () => {
    await using client = openClient({ credential })
    const [here, there] = [fresh(host), fresh(host)]
    for (const size of [0, 2, 4096, 5_000_000]) {
      const bytes = randomBytes(size)
      const blob = await put(client.registry, here, bytes)
      assert.deepEqual(await client.registry.headBlob(here, blob.digest), { size })
      assert.deepEqual(await readAll(await client.registry.openBlob(here, blob)), bytes)
      if (size < 10_000) assert.deepEqual(Buffer.from(await client.registry.readBlob(here, blob)), bytes)
      assert.equal(await client.registry.headBlob(there, blob.digest), undefined)
      assert.equal(await client.registry.mountBlob(there, blob.digest, here), true)
      assert.deepEqual(await client.registry.headBlob(there, blob.digest), { size })
    }
    assert.deepEqual(client.events, [])
  })

  test(`${name} lists tags and referrers, and deletes`, { skip: noRig }, async () => {
    await using client = openClient({ credential })
    const here = fresh(host)
    assert.deepEqual(await client.registry.tags(here), [])
    const image = await putImage(client.registry, here)
    assert.deepEqual(await client.registry.referrers(here, image.digest), [])
    await assertReferrers(client.registry, here, image)
    for (const tag of ['1.0', '1.1', 'latest']) await client.registry.put({ ...here, tag }, image)
    const tags = (await client.registry.tags(here)).filter((tag) => !tag.startsWith('sha256-'))
    assert.deepEqual(tags.toSorted(), ['1.0', '1.1', 'latest'])
    const deleted = await client.registry.delete({ ...here, digest: image.digest }).then(
      () => 'deleted',
      (error: { kind: string; status: number }) => `${error.kind} ${error.status}`,
    )
    // What a registry of distribution is told in its configuration decides.
    assert.ok(['deleted', 'refused 405'].includes(deleted), deleted)
    const left = await client.registry.head({ ...here, digest: image.digest })
    assert.equal(left === undefined, deleted === 'deleted')
  })
}

for (const host of [rig.registry, rig.oldRegistry]) {
  test(`${host} wants no layers from elsewhere, which is known at once`, { skip: noRig }, async () => {
    await using client = openClient()
    const here = fresh(host)
    const config = await put(client.registry, here, Buffer.from('{"os":"windows"}'), CONFIG)
    const foreign = { ...blobOf(randomBytes(10), FOREIGN), urls: ['https://mcr.microsoft.com/layer'] }
    const json = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [foreign] }
    const image = manifestOf(OCI_MANIFEST, Buffer.from(JSON.stringify(json)))
    const refused = client.registry.put({ ...here, tag: '1' }, image)
    await assert.rejects(refused, (error: RegistryError) => {
      assert.deepEqual([error.kind, error.status, error.retried], ['refused', 500, 0])
      return error.codes.includes(URLS_UNWANTED)
    })
  })
}

test('a blob goes from one registry to another, piece by piece', { skip: noRig }, async () => {
  await using client = openClient()
  const [here, there] = [fresh(rig.registry), fresh(rig.oldRegistry)]
  const bytes = randomBytes(20_000_000)
  const blob = await put(client.registry, here, bytes)
  assert.equal(await client.registry.mountBlob(there, blob.digest, here), false)
  await client.registry.putBlob(there, blob, () => client.registry.openBlob(here, blob))
  assert.deepEqual(await readAll(await client.registry.openBlob(there, blob)), bytes)
})

test('what is not there is said at the opening', { skip: noRig }, async () => {
  await using client = openClient()
  const lost = blobOf(randomBytes(10))
  const here = fresh(rig.registry)
  await assert.rejects(client.registry.openBlob(here, lost), { kind: 'unknown', status: 404 })
  await assert.rejects(client.registry.readBlob(here, lost), { kind: 'unknown', status: 404 })
})

test('a real registry refuses bytes that are not those of the digest', { skip: noRig }, async () => {
  await using client = openClient()
  const here = fresh(rig.registry)
  const blob = blobOf(randomBytes(10_000))
  const put = client.registry.putBlob(here, blob, inPieces(randomBytes(10_000)))
  await assert.rejects(put, { kind: 'refused', status: 400 })
  assert.equal(await client.registry.headBlob(here, blob.digest), undefined)
})
