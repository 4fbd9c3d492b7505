import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import process from 'node:process'
import { after, before, beforeEach, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { openJob, type StepResult } from '../runs/as-a-runner.ts'
import { bareKernel, registered, tellKernel, unregister } from './kernel.ts'
import { project } from './project.ts'
import { ask, noRig, rig } from './rig.ts'

const FOREIGN = 'linux/arm64,linux/s390x'
const BINFMT = rig.inputs['binfmt-image'] ?? ''

describe('emulators and a builder, set up together', { skip: noRig }, () => {
  let kernel: Awaited<ReturnType<typeof bareKernel>> | undefined

  before(async () => {
    kernel = await bareKernel()
  })
  beforeEach(() => unregister('qemu-*'))
  after(() => kernel?.[Symbol.asyncDispose]())

  test('nothing is there: one container installs what is missing, and buildkitd knows of it; then no container', async () => {
    const first = await setUp()
    assert.equal(await first.installers(), 1)
    assert.deepEqual(first.builds.toSorted(), ['linux/amd64', 'linux/arm64', 'linux/s390x'])
    assert.deepEqual((await registered()).toSorted(), ['qemu-aarch64', 'qemu-s390x'])
    const second = await setUp()
    assert.equal(await second.installers(), 0)
    assert.match(second.log, /linux\/s390x qemu-s390x is registered and works/)
    assert.deepEqual(second.builds, first.builds)
  })

  test('an emulator that is slower than buildkitd is in its list all the same', async () => {
    await using image = await slowInstaller()
    const { log, builds } = await setUp({ 'binfmt-image': image.name })
    assert.match(log, /buildkitd was there before the emulator of linux\/arm64, linux\/s390x: it looks again/)
    assert.deepEqual(builds.toSorted(), ['linux/amd64', 'linux/arm64', 'linux/s390x'])
  })

  test('one of three is missing: it alone is installed', async () => {
    await setUp()
    const { log, installers } = await setUp({ platforms: `${FOREIGN},linux/arm/v7` })
    assert.equal(await installers(), 1)
    assert.match(log, /linux\/arm64 qemu-aarch64 is registered and works/)
    assert.match(log, /^installed qemu-arm from /m)
    assert.doesNotMatch(log, /installing: (arm64|s390x)/)
  })

  test('reset throws away what anybody has registered, before the wanted ones come anew', async () => {
    await tellKernel('register', ':qemu-sparc64:E::strange::/bin/true:')
    await setUp({ platforms: 'linux/arm64' })
    assert.deepEqual((await registered()).toSorted(), ['qemu-aarch64', 'qemu-sparc64'])
    const { log, installers } = await setUp({ platforms: 'linux/arm64', reset: 'true' })
    assert.equal(await installers(), 1)
    assert.match(log, /linux\/arm64 qemu-aarch64 is replaced/)
    assert.deepEqual(await registered(), ['qemu-aarch64'])
  })

  test('keep-emulators: false takes back exactly what the step has added', async () => {
    await setUp({ platforms: 'linux/arm64' })
    await setUp({ platforms: FOREIGN, 'keep-emulators': 'false' })
    assert.deepEqual(await registered(), ['qemu-aarch64'])
  })
})

/** A whole step, of which this is seen: what buildkitd says between main and post that it can build, and who was started. */
async function setUp(inputs: Readonly<Record<string, string>> = {}) {
  await using app = await project('RUN true')
  await using job = await openJob()
  const image = inputs['binfmt-image'] ?? BINFMT
  const since = String(Date.now() / 1000)
  const main = await job.main({ inputs: { ...app.inputs, platforms: FOREIGN, push: 'false', ...inputs } })
  assert.equal(main.code, 0, main.log)
  const builds = await platformsOf(main)
  const until = String(Date.now() / 1000)
  const post = await job.post(main)
  assert.equal(post.code, 0, post.log)
  assert.doesNotMatch(post.log, /::warning/)
  return { log: main.log, builds, installers: () => started(image, since, until) }
}

/** As docker buildx lists them, variants of amd64 aside. */
async function platformsOf({ state }: StepResult): Promise<readonly string[]> {
  const ledger: readonly { kind: string; name: string; env: Record<string, string> }[] = JSON.parse(
    state['ledger'] ?? '[]',
  )
  const made = ledger.find(({ kind }) => kind === 'builder')
  const { stdout } = await promisify(execFile)('docker', ['buildx', 'inspect', made?.name ?? ''], {
    env: { ...process.env, ...made?.env },
  })
  const list = /^Platforms: +(.*)$/m.exec(stdout)?.[1] ?? ''
  return list.split(', ').filter((platform) => !/386|amd64\/v/.test(platform))
}

/** How many containers of an image were made in that time, by the engine's own account. */
async function started(image: string, since: string, until: string): Promise<number> {
  const filters = ['type=container', 'event=create', `image=${image}`].flatMap((filter) => [
    '--filter',
    filter,
  ])
  const said = await ask('docker', 'events', '--since', since, '--until', until, ...filters)
  return said.split('\n').filter(Boolean).length
}

/** The installer of the bench, after a nap that is longer than any boot of buildkitd. */
async function slowInstaller() {
  const name = `multiarch-e2e-slow:${randomUUID().slice(0, 8)}`
  const container = await ask('docker', 'create', BINFMT)
  const entry = JSON.stringify(['sh', '-c', 'sleep 5; exec /usr/bin/binfmt "$@"', 'binfmt'])
  await ask('docker', 'commit', '--change', `ENTRYPOINT ${entry}`, container, name)
  await ask('docker', 'rm', container)
  return { name, [Symbol.asyncDispose]: async () => void (await ask('docker', 'image', 'rm', name)) }
}
