import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { perform } from '../../src/flows/perform.ts'
import { openSource } from '../../src/flows/sources/source.ts'
import { type Manifest, manifestOf, writeIndex } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import type { DigestRef, TagRef } from '../../src/image/reference.ts'
import { assemble } from '../../src/merge/assemble.ts'
import { collect } from '../../src/merge/collect.ts'
import { publishParts } from '../../src/publish/parts.ts'
import { openClient } from '../fakes/client.ts'
import { CONFIG, LAYER, describe as listed } from '../fakes/registries.ts'
import { type FakeOptions, type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'
import { answerInRounds } from '../fakes/rounds.ts'
import { openWorld } from '../fakes/world.ts'

// Requests cost round trips, and registries count them. Each test starts cold: nobody has asked for a token yet.

const COLD: FakeOptions = { auth: 'bearer', needsBlobs: true }
const APP = 'octo/app'

/** 401 and token. */
const LOGIN = 2

function holdBlob(fake: FakeRegistry, text: string, mediaType: string, path = APP) {
  const bytes = Buffer.from(text)
  return { mediaType, digest: fake.holdBlob(path, bytes), size: bytes.length }
}

function hold(fake: FakeRegistry, mediaType: string, json: object, tag?: string): Manifest {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...json }))
  const manifest = manifestOf(mediaType, bytes)
  fake.hold(manifest.bytes, mediaType, APP, tag)
  return manifest
}

const ARCHITECTURES = ['amd64', 'arm64', 's390x', 'riscv64', 'ppc64le']

/** One platform's image of three layers, one of which all share. */
function holdImage(fake: FakeRegistry, architecture: string): Manifest {
  const config = holdBlob(fake, JSON.stringify({ os: 'linux', architecture }), CONFIG)
  const layers = ['base', `a of ${architecture}`, `b of ${architecture}`]
  return hold(fake, OCI_MANIFEST, { config, layers: layers.map((name) => holdBlob(fake, name, LAYER)) })
}

/** What BuildKit pushes for one platform: an index of the image and its attestation. */
function holdAttested(fake: FakeRegistry, architecture: string): Manifest {
  const image = holdImage(fake, architecture)
  const config = holdBlob(fake, JSON.stringify({ of: architecture }), CONFIG)
  const proof = hold(fake, OCI_MANIFEST, {
    config,
    layers: [holdBlob(fake, `proof of ${architecture}`, LAYER)],
  })
  const annotations = {
    'vnd.docker.reference.digest': image.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  }
  const manifests = [
    listed(image, { platform: { os: 'linux', architecture } }),
    listed(proof, { annotations, platform: { os: 'unknown', architecture: 'unknown' } }),
  ]
  return hold(fake, OCI_INDEX, { manifests })
}

function clientFor(fake: FakeRegistry, options: Parameters<typeof openClient>[0] = {}) {
  return openClient({ credential: { kind: 'login', ...fake.login }, ...options })
}

/** Merges what was pushed by digest, as mode merge does. */
async function merge(fake: FakeRegistry, pushed: readonly Manifest[], tags: number): Promise<void> {
  await using client = clientFor(fake)
  const { registry } = client
  const repository = { registry: fake.host, path: APP }
  await registry.warm(repository)
  const collected = await Promise.all(
    pushed.map(async ({ digest }) => {
      const source = openSource({ ...repository, digest }, registry, { expected: true })
      return await collect(await source.read(digest), source)
    }),
  )
  const index = writeIndex(assemble(collected.flatMap(({ images }) => images)))
  const names = Array.from({ length: tags }, (_, number) => ({ ...repository, tag: `1.0.${number}` }))
  await publishParts({ index, tags: names, places: [{ from: repository, digests: [] }] }, registry)
  assert.equal(Object.values(fake.tags()).length, tags)
}

describe('merging', () => {
  for (const [n, t] of [
    [1, 1],
    [2, 1],
    [3, 3],
    [5, 5],
  ] as const) {
    test(`${n} attested images into ${t} tags takes N + T + 2 requests, at most 5 deep`, async () => {
      await using fake = await fakeRegistry(COLD)
      const pushed = ARCHITECTURES.slice(0, n).map((architecture) => holdAttested(fake, architecture))
      const rounds = answerInRounds(fake)
      await merge(fake, pushed, t)
      assert.equal(rounds(), t === 1 ? 4 : 5)
      assert.equal(fake.requests.length, n + t + LOGIN, fake.log().join('\n'))
    })

    test(`${n} plain images into ${t} tags takes 2 N + T + 2 requests, at most 6 deep`, async () => {
      await using fake = await fakeRegistry(COLD)
      const pushed = ARCHITECTURES.slice(0, n).map((architecture) => holdImage(fake, architecture))
      const rounds = answerInRounds(fake)
      await merge(fake, pushed, t)
      assert.equal(rounds(), t === 1 ? 5 : 6)
      assert.equal(fake.requests.length, 2 * n + t + LOGIN, fake.log().join('\n'))
    })
  }

  for (const [name, isKnown, login, deepest] of [
    ['T + 2 requests, 4 deep', false, LOGIN, 4],
    ['T + 1, 3 deep, where it is known who gives tokens', true, LOGIN - 1, 3],
  ] as const)
    test(`3 images whose descriptors were handed over into 3 tags takes ${name}`, async () => {
      await using fake = await fakeRegistry(COLD)
      const images = ARCHITECTURES.slice(0, 3).map((architecture) => {
        const platform = { os: 'linux', architecture }
        return { platform, image: listed(holdImage(fake, architecture), { platform }), attestations: [] }
      })
      const parameters = { realm: `${fake.origin}/token`, service: 'fake-registry' }
      const hint = isKnown ? { scheme: 'bearer', parameters } : undefined
      await using client = clientFor(fake, { hintFor: () => hint })
      const from = { registry: fake.host, path: APP }
      const tags = ['1', '2', '3'].map((tag) => ({ ...from, tag }))
      const rounds = answerInRounds(fake)
      const index = writeIndex(assemble(images))
      await publishParts({ index, tags, places: [{ from, digests: [] }] }, client.registry)
      assert.equal(rounds(), deepest)
      assert.equal(fake.requests.length, 3 + login)
    })
})

/** Its blobs: configurations and own layers of two images, the layer they share, and what their attestations have. */
const BLOBS = 2 * (1 + 2) + 1 + 2 * 2

/** An attested index of two platforms, as octo/app:edge. */
function holdEdge(fake: FakeRegistry): Manifest {
  const pushed = ['amd64', 'arm64'].map((architecture) => holdAttested(fake, architecture))
  const manifests = pushed.flatMap(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)).manifests)
  return hold(fake, OCI_INDEX, { manifests }, 'edge')
}

async function promote(
  fake: FakeRegistry,
  tags: readonly TagRef[],
  source?: TagRef | DigestRef,
): Promise<void> {
  await using client = clientFor(fake)
  const from = source ?? { registry: fake.host, path: APP, tag: 'edge' }
  const world = { ...openWorld().world, registry: () => Promise.resolve(client.registry) }
  await perform({ mode: 'promote', source: from, tags, platforms: [], referrers: false }, world)
}

describe('promoting', () => {
  for (const t of [1, 3]) {
    test(`inside a repository to ${t} tags is one GET and a PUT for each, beside the login`, async () => {
      await using fake = await fakeRegistry(COLD)
      const edge = holdEdge(fake)
      const tags = Array.from({ length: t }, (_, n) => ({ registry: fake.host, path: APP, tag: `1.0.${n}` }))
      await promote(fake, tags)
      assert.equal(fake.requests.length, 1 + t + LOGIN, fake.log().join('\n'))
      assert.deepEqual(new Set(Object.values(fake.tags())), new Set([edge.digest]))
    })
  }

  test('to another repository of the registry is one mount for each blob, and no byte of them', async () => {
    await using fake = await fakeRegistry(COLD)
    const edge = holdEdge(fake)
    await promote(fake, [{ registry: fake.host, path: 'octo/mirror', tag: '1' }])
    const log = fake.log()
    assert.equal(log.filter((line) => /^POST .*[?&]mount=.* 201$/.test(line)).length, BLOBS, log.join('\n'))
    assert.equal(log.filter((line) => /\/blobs\//.test(line)).length, BLOBS, 'nothing else is asked of blobs')
    const tokens = log.filter((line) => /token/.test(line)).length
    const refused = log.filter((line) => line.endsWith(' 401')).length
    assert.ok(tokens <= 3 && refused <= 2, `${tokens} tokens, ${refused} times refused`)
    const children = 4
    assert.equal(
      log.length - tokens - refused,
      1 + 1 + 2 * children + BLOBS + 1,
      'GET, HEAD, children, blobs, tag',
    )
    assert.equal(fake.manifest('octo/mirror:1')?.digest, edge.digest)
  })

  test('to another registry is a question and an upload for each blob, and each is read once', async () => {
    await using fake = await fakeRegistry(COLD)
    await using other = await fakeRegistry({ auth: 'bearer', needsBlobs: true })
    const edge = holdEdge(fake)
    await promote(fake, [{ registry: other.host, path: 'octo/copy', tag: '1' }])
    const count = (log: readonly string[], pattern: RegExp) => log.filter((line) => pattern.test(line)).length
    assert.equal(count(fake.log(), /^GET .*\/blobs\/sha256:\S+ 200$/), BLOBS)
    assert.equal(count(other.log(), /^HEAD .*\/blobs\/sha256:\S+ 404$/), BLOBS)
    assert.equal(count(other.log(), /^PUT .*\/blobs\/uploads\/\S+ 201$/), BLOBS)
    assert.equal(count(fake.log(), / 4\d\d$/), 1, 'the challenge')
    assert.equal(other.uploads(), 0)
    assert.equal(other.manifest('octo/copy:1')?.digest, edge.digest)
  })
})

describe('a promotion whose registry falls silent', () => {
  const names = ['octo/app:1', 'octo/mirror:1', 'octo/mirror:latest']
  const REQUESTS = 29

  for (let alive = 0; alive < REQUESTS; alive++) {
    test(`after ${alive} requests moves no tag to anything incomplete, and a later run gets there`, async () => {
      await using fake = await fakeRegistry(COLD)
      const edge = holdEdge(fake)
      const tags = names.map((name) => {
        const [path = '', tag = ''] = name.split(':')
        return { registry: fake.host, path, tag }
      })
      fake.fault({ withHeaders: {}, times: alive })
      fake.fault({ reset: 'before', times: 200 })
      let runs = 1
      while (!(await goesWell(promote(fake, tags)))) {
        // The fake takes an index only after its children, and an image only after its blobs.
        for (const digest of Object.values(fake.tags())) assert.equal(digest, edge.digest)
        runs += 1
      }
      assert.ok(runs > 1 && runs < 40, `${runs} runs`)
      assert.equal(Object.keys(fake.tags()).length, 4)
      assert.deepEqual([...new Set(Object.values(fake.tags()))], [edge.digest])
    })
  }
})

async function goesWell(work: Promise<unknown>): Promise<boolean> {
  return await work.then(
    () => true,
    () => false,
  )
}
