import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DockerfileMissing } from '../../src/build/context.ts'
import { BuildFailed } from '../../src/build/run.ts'
import { BuilderError } from '../../src/builder/builder.ts'
import { EngineError } from '../../src/builder/engine.ts'
import { EmulatorError } from '../../src/emulation/ensure.ts'
import type { BuildRequest } from '../../src/flows/build.ts'
import { perform } from '../../src/flows/perform.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { parseTagRef } from '../../src/image/reference.ts'
import { PublishError } from '../../src/publish/publish.ts'
import { failureOf } from '../fakes/failure.ts'
import { RECIPE } from '../fakes/recipe.ts'
import { openWorld, type Settings, SPEC, settle } from '../fakes/world.ts'

const REQUEST: BuildRequest = {
  mode: 'build',
  platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'].map(parsePlatform),
  tags: ['ghcr.io/octo/app:1.2.3', 'ghcr.io/octo/app:latest', 'ghcr.io/octo/app:1'].map(parseTagRef),
  recipe: RECIPE,
  builder: SPEC,
  emulators: { image: 'tonistiigi/binfmt:1', imageMirrors: [], keep: true, verify: true, reset: false },
}

const forever = new Promise<void>(() => {})

/** Builds in such a world until it fails; gives the error and what was done by then. */
async function failing(settings: Settings, request = REQUEST) {
  const opened = openWorld(settings)
  const error = await failureOf(perform(request, opened.world))
  await settle()
  return { ...opened, error }
}

const untilNothing: Readonly<
  Record<string, readonly [Settings, error: abstract new (...args: never[]) => Error, last: RegExp]>
> = {
  'no engine, and no builder is made': [
    { ends: { 'ask engine': { code: 1, stdout: '' } } },
    EngineError,
    /^(ask|note folder)/,
  ],
  'no buildx, and no builder is made': [
    { ends: { 'ask buildx': { code: 1 } } },
    EngineError,
    /^(ask|note folder)/,
  ],
  'no emulator, and nothing is built': [
    { ends: { 'install arm64,s390x': { code: 1 } } },
    EmulatorError,
    /^(ask|note|open|warm|create|look|install|boot)/,
  ],
  'no builder, and nothing is built': [
    { ends: { 'boot multiarch-1': { code: 1, stderr: 'ERROR' } } },
    BuilderError,
    /^(ask|note|open|warm|create|look|install|boot)/,
  ],
}

describe('there is', () => {
  for (const [name, [settings, Kind, allowed]] of Object.entries(untilNothing)) {
    test(name, async () => {
      const { error, did } = await failing(settings)
      assert.ok(error instanceof Kind)
      assert.deepEqual(
        did.filter((effect) => !allowed.test(effect)),
        [],
      )
    })
  }

  test('no Dockerfile, and nothing is even asked', async () => {
    const request = { ...REQUEST, recipe: { ...REQUEST.recipe, context: 'app' } }
    const { error, did } = await failing({}, request)
    assert.ok(error instanceof DockerfileMissing)
    assert.deepEqual(did, ['note folder'])
  })
})

const SAID = [
  '#5 [2/2] RUN make',
  '#5 ERROR: exit code: 2',
  'ERROR: failed to build: failed to solve: exit code: 2',
]

describe('a platform that fails', () => {
  const settings: Settings = {
    ends: { 'build linux/arm64': { code: 1 } },
    gates: { 'build linux/s390x': forever },
    says: { 'build linux/arm64': SAID },
  }

  test('is named, with the end of its log', async () => {
    const { error } = await failing(settings)
    assert.ok(error instanceof BuildFailed)
    assert.equal(formatPlatform(error.platform), 'linux/arm64')
    assert.deepEqual(error.tail, SAID)
  })

  test('stops the others, and waits until they have stopped', async () => {
    const { did } = await failing(settings)
    assert.ok(did.includes('stopped linux/s390x'))
  })

  test('moves no tag, though another platform is there', async () => {
    const { did, registry } = await failing({ ...settings, gates: {} })
    assert.ok(did.includes('built linux/amd64'))
    assert.deepEqual([...registry.tags.keys()], [])
  })

  test('has its log in a group of its own, as the others have', async () => {
    const { log } = await failing(settings)
    const group = log.groups.find(({ title }) => title.startsWith('Build linux/arm64, emulated, failed ('))
    assert.deepEqual(group?.lines, SAID)
    assert.equal(log.groups.filter(({ title }) => title.startsWith('Build ')).length, 3)
  })

  test('is the one to blame, even where a stopped one ends before it', async () => {
    const { error } = await failing({
      ends: { 'build linux/s390x': { code: 1 } },
      gates: { 'build linux/amd64': forever, 'build linux/arm64': forever },
    })
    assert.ok(error instanceof BuildFailed)
    assert.equal(formatPlatform(error.platform), 'linux/s390x')
  })

  test('on the way to the registry stops an optional one as well', async () => {
    const broken = Promise.reject(new Error('500'))
    broken.catch(() => {})
    const { error, did, registry } = await failing(
      { gates: { 'get push of linux/amd64': broken, 'build linux/s390x': forever } },
      { ...REQUEST, optional: [parsePlatform('linux/s390x')] },
    )
    assert.equal(error instanceof Error && error.message, '500')
    assert.ok(did.includes('stopped linux/s390x'))
    assert.equal(registry.tags.size, 0)
  })
})

describe('a tag that is refused', () => {
  const refused = Promise.reject(new Error('403 DENIED'))
  refused.catch(() => {})

  test('first: no other is tried', async () => {
    const { error, did } = await failing({ gates: { 'put ghcr.io/octo/app:1.2.3': refused } })
    assert.ok(error instanceof PublishError)
    assert.deepEqual(
      did.filter((effect) => effect.startsWith('put')),
      ['put ghcr.io/octo/app:1.2.3'],
    )
    assert.deepEqual(
      error.untouched.map(({ tag }) => tag),
      ['latest', '1'],
    )
  })

  test('later: the error names what has moved', async () => {
    const { error, registry } = await failing({ gates: { 'put ghcr.io/octo/app:latest': refused } })
    assert.ok(error instanceof PublishError)
    assert.deepEqual(
      error.moved.map(({ tag }) => tag),
      ['1.2.3', '1'],
    )
    assert.deepEqual(
      error.failed.map(({ tag }) => tag),
      ['latest'],
    )
    assert.deepEqual([...registry.tags.keys()], ['ghcr.io/octo/app:1.2.3', 'ghcr.io/octo/app:1'])
  })
})

test('a size that the registry will not tell is no failure', async () => {
  const broken = Promise.reject(new Error('429'))
  broken.catch(() => {})
  const { world } = openWorld({ gates: { 'get image of linux/arm64': broken } })
  const { platforms, published } = await perform(REQUEST, world)
  assert.ok(published)
  assert.deepEqual(
    platforms.map(({ size }) => size),
    [1100, undefined, 1100],
  )
})
