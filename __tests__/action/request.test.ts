import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { INPUTS, InputError, type InputName, readInputs } from '../../src/action/inputs.ts'
import { toRequest } from '../../src/action/request.ts'
import type { BuildRequest } from '../../src/flows/build.ts'
import { formatPlatform } from '../../src/image/platform.ts'
import { formatReference } from '../../src/image/reference.ts'
import { NOWHERE, RECIPE } from '../fakes/recipe.ts'
import { SPEC } from '../fakes/world.ts'

type Texts = Partial<Record<InputName, string>>

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
      recipe: RECIPE,
      ...{ builder: SPEC, buildx: { needs: [] } },
      emulators: {
        ...{ image: INPUTS['binfmt-image'].default, imageMirrors: [] },
        ...{ keep: true, verify: true, reset: false },
      },
      ...{ annotate: true, compare: true },
    })
  })

  test('with no page to show looks for nothing to show on it', () => {
    assert.equal(request({ summary: 'false' }).compare, false)
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

const contradictions: Readonly<Record<string, readonly [Texts, ...(readonly [InputName, RegExp])[]]>> = {
  'a push without a tag': [
    { tags: '' },
    ['tags', /nothing to push to; name a tag like .*, or set push: false/],
  ],
  'an annotation for a platform that is not built': [
    { platforms: 'linux/amd64', annotations: 'manifest[linux/arm64]:a=b' },
    ['annotations', /linux\/arm64, which is not among/],
  ],
  'what is for a platform that is not built, of every input': [
    { platforms: 'linux/amd64', 'build-args': '[linux/arm64] A=1', secrets: '[linux/386,linux/amd64] a=b' },
    ['build-args', /linux\/arm64, which is not among/],
    ['secrets', /linux\/386, which is not among/],
  ],
  'two Dockerfiles and two stages': [
    { platforms: 'linux/arm64', file: 'a\nb', target: 'c\n[linux/arm64] d\n[linux/arm64/v8] e' },
    ['file', /more than once for every platform/],
    ['target', /more than once for linux\/arm64/],
  ],
  'a push that nobody understands, and nothing else': [
    { tags: '', push: 'no' },
    ['push', /"no" is not a switch/],
  ],
  'a contradiction beside a bad value': [
    { tags: '', platforms: 'arm64' },
    ['platforms', /"arm64" is not a platform/],
    ['tags', /nothing to push to/],
  ],
  'no files and no Dockerfile either': [{ context: '-' }, ['context', /dockerfile-inline/]],
  'a Dockerfile here and there': [
    { file: 'x', 'dockerfile-inline': 'FROM scratch' },
    ['file', /and dockerfile-inline both say/],
  ],
  'the Git context of a run that nobody knows': [
    { context: '{{defaultContext}}:app', 'build-contexts': 'src={{ defaultContext }}' },
    ['context', /which repository and commit/],
    ['build-contexts', /which repository and commit/],
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
