import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { parse } from 'yaml'
import { openRunner, type WorkflowRun } from './act.ts'
import { ask, containersNamed, freshRepository, noRig } from './rig.ts'
import { type TokenRegistry, tokenRegistry } from './token-registry.ts'

const IMAGE = 'ghcr.io/octo/app'
const noAct = noRig || (has('act', '--version') ? false : 'no act here; script/rig up builds it')
type Runner = Awaited<ReturnType<typeof openRunner>>

/** With the login that the workflow has made. */
async function runPlatform({ docker }: Runner, image: string, platform: string): Promise<string> {
  await ask('docker', '--config', docker, 'pull', '--quiet', '--platform', platform, image)
  return await ask('docker', 'run', '--rm', '--platform', platform, image)
}

async function childrenOf({ regctl }: Runner, image: string) {
  return JSON.parse(await regctl('manifest', 'get', '--format', 'raw-body', image)).manifests
}

async function platformsOf(runner: Runner, image: string): Promise<readonly string[]> {
  const manifests = await childrenOf(runner, image)
  const platforms: readonly { os: string; architecture: string; variant?: string }[] = manifests.map(
    ({ platform }: { platform: object }) => platform,
  )
  const known = platforms.filter(({ os }) => os !== 'unknown')
  return known.map(({ os, architecture, variant }) => [os, architecture, variant].filter(Boolean).join('/'))
}

function assertGood({ code, log }: WorkflowRun, builders: number): void {
  assert.equal(code, 0, log)
  assert.equal(log.match(/Removed the builder multiarch-/g)?.length ?? 0, builders, log)
  assert.doesNotMatch(log, /::warning/)
}

/**
 * What act cannot show: a machine of another architecture (all labels are this one), the refusal of an artifact whose
 * name is taken (it overwrites), permissions, "Re-run failed jobs" (the attempt is set by hand). Those are shown by
 * dist as child processes in parts.test.ts. The examples of clouds need the clouds; they are only checked.
 */
describe('a real workflow runner runs', { skip: noAct }, () => {
  let registry: TokenRegistry
  before(async () => {
    registry = await tokenRegistry()
  })
  after(() => registry[Symbol.asyncDispose]())

  test('the matrix by hand: needs, artifacts, login and post; the referees agree', async () => {
    await using runner = await openRunner(registry)
    const image = freshRepository(registry.host)
    const run = await runner.run(await runner.example('matrix-by-hand.yml', IMAGE, image))
    assertGood(run, 2)
    assert.deepEqual(await platformsOf(runner, `${image}:latest`), [
      'linux/amd64',
      'linux/arm64',
      'linux/s390x',
    ])
    const digest = await runner.regctl('manifest', 'head', `${image}:latest`)
    assert.equal(await runner.regctl('manifest', 'head', `${image}:sha-${runner.sha}`), digest)
    assert.ok(run.log.includes(`digest=${digest}`), 'the output is another digest')
    assert.match(await runPlatform(runner, `${image}:latest`, 'linux/arm64'), /aarch64/)
    for (const [, builder = ''] of run.log.matchAll(/Removed the builder (multiarch-[0-9a-f]+)/g))
      assert.deepEqual(await containersNamed(`buildx_buildkit_${builder}`), [], 'post left a builder')
    assert.ok(!run.log.includes(registry.password), 'the password is in the log')
  })

  test('the planned matrix, and the merge knows the plan from the records', async () => {
    await using runner = await openRunner(registry)
    const image = freshRepository(registry.host)
    assertGood(await runner.run(await runner.example('matrix-planned.yml', IMAGE, image)), 2)
    assert.deepEqual((await platformsOf(runner, `${image}:latest`)).toSorted(), [
      'linux/amd64',
      'linux/arm/v7',
      'linux/arm64',
      'linux/s390x',
    ])
    assert.match(await runPlatform(runner, `${image}:latest`, 'linux/s390x'), /s390x/)
  })

  test('the reusable workflow, with the login as a secret, and its outputs arrive', async () => {
    await using runner = await openRunner(registry)
    const image = freshRepository(registry.host)
    const text = await runner.example('reusable.yml', IMAGE, image)
    const secrets = { 'registry-auth': expression('secrets.AUTH') }
    const workflow = parse(text)
    workflow.jobs.image.secrets = secrets
    const { host, username, password } = registry
    const auth = JSON.stringify([{ registry: host, username, password }])
    const run = await runner.run(JSON.stringify(workflow), { flags: ['--secret', `AUTH=${auth}`] })
    assertGood(run, 2)
    const digest = await runner.regctl('manifest', 'head', `${image}:latest`)
    assert.match(run.log, new RegExp(`${image}@${digest} has linux/amd64,linux/arm64`))
  })

  test('two images in one repository', async () => {
    await using runner = await openRunner(registry)
    const image = freshRepository(registry.host)
    assertGood(await runner.run(await runner.example('two-images.yml', IMAGE, image)), 4)
    for (const tag of ['debian', 'alpine'])
      assert.deepEqual(await platformsOf(runner, `${image}:${tag}`), ['linux/amd64', 'linux/arm64'])
  })

  test('records as job outputs, for Forgejo and its kin', async () => {
    await using runner = await openRunner(registry)
    const image = freshRepository(registry.host)
    const workflow = await runner.example('forgejo.yml', 'codeberg.org/octo/app', image)
    const run = await runner.run(workflow, { env: { ACTIONS_RESULTS_URL: '' } })
    assertGood(run, 2)
    assert.deepEqual(await platformsOf(runner, `${image}:latest`), ['linux/amd64', 'linux/arm64'])
  })

  test('machines of one’s own', async () => {
    await using runner = await openRunner(registry)
    const image = freshRepository(registry.host)
    assertGood(
      await runner.run(await runner.example('self-hosted.yml', 'registry.example.com/octo/app', image)),
      2,
    )
    assert.equal((await platformsOf(runner, `${image}:latest`)).length, 3)
  })

  test('one step', async () => {
    await using runner = await openRunner(registry)
    const image = freshRepository(registry.host)
    assertGood(await runner.run(await runner.example('one-step.yml', IMAGE, image)), 1)
    assert.deepEqual(await platformsOf(runner, `${image}:latest`), ['linux/amd64', 'linux/arm64'])
  })

  test('one step again, which finds the cache of each platform in GitHub’s', async () => {
    await using runner = await openRunner(registry)
    const image = freshRepository(registry.host)
    const workflow = await runner.example('one-step.yml', IMAGE, image)
    for (const cached of ['0/2', '2/2']) {
      const run = await runner.run(workflow)
      assertGood(run, 1)
      assert.match(run.log, new RegExp(`linux/amd64 +native +\\S+ s +${cached} steps`))
      assert.match(run.log, new RegExp(`linux/arm64 +emulated +\\S+ s +${cached} steps`))
    }
  })

  test('a release of what main has built, which builds nothing', async () => {
    await using runner = await openRunner(registry)
    const image = freshRepository(registry.host)
    const workflow = await runner.example('release.yml', IMAGE, image)
    assertGood(await runner.run(workflow), 1)
    assertGood(await runner.run(workflow, { ref: 'refs/tags/v1.2.3' }), 0)
    const digest = await runner.regctl('manifest', 'head', `${image}:edge`)
    for (const tag of ['v1.2.3', 'latest'])
      assert.equal(await runner.regctl('manifest', 'head', `${image}:${tag}`), digest)
  })

  test('one job again, and its newer record counts', async () => {
    await using runner = await openRunner(registry)
    const image = freshRepository(registry.host)
    const workflow = await runner.example('matrix-by-hand.yml', IMAGE, image)
    assertGood(await runner.run(workflow), 2)
    const before = await childrenOf(runner, `${image}:latest`)
    const again = parse(workflow)
    again.jobs.part.steps.at(-1).with.labels = 'attempt=2'
    const env = { GITHUB_RUN_ATTEMPT: '2' }
    const run = await runner.run(JSON.stringify(again), { env, flags: ['--matrix', 'platforms:linux/arm64'] })
    assertGood(run, 1)
    const after = await childrenOf(runner, `${image}:latest`)
    const moved = ['amd64', 'arm64', 's390x'].filter(
      (_, place) => before[place].digest !== after[place].digest,
    )
    assert.deepEqual(moved, ['arm64'])
  })

  test('a job that fails, and the merge moves no tag even where it is told to run', async () => {
    await using runner = await openRunner(registry)
    const image = freshRepository(registry.host)
    const workflow = parse(await runner.example('matrix-by-hand.yml', IMAGE, image))
    workflow.jobs.merge.if = 'always()'
    workflow.jobs.part.steps.at(-1).with.target = expression(
      "matrix.runner == 'ubuntu-24.04-arm' && 'nowhere' || ''",
    )
    const { code, log } = await runner.run(JSON.stringify(workflow))
    assert.notEqual(code, 0)
    assert.match(log, /title=The parts do not make the image::Missing: linux\/arm64/)
    const tags = await runner.regctl('tag', 'ls', image).catch((error: unknown) => String(error))
    assert.match(tags, /^$|not found/i)
  })
})

/** As a workflow writes it. */
function expression(text: string): string {
  return `\${{ ${text} }}`
}

function has(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
