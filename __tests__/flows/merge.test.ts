import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toReport } from '../../src/action/report.ts'
import { NoRecords } from '../../src/flows/gather.ts'
import { type MergeRequest, merge, PartsNotThere } from '../../src/flows/merge.ts'
import { perform } from '../../src/flows/perform.ts'
import { ArtifactsError } from '../../src/handoff/artifacts.ts'
import { leaveRecord } from '../../src/handoff/carrier.ts'
import { GateError } from '../../src/handoff/gate.ts'
import { parseSources } from '../../src/handoff/hand-over.ts'
import { type PartRecord, writeRecord } from '../../src/handoff/record.ts'
import { parseAnnotation } from '../../src/image/annotation.ts'
import { type Digest, parseDigest } from '../../src/image/digest.ts'
import { readIndex } from '../../src/image/manifest.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseTagRef } from '../../src/image/reference.ts'
import { PublishError } from '../../src/publish/publish.ts'
import { openClient } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'
import { openWorld } from '../fakes/world.ts'
import { imageOf, partOf, RUN, recordOf, shelf } from '../handoff/records.ts'

const NAMES = ['linux/amd64', 'linux/arm64', 'linux/s390x']

/** A strict registry behind tokens, a client that nobody has used yet, and what the jobs of a run have left. */
async function stage({ run = RUN } = {}) {
  const fake = await fakeRegistry({ auth: 'bearer' })
  const client = openClient({ credential: { kind: 'login', ...fake.login } })
  const artifacts = shelf()
  const image = imageOf(`${fake.host}/octo/app`)
  const { world, ...rest } = openWorld({ artifacts })
  const request = (tags: readonly string[], changes: Partial<MergeRequest> = {}): MergeRequest => ({
    ...{ mode: 'merge', image, plan: [], from: { kind: 'run' }, annotations: [], check: false, run },
    platforms: NAMES.map(parsePlatform),
    tags: tags.map((tag) => parseTagRef(tag.includes('/') ? tag : `${fake.host}/octo/app:${tag}`)),
    ...changes,
  })
  return {
    ...{ fake, client, artifacts, image, request, ...rest },
    world: { ...world, registry: () => Promise.resolve(client.registry) },
    /** Builds a platform: its manifests are in the registry then, and its record is returned. */
    built: (name: string, changes: Partial<PartRecord> = {}) => buildOn(fake, name, { image, ...changes }),
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]()
      await fake[Symbol.asyncDispose]()
    },
  }
}

type Stage = Awaited<ReturnType<typeof stage>>

function buildOn(
  fake: FakeRegistry,
  name: string,
  changes: Partial<PartRecord> = {},
  seed = name,
): PartRecord {
  const part = partOf(name)
  const manifest = imageNamed(seed)
  const proof = imageNamed(`${seed} proof`)
  for (const { bytes, mediaType } of [manifest, proof]) fake.hold(bytes, mediaType, 'octo/app')
  const image = { ...part.image, digest: manifest.digest, size: manifest.bytes.length }
  const attestations = part.attestations.map((one) => ({
    ...{ ...one, digest: proof.digest, size: proof.bytes.length },
    annotations: { ...one.annotations, 'vnd.docker.reference.digest': manifest.digest },
  }))
  return recordOf([name], { platforms: [{ ...part, image, attestations }], ...changes })
}

async function leaveAll({ built, artifacts }: Stage, names = NAMES): Promise<readonly PartRecord[]> {
  const records = names.map((name) => built(name))
  for (const record of records) await leaveRecord(record, artifacts)
  return records
}

const byHand = (records: readonly PartRecord[]) =>
  ({ kind: 'records', records: parseSources(records.map(writeRecord).join('\n')) }) as const

async function failureOf(done: Promise<unknown>): Promise<Error> {
  const error = await done.then(
    () => assert.fail('it went well'),
    (why: unknown) => why,
  )
  assert.ok(error instanceof Error)
  return error
}

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
      await set.world.files.write(`/work/records/${place}.json`, `${writeRecord(record)}\n`)
    const records = parseSources(`${writeRecord(first)}\nrecords/*.json`)
    const { parts } = await merge(set.request(['1'], { from: { kind: 'records', records } }), set.world)
    assert.equal(parts.length, 3)
  })

  test('from nowhere: images are read instead, one request each', async () => {
    await using set = await stage()
    const sources = NAMES.map((name) => ({ ...set.image.repository, digest: indexOn(set, name) }))
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
    const sources = [{ ...set.image.repository, digest: indexOn(set, 'linux/amd64') }]
    const error = await failureOf(
      merge(set.request(['1'], { from: { kind: 'sources', sources } }), set.world),
    )
    assert.ok(error instanceof GateError)
    assert.deepEqual(error.objections.missing, ['linux/arm64', 'linux/s390x'])
  })
})

/** What a build of one platform has pushed: an index of its image and attestation. */
function indexOn(set: Stage, name: string): Digest {
  const { platforms } = set.built(name)
  const manifests = platforms.flatMap(({ image, attestations }) => [image, ...attestations])
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType, manifests }))
  return set.fake.hold(bytes, mediaType, 'octo/app')
}

describe('nothing gets a name', () => {
  test('where a part is missing', async () => {
    await using set = await stage()
    await leaveAll(set, ['linux/amd64', 'linux/s390x'])
    const error = await failureOf(merge(set.request(['1']), set.world))
    const { title, detail, advice } = toReport(error)
    assert.equal(title, 'The parts do not make the image')
    assert.match(detail, /^Missing: linux\/arm64\nFound: linux\/amd64 .*; linux\/s390x /)
    assert.match(advice, /No tag was moved/)
    assert.deepEqual(set.fake.tags(), {})
  })

  test('where a record names what the registry does not have', async () => {
    await using set = await stage()
    const [amd64, arm64, s390x] = NAMES.map((name) => set.built(name))
    assert.ok(amd64 && arm64 && s390x)
    const digest = parseDigest(`sha256:${'0'.repeat(64)}`)
    const changed = {
      ...arm64,
      platforms: arm64.platforms.map((part) => ({ ...part, image: { ...part.image, digest } })),
    }
    for (const check of [false, true]) {
      const from = byHand([amd64, changed, s390x])
      const error = await failureOf(merge(set.request(['1', 'latest'], { from, check }), set.world))
      assert.ok(error instanceof PartsNotThere)
      assert.equal(toReport(error).title, 'A part is not in the registry')
      assert.match(error.message, new RegExp(`/octo/app does not have linux/arm64 \\(${digest}\\)$`))
      assert.deepEqual(set.fake.tags(), {})
    }
  })

  test('where the registry refuses for a reason of its own, and that reason is told', async () => {
    await using set = await stage()
    const from = byHand(NAMES.map((name) => set.built(name)))
    set.fake.fault({ verb: 'PUT', path: /manifests/, times: 9, status: 400 })
    const error = await failureOf(merge(set.request(['1'], { from }), set.world))
    assert.ok(error instanceof PublishError)
    assert.deepEqual(set.fake.tags(), {})
  })

  const lost: Readonly<
    Record<string, readonly [(set: Stage) => Promise<unknown>, detail: RegExp, advice: RegExp]>
  > = {
    'where nobody has left anything': [
      () => Promise.resolve(),
      /^No job of this run has left a record of \S+\/octo\/app\.$/,
      /the same repository first in tags/,
    ],
    'where the jobs have named another image': [
      (set) =>
        leaveRecord(
          set.built('linux/amd64', { image: imageOf('ghcr.io/octo/app', { target: 'x' }) }),
          set.artifacts,
        ),
      /, but of ghcr\.io\/octo\/app \(stage x\)\.$/,
      /the same target/,
    ],
  }
  for (const [name, [prepare, detail, advice]] of Object.entries(lost)) {
    test(name, async () => {
      await using set = await stage()
      await prepare(set)
      const error = await failureOf(merge(set.request(['1']), set.world))
      const report = toReport(error)
      assert.equal(report.title, 'The parts were not found')
      assert.match(report.detail, detail)
      assert.match(report.advice, advice)
      assert.deepEqual(set.fake.tags(), {})
    })
  }

  test('where there is no artifact service, and it says how to do without', async () => {
    await using set = await stage()
    const gone = () => Promise.reject(new ArtifactsError('404', { absent: true }))
    for (const artifacts of [undefined, { ...set.artifacts, list: gone }]) {
      const world = { ...set.world, artifacts: () => Promise.resolve(artifacts) }
      const error = await failureOf(merge(set.request(['1']), world))
      assert.ok(error instanceof NoRecords && !error.looked)
      assert.match(toReport(error).advice, /records: \$\{\{ toJSON\(needs\.part\.outputs\) \}\}/)
    }
  })

  test('where a file of records is not there', async () => {
    await using set = await stage()
    const from = { kind: 'records', records: parseSources('nowhere/*.json') } as const
    const error = await failureOf(merge(set.request(['1'], { from }), set.world))
    assert.match(error.message, /there is no file nowhere\/\*\.json/)
  })
})
