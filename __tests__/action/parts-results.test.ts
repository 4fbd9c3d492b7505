import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OUTPUTS, toMetadata, toOutputs } from '../../src/action/outputs.ts'
import { closingTable, toSummary } from '../../src/action/summary.ts'
import type { MergeResult, PartResult, PlanResult } from '../../src/flows/result.ts'
import { digestOf } from '../../src/image/digest.ts'
import { manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { parseTagRef } from '../../src/image/reference.ts'
import { partOf, recordOf } from '../handoff/records.ts'

const INDEX = manifestOf(OCI_INDEX, new TextEncoder().encode('{"manifests":[]}'))
const arm64 = { ...partOf('linux/arm64'), built: { emulated: true, milliseconds: 61_234 } }
const amd64 = partOf('linux/amd64')
const stages = [{ name: 'Publish', startedAt: 0, milliseconds: 1234.5 }]
const pushed = digestOf(new TextEncoder().encode('pushed'))

const part: PartResult = {
  ...{ mode: 'part', record: recordOf([], { platforms: [arm64] }), digests: [pushed], carried: true, stages },
  ...{ platforms: [{ ...arm64, ...arm64.built }], complaints: [] },
  tools: { docker: '28.2.2', engine: '29.0.1', buildx: 'v0.36.1', buildkit: 'v0.32.1' },
  builder: { name: 'multiarch-1', driver: 'docker-container' },
}
const { built: _, ...unmeasured } = amd64
const merged: MergeResult = {
  ...{ mode: 'merge', parts: [unmeasured, arm64], stages },
  published: { index: INDEX, tags: ['octo/app:1', 'octo/app:latest'].map(parseTagRef) },
}
const plan: PlanResult = {
  ...{ mode: 'plan', platforms: [amd64.platform, arm64.platform], stages },
  jobs: [
    { name: 'linux/amd64, linux/s390x', runner: ['ubuntu-24.04'], platforms: [amd64.platform], emulated: [] },
    {
      name: 'linux/arm64',
      runner: ['self-hosted', 'x'],
      platforms: [arm64.platform],
      emulated: [arm64.platform],
    },
  ],
}

describe('what later steps get', () => {
  for (const result of [part, merged, plan]) {
    test(`in mode ${result.mode}: every output is text, most of them empty`, () => {
      const outputs = toOutputs(result, 'm.json')
      assert.deepEqual(Object.keys(outputs).toSorted(), [...OUTPUTS].toSorted())
      for (const value of Object.values(outputs)) assert.equal(typeof value, 'string')
      assert.equal(JSON.parse(toMetadata(result)).mode, result.mode)
    })
  }

  test('of a part: what it was pushed as, and the record', () => {
    const { digest, record, image, tags, digests } = toOutputs(part, '')
    assert.deepEqual([digest, image, tags], [pushed, '', ''])
    assert.equal(JSON.parse(record).image, 'ghcr.io/octo/app')
    assert.deepEqual(JSON.parse(digests), { 'linux/arm64': arm64.image.digest })
  })

  test('of a merge: what they would get of a build', () => {
    const { digest, image, tags, platforms } = toOutputs(merged, '')
    assert.deepEqual([digest, image], [INDEX.digest, `docker.io/octo/app@${INDEX.digest}`])
    assert.equal(tags, 'docker.io/octo/app:1\ndocker.io/octo/app:latest')
    assert.equal(platforms, 'linux/amd64,linux/arm64')
    const metadata = JSON.parse(toMetadata(merged))
    assert.deepEqual(
      metadata.platforms.map(({ seconds, emulated }: { seconds?: number; emulated?: boolean }) => [
        seconds,
        emulated,
      ]),
      [
        [undefined, undefined],
        [61.234, true],
      ],
    )
  })

  test('of a plan: a matrix that runs-on understands', () => {
    assert.deepEqual(JSON.parse(toOutputs(plan, '').matrix).include, [
      { name: 'linux/amd64, linux/s390x', runner: 'ubuntu-24.04', platforms: 'linux/amd64', emulated: '' },
      {
        name: 'linux/arm64',
        runner: ['self-hosted', 'x'],
        platforms: 'linux/arm64',
        emulated: 'linux/arm64',
      },
    ])
  })
})

describe('what people read', () => {
  test('of a part', () => {
    assert.match(toSummary(part), /^## Part of ghcr\.io\/octo\/app\n\n\| platform /)
    const row = ['linux/arm64', 'emulated', '1 min 1 s', '–', '1.1 kB', '–']
    const short = arm64.image.digest.slice('sha256:'.length).slice(0, 12)
    const line = `| ${row.map((cell) => cell.replaceAll(' ', '\u00a0')).join(' | ')} | \`${short}\` |`
    assert.ok(toSummary(part).split('\n').includes(line), toSummary(part))
    assert.ok(toSummary(part).includes(`docker pull ghcr.io/octo/app@${arm64.image.digest}`))
    assert.equal(closingTable(part).at(-1), 'The record is in the artifacts of this run.')
    assert.equal(
      closingTable({ ...part, carried: false }).at(-1),
      'The record is in the output "record" only.',
    )
  })

  test('of a merge: whole lines, and nothing claimed that nobody measured', () => {
    const summary = toSummary(merged)
    assert.match(summary, /^```sh\ndocker pull docker\.io\/octo\/app:1\n```$/m)
    assert.match(summary, /^\| linux\/amd64 \| – \| – \| 1\.1 kB \|/m)
    assert.match(closingTable(merged).join('\n'), new RegExp(`app:latest is ${INDEX.digest}$`))
  })

  test('of a plan', () => {
    assert.match(toSummary(plan), /^\| `linux\/arm64` \| `self-hosted, x` \| `linux\/arm64` \|$/m)
    assert.equal(closingTable(plan).length, 3)
  })
})
