import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { after, before, beforeEach, describe, test } from 'node:test'
import { openJob, type RunningStep, type StepResult } from '../runs/as-a-runner.ts'
import { bareKernel, registered, unregister } from './kernel.ts'
import { project } from './project.ts'
import { ask, containersNamed, freshRepository, noRig, rig, tagsOf } from './rig.ts'

const BINFMT = rig.inputs['binfmt-image'] ?? ''

/** Stages of a run, by what the engine tells of them: an event, and how many such there are before the one that is meant. */
const STAGES: Readonly<Record<string, readonly [event: RegExp, earlier?: number]>> = {
  'the installer of emulators is made': [new RegExp(`container create ${BINFMT}`)],
  'the installer runs': [new RegExp(`container start ${BINFMT}`)],
  'the installer has ended': [new RegExp(`container die ${BINFMT}`)],
  'the image of BuildKit is looked for': [/image pull/],
  'the cache of the builder is made': [/volume create/],
  'the container of the builder is made': [/container create .* buildx_buildkit_/],
  'the builder boots': [/container start .* buildx_buildkit_/],
  'the builder is asked what it is': [/exec_start: buildctl dial-stdio/],
  'the builds begin': [/exec_start: buildctl dial-stdio/, 2],
}

describe('what a run leaves', { skip: noRig }, () => {
  let kernel: Awaited<ReturnType<typeof bareKernel>> | undefined

  before(async () => {
    kernel = await bareKernel()
  })
  beforeEach(() => unregister('qemu-*'))
  after(() => kernel?.[Symbol.asyncDispose]())

  for (const [stage, [event, earlier = 0]] of Object.entries(STAGES)) {
    test(`is nothing, when it is killed as ${stage} and post runs at once`, async () => {
      using moment = onEvent(event, earlier)
      await isKilled(() => moment.come)
    })
  }

  test('is nothing, when it is killed in the middle of the builds, and post runs at once', async () => {
    await isKilled(({ says }) => says(/^linux\/\w+ +2\/2 RUN uname/m))
  })

  test('is nothing, when it is killed as all is built, and post runs at once', async () => {
    await isKilled(({ says }) => says(/::group::Build/))
  })

  test('is what another job is using, when two run at once and one has ended', async () => {
    await using short = await project('RUN true')
    await using long = await project('RUN sleep 4322')
    await using one = await openJob()
    await using two = await openJob()
    const start = (job: typeof one, app: typeof short, meanwhile = (_: RunningStep) => {}) =>
      job.main({
        inputs: { ...app.inputs, platforms: 'linux/s390x', push: 'false', 'keep-emulators': 'false' },
        meanwhile,
      })
    const first = await start(one, short)
    const second = await start(two, long, async (step) => {
      await step.says(/Builder \(/)
      const post = await one.post(first)
      step.kill('SIGKILL')
      assert.match(post.log, /Left qemu-s390x where it is: another job on this machine may be using it/)
    })
    assert.equal(second.signal, 'SIGKILL', second.log)
    assert.deepEqual(await registered(), ['qemu-s390x'])
    await two.post(second)
    await isClean(first, one.temporary)
    await isClean(second, two.temporary)
  })

  test('is nothing of the other’s, when two run at once', async () => {
    await using app = await project('RUN uname -m >/machine.txt')
    await using one = await openJob()
    await using two = await openJob()
    const start = (job: typeof one) =>
      job.main({
        inputs: { ...app.inputs, platforms: 'linux/amd64,linux/arm64', tags: freshRepository(rig.registry) },
      })
    const [first, second] = await Promise.all([start(one), start(two)])
    assert.equal(first.code, 0, first.log)
    assert.equal(second.code, 0, second.log)
    await one.post(first)
    assert.equal((await containersNamed(builderIn(second.state) ?? 'none')).length, 1)
    await two.post(second)
    assert.equal((await containersNamed(builderIn(second.state) ?? 'none')).length, 0)
  })
})

/** Kills a step at a moment, with nothing left of it after post: all platforms under its tag, or no tag at all. */
async function isKilled(moment: (step: RunningStep) => Promise<void>): Promise<void> {
  await using app = await project('RUN uname -m >/machine.txt')
  await using job = await openJob()
  const repository = freshRepository(rig.registry)
  const main = await job.main({
    inputs: {
      ...app.inputs,
      ...{ platforms: 'linux/amd64,linux/s390x', tags: repository, 'keep-emulators': 'false' },
    },
    meanwhile: (step) => void moment(step).then(() => step.kill('SIGKILL')),
  })
  assert.equal(main.signal, 'SIGKILL', main.log)
  const post = await job.post(main)
  assert.equal(post.code, 0, post.log)
  await isClean(main, job.temporary)
  assert.deepEqual(await registered(), [])
  for (const tag of await tagsOf(repository))
    assert.match(await ask('crane', 'manifest', `${repository}:${tag}`), /"s390x"/)
}

/** Resolves `come` as the engine tells of such an event; with `earlier` it is not the first. */
function onEvent(event: RegExp, earlier: number) {
  const format = '{{.Type}} {{.Action}} {{.Actor.Attributes.image}} {{.Actor.Attributes.name}}'
  const since = String(Date.now() / 1000)
  const args = ['events', '--since', since, '--format', format]
  const events = spawn('docker', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const come = Promise.withResolvers<void>()
  let left = earlier
  createInterface({ input: events.stdout }).on('line', (line) => {
    if (event.test(line) && left-- <= 0) come.resolve()
  })
  return { come: come.promise, [Symbol.dispose]: () => void events.kill() }
}

/** No container, volume, context, folder of the step. */
async function isClean(main: StepResult, temporary: string): Promise<void> {
  const name = builderIn(main.state)
  assert.ok(name)
  assert.deepEqual(await containersNamed(name), [])
  const installers = ['--all', '--quiet', '--filter', `ancestor=${BINFMT}`]
  assert.equal(await ask('docker', 'ps', ...installers), '')
  assert.equal(await ask('docker', 'volume', 'ls', '--quiet', '--filter', `name=${name}`), '')
  assert.doesNotMatch(await ask('docker', 'context', 'ls', '--quiet'), new RegExp(name))
  const left = await readdir(temporary)
  assert.deepEqual(
    left.filter((entry) => entry.startsWith('multiarch-')),
    [],
  )
}

function builderIn(state: Readonly<Record<string, string>>): string | undefined {
  const ledger: readonly { kind: string; name: string }[] = JSON.parse(state['ledger'] ?? '[]')
  return ledger.find(({ kind }) => kind === 'builder')?.name
}
