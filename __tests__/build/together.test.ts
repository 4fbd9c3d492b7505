import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BuildPlan } from '../../src/build/plan.ts'
import { openProgress } from '../../src/build/progress.ts'
import { BuildCut, BuildFailed, BuildStopped } from '../../src/build/run.ts'
import type { Secret } from '../../src/build/secrets.ts'
import { bakeTargets, buildTogether } from '../../src/build/together.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import type { Follow } from '../../src/system/processes.ts'
import { PLATFORM_RECIPE } from '../fakes/recipe.ts'

const [ARM, X86] = ['linux-arm64', 'linux-amd64']
const DIGESTS = { [ARM]: `sha256:${'ab'.repeat(32)}`, [X86]: `sha256:${'cd'.repeat(32)}` }
const METADATA = JSON.stringify({
  ...Object.fromEntries(
    Object.entries(DIGESTS).map(([name, digest]) => [name, { 'containerimage.digest': digest }]),
  ),
  'buildx.build.warnings': [],
})

function planOf(platform: string, secrets: readonly Secret[] = []): BuildPlan {
  return {
    recipe: { ...PLATFORM_RECIPE, secrets },
    ...{ platform: parsePlatform(platform), oneOfMany: true, builder: 'multiarch-1', style: 'rawjson' },
    ...{ exporters: [], pushes: true, metadataFile: '/own/own.json' },
  }
}

const PLANS = [
  planOf('linux/arm64', [{ id: 'npm', value: 'of arm' }]),
  planOf('linux/amd64', [{ id: 'npm', value: 'of x86' }]),
]

/** Builds two platforms by a bake that says this and ends so. */
async function building(
  code: number | undefined,
  lines: readonly string[],
  { isMishap = (): boolean => false, stop = new AbortController() } = {},
) {
  const calls: Parameters<Follow>[] = []
  const files = new Map([['/own/together-made.json', METADATA]])
  const follow: Follow = (...call) => {
    calls.push(call)
    for (const line of lines) call[2].onLine(line)
    return Promise.resolve(stop.signal.aborted ? undefined : code)
  }
  const members = PLANS.map((plan) => {
    const progress = openProgress({ now: () => 0 })
    return {
      plan,
      progress,
      world: { progress, onLine: (told: Parameters<typeof progress.take>[0]) => void progress.take(told) },
    }
  })
  const outcomes = await buildTogether(
    members,
    bakeTargets(PLANS, '/repo') ?? assert.fail(),
    { BUILDX_CONFIG: '/b' },
    {
      ...{ follow, signal: stop.signal, isMishap, places: { workspace: '/repo', own: '/own' } },
      files: {
        read: (path) => Promise.resolve(files.get(path)),
        write: (path, text) => Promise.resolve(void files.set(path, text)),
      },
    },
  )
  const errors = outcomes.map((outcome) => ('error' in outcome ? outcome.error : undefined))
  return { outcomes, errors, logs: members.map(({ progress }) => progress.log()), calls, files }
}

function step(target: string, error = '') {
  const [started, completed] = ['2026-01-01T00:00:01Z', '2026-01-01T00:00:02Z']
  const vertex = { digest: `sha256:${target}`, name: `[${target} 2/2] RUN make`, started, completed, error }
  return JSON.stringify({ vertexes: [vertex] })
}

const BUG = 'process "/bin/sh -c make" did not complete successfully: exit code: 2'
const FAILING = [
  step(ARM, BUG),
  step(X86, 'process "/bin/sh -c make" did not complete successfully: context canceled'),
  ...['Dockerfile:3', '--------------------', '   3 | >>> RUN make', '--------------------'],
  `ERROR: target ${ARM}: failed to solve: ${BUG}`,
]

describe('what is built together', () => {
  test('is what each has pushed, and each has its own log', async () => {
    const { outcomes, logs } = await building(0, [step(ARM), step(X86), 'time=x level=warning'])
    assert.deepEqual(
      outcomes,
      Object.values(DIGESTS).map((digest) => ({ digest })),
    )
    const log = ['#1 [2/2] RUN make', '#1 DONE 1.0s', '', 'time=x level=warning']
    assert.deepEqual(logs, [log, log])
  })

  test('finds the secrets of each in its environment, and none is written', async () => {
    const { calls, files } = await building(0, [])
    const [program, args, { env = {} }] = calls[0] ?? assert.fail()
    assert.deepEqual(
      [program, ...args.slice(0, 2), ...args.slice(-2)],
      ['docker', 'buildx', 'bake', ARM, X86],
    )
    assert.deepEqual(
      Object.entries(env).filter(([name]) => /SECRET|CONFIG/.test(name)),
      [
        ['BUILDX_CONFIG', '/b'],
        ['MULTIARCH_BUILD_SECRET_0_linux_arm64', 'of arm'],
        ['MULTIARCH_BUILD_SECRET_0_linux_amd64', 'of x86'],
      ],
    )
    const definition = files.get('/own/together.json') ?? ''
    assert.match(definition, /"secret":\["id=npm,env=MULTIARCH_BUILD_SECRET_0_linux_arm64"\]/)
    assert.doesNotMatch(definition, /of arm|of x86/)
  })

  test('fails where the one that is named has, and the other was stopped', async () => {
    const { errors, logs } = await building(1, FAILING)
    const [failed, stopped] = errors
    assert.ok(failed instanceof BuildFailed)
    assert.equal(formatPlatform(failed.platform), 'linux/arm64')
    assert.deepEqual(failed.place, { file: 'Dockerfile', line: 3, endLine: 3 })
    assert.equal(logs[0]?.at(-1), `ERROR: failed to build: failed to solve: ${BUG}`)
    assert.ok(stopped instanceof BuildStopped)
    assert.deepEqual(logs[1], ['#1 [2/2] RUN make', '#1 CANCELED'])
  })

  test('goes on, each by itself, after a mishap of one', async () => {
    const { errors } = await building(1, FAILING, { isMishap: () => true })
    assert.ok(errors[0] instanceof BuildFailed)
    assert.ok(errors[1] instanceof BuildCut)
    assert.match(errors[1].message, /^the failure of linux\/arm64 has stopped it$/)
  })

  test('goes on, each by itself, where bake has failed and none of them', async () => {
    const { errors } = await building(1, ['WARN', 'ERROR: unknown flag: --allow'])
    for (const error of errors) {
      assert.ok(error instanceof BuildCut)
      assert.equal(error.message, 'docker buildx bake has failed (unknown flag: --allow)')
    }
  })

  test('goes on, each by itself, where a signal from elsewhere has ended bake', async () => {
    const { errors } = await building(undefined, [step(ARM)])
    for (const error of errors) assert.ok(error instanceof BuildCut)
  })

  test('is stopped when it is told to', async () => {
    const stop = new AbortController()
    stop.abort()
    const { errors } = await building(1, FAILING, { stop })
    for (const error of errors) assert.ok(error instanceof BuildStopped)
  })
})

test('builds of which one is no target are not made together', () => {
  const one = planOf('linux/arm64')
  const other = { ...planOf('linux/amd64'), recipe: { ...PLATFORM_RECIPE, passed: { policy: ['x'] } } }
  assert.equal(bakeTargets([one, other], '/repo'), undefined)
  assert.equal(bakeTargets([one, one], '/repo'), undefined)
})
