import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InputError, type InputName, readInputs } from '../../src/action/inputs.ts'
import { OUTPUTS, toMetadata, toOutputs } from '../../src/action/outputs.ts'
import { toReport } from '../../src/action/report.ts'
import { toRequest } from '../../src/action/request.ts'
import { closingTable, toSummary } from '../../src/action/summary.ts'
import { NoRecords } from '../../src/flows/gather.ts'
import { type MergeRequest, PartsNotThere } from '../../src/flows/merge.ts'
import type { PartRequest } from '../../src/flows/part.ts'
import { type PlanRequest, PlanTooLarge } from '../../src/flows/plan.ts'
import type { MergeResult, PartResult, PlanResult } from '../../src/flows/result.ts'
import { ArtifactsError } from '../../src/handoff/artifacts.ts'
import { PartTwice } from '../../src/handoff/carrier.ts'
import { GateError, NothingWanted } from '../../src/handoff/gate.ts'
import { RecordError } from '../../src/handoff/record.ts'
import { digestOf } from '../../src/image/digest.ts'
import { manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { formatReference, parseTagRef } from '../../src/image/reference.ts'
import { IMAGE, imageOf, partOf, recordOf } from '../handoff/records.ts'

type Texts = Partial<Record<InputName, string>>

const JOB = { run: { id: '7', attempt: 2 }, leg: { job: 'part', runner: 'r1' }, writer: 'octo/a@v1' }
const RUN = { url: '', private: undefined, noDefaultAttestations: false, job: JOB }
const DIGEST = `sha256:${'a'.repeat(64)}`
const requestOf = (texts: Texts) =>
  toRequest(
    readInputs((name) => texts[name as InputName] ?? ''),
    RUN,
  )
const partRequest = (texts: Texts) => requestOf({ mode: 'part', ...texts }) as PartRequest
const mergeRequest = (texts: Texts) =>
  requestOf({ mode: 'merge', tags: 'ghcr.io/octo/app:1', ...texts }) as MergeRequest
const MATRIX = '{"include":[{"name":"both","runner":"x","platforms":"linux/amd64,linux/arm64"}]}'

describe('a part', () => {
  test('is pushed to the repository of the first tag, and puts none', () => {
    const request = partRequest({
      tags: 'ghcr.io/octo/app:1,docker.io/octo/app:1',
      target: 'x',
      variant: 'y',
    })
    assert.deepEqual(request.image, imageOf('ghcr.io/octo/app', { target: 'x', variant: 'y' }))
    assert.ok(!('tags' in request))
    const { run, leg, writer } = request
    assert.deepEqual({ run, leg, writer }, JOB)
  })

  test('is pushed to the image that is named, wherever the tags are', () => {
    const request = partRequest({ tags: 'docker.io/octo/app:1', image: 'ghcr.io/octo/app' })
    assert.deepEqual(request.image, IMAGE)
    assert.deepEqual(partRequest({ image: 'ghcr.io/octo/app' }).image, IMAGE)
  })

  test('knows the whole plan', () => {
    const { plan } = partRequest({ image: 'octo/app', plan: MATRIX, platforms: 'linux/amd64' })
    assert.deepEqual(
      plan.map(({ platforms }) => platforms.map(formatPlatform)),
      [['linux/amd64', 'linux/arm64']],
    )
  })

  test('may be told annotations for platforms that other jobs build', () => {
    const annotations = 'manifest[linux/arm64]:a=b'
    assert.ok(partRequest({ image: 'octo/app', platforms: 'linux/amd64', annotations }))
  })
})

describe('a merge', () => {
  test('takes what this run has left, unless it is told otherwise', () => {
    const request = mergeRequest({ platforms: 'linux/arm64,linux/arm64/v8', annotations: 'index:a=b' })
    assert.deepEqual(request.from, { kind: 'run' })
    assert.deepEqual(request.image, IMAGE)
    assert.deepEqual([request.platforms.length, request.annotations.length, request.check], [1, 1, false])
    assert.deepEqual(request.run, JOB.run)
  })

  test('of records given by hand', () => {
    assert.deepEqual(mergeRequest({ records: 'a.json' }).from, {
      kind: 'records',
      records: [{ pattern: 'a.json' }],
    })
  })

  test('of sources: a digest alone is where the tags are', () => {
    const { from, image } = mergeRequest({ sources: DIGEST })
    assert.ok(from.kind === 'sources')
    assert.deepEqual(from.sources.map(formatReference), [`ghcr.io/octo/app@${DIGEST}`])
    assert.deepEqual(image, IMAGE)
  })

  test('of sources elsewhere: the image is where they are', () => {
    const { from, image } = mergeRequest({
      sources: `ghcr.io/octo/parts@${DIGEST}\nghcr.io/octo/parts:arm64`,
    })
    assert.ok(from.kind === 'sources')
    assert.deepEqual(from.sources.map(formatReference), [
      `ghcr.io/octo/parts@${DIGEST}`,
      'ghcr.io/octo/parts:arm64',
    ])
    assert.deepEqual(image, imageOf('ghcr.io/octo/parts'))
  })
})

test('a plan has each platform once', () => {
  const request = requestOf({
    ...{ mode: 'plan', platforms: 'linux/arm64,linux/arm64/v8', runners: 'default=x' },
    group: 'false',
  }) as PlanRequest
  assert.deepEqual(request, {
    ...{ mode: 'plan', platforms: [parsePlatform('linux/arm64')], runners: [{ labels: ['x'] }] },
    group: false,
  })
})

const complaints: Readonly<Record<string, readonly [Texts, InputName, RegExp]>> = {
  'a part of nothing': [{ mode: 'part' }, 'tags', /no repository to push to; .* the input image/],
  'a part that is not pushed': [{ mode: 'part', tags: 'a', push: 'false' }, 'push', /for mode build$/],
  'a merge into nothing': [{ mode: 'merge' }, 'tags', /name what the image shall be called/],
  'a merge that is told twice where the parts are': [
    { mode: 'merge', tags: 'a', records: 'x', sources: DIGEST },
    'sources',
    /records both say where the parts are/,
  ],
  'sources in several repositories': [
    { mode: 'merge', tags: 'a', sources: 'octo/a:1,octo/b:1' },
    'sources',
    /several repositories \(docker\.io\/octo\/a, docker\.io\/octo\/b\)/,
  ],
  'a merge that builds': [
    { mode: 'merge', tags: 'a', 'build-args': 'A=1' },
    'build-args',
    /no meaning in mode merge/,
  ],
  'a plan of nothing': [{ mode: 'plan' }, 'platforms', /name what to plan for/],
  'a plan that pushes': [
    { mode: 'plan', platforms: 'linux/amd64', tags: 'a' },
    'tags',
    /no meaning in mode plan/,
  ],
  'a repository with a tag': [{ mode: 'part', image: 'octo/app:1' }, 'image', /a name without a tag/],
  'a runner without a label': [
    { mode: 'plan', platforms: 'linux/amd64', runners: 'linux=' },
    'runners',
    /platform=labels/,
  ],
  'a plan that is none': [{ mode: 'part', image: 'a', plan: '[]' }, 'plan', /output "matrix" of mode plan/],
  'records that are half JSON': [
    { mode: 'merge', tags: 'a', records: '{"kind":' },
    'records',
    /records as JSON/,
  ],
}

describe('complains of', () => {
  for (const [name, [texts, input, said]] of Object.entries(complaints)) {
    test(name, () => {
      assert.throws(
        () => requestOf(texts),
        (error) => {
          assert.ok(error instanceof InputError)
          const found = error.complaints.filter((complaint) => complaint.input === input)
          assert.match(found.map(({ message }) => message).join('\n'), said)
          return true
        },
      )
    })
  }
})

const INDEX = manifestOf(OCI_INDEX, new TextEncoder().encode('{"manifests":[]}'))
const arm64 = { ...partOf('linux/arm64'), built: { emulated: true, milliseconds: 61_234 } }
const amd64 = partOf('linux/amd64')
const stages = [{ name: 'Publish', startedAt: 0, milliseconds: 1234.5 }]
const pushed = digestOf(new TextEncoder().encode('pushed'))

const part: PartResult = {
  ...{ mode: 'part', record: recordOf([], { platforms: [arm64] }), digests: [pushed], carried: true, stages },
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
    assert.match(
      toSummary(part),
      new RegExp(
        `^\\| linux/arm64 \\| emulated \\| 1 min 1 s \\| 1\\.1 kB \\| \`${arm64.image.digest}\` \\|$`,
        'm',
      ),
    )
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

const none = { missing: [], twice: [], unexpected: [], foreign: [] }
const reports: Readonly<Record<string, readonly [Error, title: string, detail: RegExp, advice: RegExp]>> = {
  'a gate that is shut': [
    new GateError({ ...none, missing: ['a', 'b'], twice: ['c'], unexpected: ['d'], foreign: ['e'] }, ['f']),
    'The parts do not make the image',
    /^Missing: a; b\nBuilt twice: c\nNot wanted: d\nNot of this image or run: e\nFound: f$/,
    /No tag was moved\. Run the failed jobs again/,
  ],
  'no platforms wanted': [
    new NothingWanted('x'),
    'The inputs need a correction',
    /Nobody says which/,
    /input plan/,
  ],
  'nothing found': [
    new NoRecords('no job has left any', { looked: true }),
    'The parts were not found',
    /^No job has left any\.$/,
    /the same repository first in tags/,
  ],
  'nowhere to look': [
    new NoRecords('this runner has none', { looked: false }),
    'The parts were not found',
    /none/,
    /records: \$\{\{ toJSON\(needs\.part\.outputs\) \}\}/,
  ],
  'a record of another version': [
    new RecordError('it is of version 2', { isOther: true }),
    'A record cannot be read',
    /version 2/,
    /same version of this action/,
  ],
  'a broken record': [new RecordError('it is broken'), 'A record cannot be read', /broken/, /as it is/],
  'a twin': [
    new PartTwice(recordOf(['linux/arm64']), recordOf([], { platforms: [partOf('linux/arm64', 'x')] })),
    'A platform was built twice',
    /\nsha256:\w+\nsha256:\w+$/,
    /variant/,
  ],
  'a service out of order': [
    new ArtifactsError('503'),
    'The record could not be handed over',
    /^503\.$/,
    /input records/,
  ],
  'a part that is gone': [
    new PartsNotThere([arm64], IMAGE),
    'A part is not in the registry',
    /^The repository ghcr\.io\/octo\/app does not have linux\/arm64 \(sha256:/,
    /run the job that built it again/,
  ],
  'too many jobs': [new PlanTooLarge('257 jobs'), 'The inputs need a correction', /257 jobs/, /group: true/],
}

describe('the report of', () => {
  for (const [name, [error, title, detail, advice]] of Object.entries(reports)) {
    test(name, () => {
      const report = toReport(error)
      assert.equal(report.title, title)
      assert.match(report.detail, detail)
      assert.match(report.advice, advice)
    })
  }
})
