import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { INPUTS, InputError, type InputName, readInputs } from '../../src/action/inputs.ts'
import { toRequest } from '../../src/action/request.ts'
import type { Run } from '../../src/action/run.ts'
import type { Recipe } from '../../src/build/plan.ts'
import type { BuildRequest } from '../../src/flows/build.ts'
import { formatPlatform } from '../../src/image/platform.ts'
import { formatReference } from '../../src/image/reference.ts'
import { SPEC } from '../fakes/world.ts'

type Texts = Partial<Record<InputName, string>>

const JOB = { run: { id: '7', attempt: 1 }, leg: { job: 'image', runner: 'r1' }, writer: '' }
const NOWHERE: Run = { url: '', private: undefined, noDefaultAttestations: false, job: JOB }
const PAGE = 'https://github.com/octo/app/actions/runs/7/attempts/1'
const TAGS = 'ghcr.io/octo/app:1.2.3'

function request(texts: Texts, run = NOWHERE): BuildRequest {
  const reading = readInputs((name) => ({ tags: TAGS, ...texts })[name as InputName] ?? '')
  const asked = toRequest(reading, run)
  return asked.mode === 'build' ? asked : assert.fail(`it is a request of mode ${asked.mode}`)
}

describe('a request', () => {
  test('of nothing but a tag', () => {
    assert.deepEqual(request({}), {
      ...{ mode: 'build', platforms: [], tags: [{ registry: 'ghcr.io', path: 'octo/app', tag: '1.2.3' }] },
      recipe: {
        ...{
          context: '.',
          buildArgs: [],
          labels: [],
          annotations: [],
          secrets: [],
          cacheFrom: [],
          cacheTo: [],
        },
        ...{ noCache: false, pull: false },
      },
      builder: SPEC,
      emulators: {
        ...{ image: INPUTS['binfmt-image'].default, imageMirrors: [] },
        ...{ keep: true, verify: true, reset: false },
      },
    })
  })

  test('names each platform and each tag once, in the order first said', () => {
    const { platforms, tags } = request({
      platforms: 'linux/arm64,linux/amd64,linux/arm64/v8,linux/x86_64,linux/arm,linux/arm/v7',
      tags: 'octo/app:1,docker.io/octo/app:1,index.docker.io/octo/app:1,octo/app',
    })
    assert.deepEqual(platforms.map(formatPlatform), ['linux/arm64', 'linux/amd64', 'linux/arm/v7'])
    assert.deepEqual(tags.map(formatReference), ['docker.io/octo/app:1', 'docker.io/octo/app:latest'])
  })

  test('that pushes nothing needs no tag, and uses none', () => {
    assert.deepEqual(request({ push: 'false', tags: '' }).tags, [])
    assert.deepEqual(request({ push: 'false' }).tags, [])
  })

  test('takes the builder it is given, or makes one as it is told', () => {
    assert.deepEqual(request({ builder: 'mine' }).builder, { existing: 'mine' })
    const made = {
      'driver-opts': 'network=host',
      'buildkitd-config-inline': 'debug = true',
      'buildkit-image': 'b:1',
    }
    assert.deepEqual(request(made).builder, {
      ...{ ...SPEC, image: 'b:1', driverOptions: ['network=host'] },
      config: { text: 'debug = true' },
    })
    const elsewhere = { driver: 'remote', endpoint: 'tcp://b:1', 'builder-platforms': 'linux/arm64/v8' }
    const { driver, endpoint, platforms } = { ...SPEC, ...request(elsewhere).builder }
    assert.deepEqual(
      [driver, endpoint, platforms.map(formatPlatform)],
      ['remote', 'tcp://b:1', ['linux/arm64']],
    )
  })

  test('writes mirrors and insecure registries into BuildKit’s settings', () => {
    const { builder } = request({ 'registry-mirrors': 'm.io', 'insecure-registries': 'reg.lan:5000' })
    assert.ok('config' in builder && 'text' in builder.config)
    assert.match(
      builder.config.text,
      /mirrors = \["m\.io"\][\s\S]*\[registry\."reg\.lan:5000"\]\n {2}http = true/,
    )
  })

  test('takes emulators away again only if told so', () => {
    const emulators = request({
      'keep-emulators': 'false',
      'binfmt-image': 'b:1',
      'image-mirrors': 'm.io',
    }).emulators
    assert.deepEqual(emulators, {
      image: 'b:1',
      imageMirrors: ['m.io'],
      keep: false,
      verify: true,
      reset: false,
    })
  })

  test('may have tags in several repositories of one registry', () => {
    assert.equal(request({ tags: 'ghcr.io/octo/app:1,ghcr.io/octo/mirror:1' }).tags.length, 2)
  })
})

const recipes: Readonly<Record<string, readonly [Texts, Partial<Recipe>]>> = {
  'a Dockerfile and a stage': [
    { file: 'x/Dockerfile', target: 'release' },
    { file: 'x/Dockerfile', target: 'release' },
  ],
  'a context': [{ context: 'app' }, { context: 'app' }],
  'build arguments and labels': [
    { 'build-args': 'A=1', labels: 'b=2' },
    { buildArgs: ['A=1'], labels: ['b=2'] },
  ],
  'an annotation without a level, for the index and every manifest': [
    { annotations: 'a=1' },
    {
      annotations: [
        { level: 'index', key: 'a', value: '1' },
        { level: 'manifest', key: 'a', value: '1' },
      ],
    },
  ],
  secrets: [{ secrets: 'npm=hunter2' }, { secrets: [{ id: 'npm', value: 'hunter2' }] }],
  caches: [
    { 'cache-from': 'type=gha', 'cache-to': 'type=gha,mode=max' },
    { cacheFrom: ['type=gha'], cacheTo: ['type=gha,mode=max'] },
  ],
  'no cache and newer base images': [
    { 'no-cache': 'true', pull: 'true' },
    { noCache: true, pull: true },
  ],
  'an SBOM': [{ sbom: 'true' }, { sbom: '' }],
  'no SBOM': [{ sbom: 'false' }, { sbom: false }],
  'an SBOM of a certain generator': [{ sbom: 'generator=x' }, { sbom: 'generator=x' }],
}

describe('the recipe has', () => {
  for (const [name, [texts, recipe]] of Object.entries(recipes))
    test(name, () => assert.deepEqual(request(texts).recipe, { ...request({}).recipe, ...recipe }))
})

const publicRun = { ...NOWHERE, url: PAGE, private: false }
const privateRun = { ...publicRun, private: true }
const switchedOff = { ...publicRun, noDefaultAttestations: true }

const provenances: Readonly<Record<string, readonly [text: string, Run, provenance: Recipe['provenance']]>> =
  {
    'all there is to know, of a public repository': ['', publicRun, `mode=max,builder-id=${PAGE}`],
    'the least, of a private one': ['', privateRun, `mode=min,inline-only=true,builder-id=${PAGE}`],
    'left to buildx, where nobody knows which it is': ['', NOWHERE, undefined],
    'left to buildx, where the user has switched the default off': ['', switchedOff, undefined],
    'asked for, with this run’s page': ['true', privateRun, `builder-id=${PAGE}`],
    'asked for, outside of GitHub': ['true', NOWHERE, ''],
    'asked for, though the default is off': ['true', switchedOff, `builder-id=${PAGE}`],
    'not wanted': ['false', publicRun, false],
    'as said, with this run’s page': ['mode=max', privateRun, `mode=max,builder-id=${PAGE}`],
    'as said, with a page of its own': [
      'mode=max,builder-id=https://x',
      publicRun,
      'mode=max,builder-id=https://x',
    ],
  }

describe('provenance is', () => {
  for (const [name, [provenance, run, expected]] of Object.entries(provenances)) {
    test(name, () => {
      const { recipe } = request({ provenance }, run)
      assert.equal(recipe.provenance, expected)
      assert.equal('provenance' in recipe, expected !== undefined)
    })
  }
})

const contradictions: Readonly<Record<string, readonly [Texts, ...(readonly [InputName, RegExp])[]]>> = {
  'a push without a tag': [
    { tags: '' },
    ['tags', /nothing to push to; name a tag like .*, or set push: false/],
  ],
  'an annotation for a platform that is not built': [
    { platforms: 'linux/amd64', annotations: 'manifest[linux/arm64]:a=b' },
    ['annotations', /linux\/arm64, which is not among/],
  ],
  'a push that nobody understands, and nothing else': [
    { tags: '', push: 'no' },
    ['push', /"no" is not a switch/],
  ],
  'an image for a builder that exists': [
    { builder: 'mine', 'buildkit-image': 'moby/buildkit:master' },
    ['buildkit-image', /builder "mine" exists already/],
  ],
  'options for a builder that exists': [
    { builder: 'mine', 'driver-opts': 'network=host', 'buildkitd-config-inline': 'debug = true' },
    ['driver-opts', /builder "mine" exists already, so set one or the other/],
    ['buildkitd-config-inline', /builder "mine" exists already/],
  ],
  'a contradiction beside a bad value': [
    { tags: '', platforms: 'arm64' },
    ['platforms', /"arm64" is not a platform/],
    ['tags', /nothing to push to/],
  ],
  'only once of an input that is wrong in itself': [{ tags: 'ghcr.io/Octo/App' }, ['tags', /lower case/]],
}

describe('complains of', () => {
  for (const [name, [texts, ...expected]] of Object.entries(contradictions)) {
    test(name, () => {
      const { complaints, message } = failureOf(() => request(texts))
      assert.deepEqual(
        complaints.map(({ input }) => input),
        expected.map(([input]) => input),
      )
      for (const [place, [input, pattern]] of expected.entries()) {
        assert.match(complaints[place]?.message ?? '', pattern)
        assert.ok(message.includes(`input "${input}": ${complaints[place]?.message}`))
      }
    })
  }
})

test('several registries are fine', () => {
  assert.equal(request({ tags: 'ghcr.io/octo/app,octo/app' }).tags.length, 2)
})

function failureOf(asking: () => unknown): InputError {
  try {
    asking()
  } catch (error: unknown) {
    assert.ok(error instanceof InputError)
    return error
  }
  return assert.fail('it is a request')
}
