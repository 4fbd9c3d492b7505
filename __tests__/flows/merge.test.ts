import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { merge } from '../../src/flows/merge.ts'
import { perform } from '../../src/flows/perform.ts'
import { leaveRecord } from '../../src/handoff/carrier.ts'
import { GateError } from '../../src/handoff/gate.ts'
import { parseSources } from '../../src/handoff/hand-over.ts'
import { writeRecord } from '../../src/handoff/record.ts'
import { parseAnnotation } from '../../src/image/annotation.ts'
import type { Digest } from '../../src/image/digest.ts'
import { readIndex } from '../../src/image/manifest.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { failureOf } from '../fakes/failure.ts'
import { buildOn, leaveAll, NAMES, type Stage, stage } from './merge-stage.ts'

describe('a merge', () => {
  test('makes one image of all parts: images in the order wanted, then their attestations', async () => {
    await using set = await stage()
    const records = (await leaveAll(set)).flatMap(({ platforms }) => platforms)
    const { published, parts } = await perform(set.request(['1.2.3', 'latest']), set.world)
    const index = set.fake.manifest('octo/app:latest')
    assert.ok(index)
    assert.deepEqual(readIndex(index).manifests, [
      ...records.map(({ image }) => image),
      ...records.flatMap(({ attestations }) => attestations),
    ])
    assert.deepEqual(set.fake.tags(), { 'octo/app:1.2.3': index.digest, 'octo/app:latest': index.digest })
    assert.equal(published.index.digest, index.digest)
    assert.deepEqual(parts, records)
  })

  test('leaves attestations out, for a registry that refuses them', async () => {
    await using set = await stage()
    const records = (await leaveAll(set)).flatMap(({ platforms }) => platforms)
    await perform(set.request(['1'], { attestations: 'drop' }), set.world)
    const index = set.fake.manifest('octo/app:1')
    assert.deepEqual(
      index && readIndex(index).manifests,
      records.map(({ image }) => image),
    )
  })

  test('goes without an optional platform that no part has brought, and warns', async () => {
    await using set = await stage()
    await leaveAll(set, NAMES.slice(1))
    const [first = ''] = NAMES
    const optional = [parsePlatform(first)]
    const platforms = NAMES.map(parsePlatform)
    const { parts, lost } = await merge(set.request(['1'], { platforms, optional }), set.world)
    assert.deepEqual(lost, optional)
    assert.equal(parts.length, NAMES.length - 1)
    assert.deepEqual(set.log.lines, [`warning: No part has brought ${first}; the image is made without it.`])
  })

  test('says of annotations that a registry has no place for that they are lost', async () => {
    await using set = await stage()
    await leaveAll(set)
    await merge(set.request(['1'], { annotations: parseAnnotation('index-descriptor:a=1') }), set.world)
    const publishing = set.log.groups.find(({ title }) => title.startsWith('Publish'))
    assert.match(publishing?.lines[0] ?? '', /index-descriptor .* a registry has no place for them/)
  })

  for (const tags of [['1.2.3'], ['1.2.3', '1.2', 'latest', 'sha-1']]) {
    test(`of full records into ${tags.length} tags asks the registry ${tags.length + 2} times`, async () => {
      await using set = await stage()
      await leaveAll(set)
      await merge(set.request(tags), set.world)
      assert.equal(set.fake.requests.length, tags.length + 2, set.fake.log().join('\n'))
      assert.equal(set.fake.requests.filter(({ method }) => method === 'PUT').length, tags.length)
    })

    test(`and ${tags.length + 2 + NAMES.length} times where every part is looked for`, async () => {
      await using set = await stage()
      await leaveAll(set)
      await merge(set.request(tags, { check: true }), set.world)
      assert.equal(set.fake.requests.length, NAMES.length + tags.length + 2, set.fake.log().join('\n'))
    })
  }

  test('of 64 parts asks no more often', async () => {
    await using set = await stage()
    const names = Array.from({ length: 64 }, (_, number) => `linux/cpu${number}`)
    await leaveAll(set, names)
    await merge(set.request(['1'], { platforms: names.map(parsePlatform) }), set.world)
    assert.equal(set.fake.requests.length, 3)
  })

  test('starts no program', async () => {
    await using set = await stage()
    await leaveAll(set)
    await perform(set.request(['1']), set.world)
    assert.deepEqual(set.did, ['note folder'])
  })

  test('takes the newest of a job that was run again', async () => {
    await using set = await stage({ run: { id: '7', attempt: 2 } })
    await leaveAll(set)
    const again = buildOn(
      set.fake,
      'linux/arm64',
      { image: set.image, run: { id: '7', attempt: 2 } },
      'again',
    )
    await leaveRecord(again, set.artifacts)
    const { parts } = await merge(set.request(['1']), set.world)
    assert.deepEqual(parts[1], again.platforms[0])
  })

  test('annotates the index', async () => {
    await using set = await stage()
    await leaveAll(set)
    const annotations = parseAnnotation('index:org.example.title=App')
    const { published } = await merge(set.request(['1'], { annotations }), set.world)
    assert.deepEqual(readIndex(published.index).annotations, { 'org.example.title': 'App' })
  })

  test('puts only its own tags: what the parts were told of tags does not count', async () => {
    await using set = await stage()
    await leaveAll(set)
    await merge(set.request(['20261121-1200']), set.world)
    assert.deepEqual(Object.keys(set.fake.tags()), ['octo/app:20261121-1200'])
  })
})

describe('the records come', () => {
  test('by hand, as text or from files', async () => {
    await using set = await stage()
    const [first, ...others] = NAMES.map((name) => set.built(name))
    assert.ok(first)
    for (const [place, record] of others.entries())
      await set.world.files.write(`/repo/records/${place}.json`, `${writeRecord(record)}\n`)
    const records = parseSources(`${writeRecord(first)}\nrecords/*.json`)
    const { parts } = await merge(set.request(['1'], { from: { kind: 'records', records } }), set.world)
    assert.equal(parts.length, 3)
  })

  test('from nowhere: images are read instead, one request each', async () => {
    await using set = await stage()
    const sources = NAMES.map((name) => listed(set, name))
    const from = { kind: 'sources', sources } as const
    for (const platforms of [NAMES.map(parsePlatform), []]) {
      const { parts } = await merge(set.request(['1'], { from, platforms }), set.world)
      assert.deepEqual(
        parts.map(({ image, attestations }) => [image.platform?.architecture, attestations.length]),
        [
          ['amd64', 1],
          ['arm64', 1],
          ['s390x', 1],
        ],
      )
    }
    const reads = set.fake.requests.filter(({ method, status }) => method === 'GET' && status === 200)
    assert.equal(reads.filter(({ path }) => path.includes('/manifests/')).length, 2 * 3)
  })

  test('too few of such images are too few', async () => {
    await using set = await stage()
    const sources = [listed(set, 'linux/amd64')]
    const error = await failureOf(
      merge(set.request(['1'], { from: { kind: 'sources', sources } }), set.world),
    )
    assert.ok(error instanceof GateError)
    assert.deepEqual(error.objections.missing, ['linux/arm64', 'linux/s390x'])
  })
})

const listed = (set: Stage, name: string) => ({
  image: { ...set.image.repository, digest: indexOn(set, name) },
  edits: {},
})

/** What a build of one platform has pushed: an index of its image and attestation. */
function indexOn(set: Stage, name: string): Digest {
  const { platforms } = set.built(name)
  const manifests = platforms.flatMap(({ image, attestations }) => [image, ...attestations])
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType, manifests }))
  return set.fake.hold(bytes, mediaType, 'octo/app')
}
