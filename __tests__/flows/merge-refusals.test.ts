import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toReport } from '../../src/action/report.ts'
import { merge, PartsNotThere } from '../../src/flows/merge.ts'
import { NoRecords } from '../../src/flows/sources/gather.ts'
import { leaveRecord } from '../../src/handoff/carrier.ts'
import { parseSources } from '../../src/handoff/hand-over.ts'
import { parseDigest } from '../../src/image/digest.ts'
import { PublishError } from '../../src/publish/publish.ts'
import { failureOf } from '../fakes/failure.ts'
import { noArtifacts } from '../fakes/world.ts'
import { imageOf } from '../handoff/records.ts'
import { byHand, leaveAll, NAMES, type Stage, stage } from './merge-stage.ts'

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
      assert.match(error.message, new RegExp(`does not have linux/arm64 \\(${digest}\\) in .*/octo/app$`))
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
    const gone = () => Promise.reject(noArtifacts())
    for (const artifacts of [gone, () => Promise.resolve({ ...set.artifacts, list: gone })]) {
      const world = { ...set.world, artifacts }
      const error = await failureOf(merge(set.request(['1']), world))
      assert.ok(error instanceof NoRecords && error.where === 'nowhere')
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
