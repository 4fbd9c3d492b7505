import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BuildPlan } from '../../src/build/plan.ts'
import { openProgress } from '../../src/build/progress.ts'
import { BuildFailed, BuildStopped, buildPlatform, readMetadata } from '../../src/build/run.ts'
import { FormatError } from '../../src/image/format-error.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import type { Follow } from '../../src/system/processes.ts'
import { PLATFORM_RECIPE } from '../fakes/recipe.ts'

const DIGEST = `sha256:${'ab'.repeat(32)}`
const METADATA = JSON.stringify({ 'buildx.build.ref': 'multiarch-1/0/x', 'containerimage.digest': DIGEST })

const PLAN: BuildPlan = {
  recipe: { ...PLATFORM_RECIPE, secrets: [{ id: 'npm', value: 'hunter2' }] },
  ...{ platform: parsePlatform('linux/s390x'), oneOfMany: true, builder: 'multiarch-1', style: 'plain' },
  ...{ exporters: [], pushes: true, metadataFile: '/own/linux-s390x.json' },
}

/** A build that says these lines and ends so; it notes how it was called. */
function following(code: number | undefined, lines: readonly string[] = [], during = () => {}) {
  const calls: Parameters<Follow>[] = []
  const follow: Follow = (...call) => {
    calls.push(call)
    for (const line of lines) call[2].onLine(line)
    during()
    return Promise.resolve(code)
  }
  return { follow, calls }
}

function worldWith(
  follow: Follow,
  metadata: string | undefined = METADATA,
  signal = new AbortController().signal,
) {
  const said: string[] = []
  const read = (path: string) => Promise.resolve(path === PLAN.metadataFile ? metadata : undefined)
  const progress = openProgress({ now: () => 0 })
  const say = (line: string) => void said.push(line)
  return {
    follow,
    files: { read },
    signal,
    say,
    said,
    progress,
    onLine: (told: Parameters<typeof progress.take>[0]) => void progress.take(told),
  }
}

describe('a build', () => {
  test('gives the digest of what it pushed, and tells each line as it comes', async () => {
    const { follow, calls } = following(0, ['#1 [internal] load', '#2 [1/2] FROM alpine'])
    const world = worldWith(follow)
    assert.equal(await buildPlatform(PLAN, { BUILDX_CONFIG: '/own/buildx' }, world), DIGEST)
    assert.deepEqual(world.progress.log(), ['#1 [internal] load', '#2 [1/2] FROM alpine'])
    assert.equal(calls.length, 1)
    assert.equal(calls[0]?.[0], 'docker')
    assert.deepEqual(calls[0]?.[1].slice(0, 4), ['buildx', 'build', '--builder', 'multiarch-1'])
  })

  test('finds its builder and its secrets in the environment, and hears when to stop', async () => {
    const { follow, calls } = following(0)
    const world = worldWith(follow)
    await buildPlatform(PLAN, { BUILDX_CONFIG: '/own/buildx' }, world)
    const { env, signal } = calls[0]?.[2] ?? {}
    assert.equal(env?.['BUILDX_CONFIG'], '/own/buildx')
    assert.equal(env?.['MULTIARCH_BUILD_SECRET_0'], 'hunter2')
    assert.equal(signal, world.signal)
  })

  test('reads its Dockerfile from standard input where the workflow has it', async () => {
    const { follow, calls } = following(0)
    await buildPlatform(
      { ...PLAN, recipe: { ...PLATFORM_RECIPE, inline: 'FROM scratch' } },
      {},
      worldWith(follow),
    )
    assert.equal(calls[0]?.[2].stdin, 'FROM scratch')
    assert.deepEqual(calls[0]?.[1].slice(-3), ['--file', '-', '.'])
  })

  test('that pushes nothing has no digest, whatever buildx has noted', async () => {
    const { follow } = following(0)
    assert.equal(await buildPlatform({ ...PLAN, pushes: false }, {}, worldWith(follow)), undefined)
  })

  test('that fails names its platform and its exit code, and carries the last 25 lines', async () => {
    const lines = Array.from({ length: 40 }, (_, number) => `line ${number + 1}`)
    const { follow } = following(17, lines)
    await assert.rejects(buildPlatform(PLAN, {}, worldWith(follow)), (error) => {
      assert.ok(error instanceof BuildFailed)
      assert.equal(formatPlatform(error.platform), 'linux/s390x')
      assert.equal(error.code, 17)
      assert.deepEqual(error.tail, lines.slice(15))
      return true
    })
  })

  test('that a signal from elsewhere has ended is a failure without an exit code', async () => {
    const { follow } = following(undefined, ['#4 [2/2] RUN make'])
    await assert.rejects(buildPlatform(PLAN, {}, worldWith(follow)), (error) => {
      assert.ok(error instanceof BuildFailed)
      assert.equal(error.code, undefined)
      return true
    })
  })

  for (const [how, code] of [
    ['killed', undefined],
    ['failing', 1],
    ['done all the same', 0],
  ] as const) {
    test(`that was told to stop is stopped and not failed: ${how}`, async () => {
      const stop = new AbortController()
      const { follow } = following(code, [], () => stop.abort())
      await assert.rejects(buildPlatform(PLAN, {}, worldWith(follow, METADATA, stop.signal)), BuildStopped)
    })
  }

  test('that says it went well and leaves no metadata is no success', async () => {
    const { follow } = following(0)
    const { files, ...world } = worldWith(follow)
    const empty = { ...files, read: () => Promise.resolve(undefined) }
    await assert.rejects(buildPlatform(PLAN, {}, { ...world, files: empty }), FormatError)
  })
})

describe('the metadata file', () => {
  test('holds the digest among much else', () => assert.equal(readMetadata(METADATA), DIGEST))

  for (const text of [
    '{}',
    'null',
    '[]',
    '"text"',
    '{"containerimage.digest":7}',
    '{"containerimage.digest":"sha256:short"}',
  ]) {
    test(`is refused where there is none: ${text}`, () =>
      assert.throws(() => readMetadata(text), FormatError))
  }
})
