import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InputError, type InputName, readInputs } from '../../src/action/inputs.ts'
import { toRequest } from '../../src/action/request.ts'
import type { MergeRequest } from '../../src/flows/merge.ts'
import type { PartRequest } from '../../src/flows/part.ts'
import type { PlanRequest } from '../../src/flows/plan.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { formatReference } from '../../src/image/reference.ts'
import { NOWHERE } from '../fakes/recipe.ts'
import { IMAGE, imageOf } from '../handoff/records.ts'

type Texts = Partial<Record<InputName, string>>

const JOB = { run: { id: '7', attempt: 2 }, leg: { job: 'part', runner: 'r1' }, writer: 'octo/a@v1' }
const RUN = { ...NOWHERE, job: JOB }
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
    assert.deepEqual(
      from.sources.map(({ image }) => formatReference(image)),
      [`ghcr.io/octo/app@${DIGEST}`],
    )
    assert.deepEqual(image, IMAGE)
  })

  test('of sources elsewhere: the image is where they are', () => {
    const { from, image } = mergeRequest({
      sources: `ghcr.io/octo/parts@${DIGEST}\nghcr.io/octo/parts:arm64`,
    })
    assert.ok(from.kind === 'sources')
    assert.deepEqual(
      from.sources.map(({ image }) => formatReference(image)),
      [`ghcr.io/octo/parts@${DIGEST}`, 'ghcr.io/octo/parts:arm64'],
    )
    assert.deepEqual(image, imageOf('ghcr.io/octo/parts'))
  })
})

describe('a merge of sources', () => {
  test('in several places leaves each where it is; the image is that of the tags', () => {
    const { from, image } = mergeRequest({ sources: `ghcr.io/octo/a:1,docker.io/octo/b:1\n${DIGEST}` })
    assert.ok(from.kind === 'sources')
    assert.deepEqual(
      from.sources.map(({ image }) => formatReference(image)),
      ['ghcr.io/octo/a:1', 'docker.io/octo/b:1', `ghcr.io/octo/app@${DIGEST}`],
    )
    assert.deepEqual(image, IMAGE)
  })

  test('that a file lists needs no tags: the file may name the image', () => {
    const request = requestOf({ mode: 'merge', sources: 'images.yml\nocto/b:1' })
    assert.ok('lists' in request)
    assert.deepEqual(request.tags, [])
    assert.deepEqual(request.lists, [
      { list: 'images.yml' },
      { image: { registry: 'docker.io', path: 'octo/b', tag: '1' }, edits: {} },
    ])
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
  'a digest of nobody’s': [
    { mode: 'merge', sources: `${DIGEST}\nimages.yml` },
    'sources',
    /a digest without a repository; write it like ghcr\.io\/octo\/app@sha256/,
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
