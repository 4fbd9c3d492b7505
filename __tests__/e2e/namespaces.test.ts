import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { probeFor } from '../../src/emulation/probe.ts'
import { openJob } from '../runs/as-a-runner.ts'
import { bareKernel, registered, unregister } from './kernel.ts'
import { project } from './project.ts'
import { ask, rig } from './rig.ts'
import { noSecondEngine, remappedEngine, userNamespace } from './second-engine.ts'

const { 'binfmt-image': BINFMT = '', 'buildkit-image': BUILDKIT = '' } = rig.inputs

describe('an engine whose containers have users of their own', { skip: noSecondEngine }, () => {
  let kernel: Awaited<ReturnType<typeof bareKernel>> | undefined

  before(async () => {
    kernel = await bareKernel()
  })
  beforeEach(() => unregister('qemu-*'))
  after(() => kernel?.[Symbol.asyncDispose]())

  test('installs emulators as any other, and builds with them', async () => {
    await using engine = await remappedEngine()
    for (const image of [BINFMT, BUILDKIT]) await hand(image, engine)
    // What the installer would be told, had it no say in where it runs.
    const plain = engine.ask('run', '--rm', '--privileged', '--network=none', BINFMT)
    await assert.rejects(plain, /privileged mode is incompatible with user namespaces/)
    const { code, log } = await step(engine.env)
    assert.equal(code, 0, log)
    assert.match(log, /^installed qemu-s390x from /m)
    assert.deepEqual(await registered(), ['qemu-s390x'])
  })

  test('forgets emulators where it is in a user namespace as a whole, and those of its machine until it starts again', async () => {
    using namespace = await userNamespace()
    await using engine = await namespace.engine()
    await hand(BINFMT, engine)
    const { code, log } = await step(engine.env, IN_THE_ENGINE)
    assert.equal(code, 1, log)
    assert.match(log, /^installing: s390x OK$/m)
    assert.match(log, /::error title=An emulator did not come up::.*lost it since, for linux\/s390x/)
    assert.match(log, /install emulators on its machine .*, and start the engine again/)
    assert.deepEqual(await registered(), [])

    await ask('docker', 'run', '--rm', '--privileged', '--network=none', BINFMT, '--install', 's390x')
    assert.match((await step(engine.env, IN_THE_ENGINE)).log, /exec format error/)
    using again = await userNamespace()
    await using restarted = await again.engine()
    const cured = await step(restarted.env, IN_THE_ENGINE)
    assert.equal(cured.code, 0, cured.log)
  })
})

/** Gives an engine an image of the bench's. */
async function hand(image: string, { host }: { host: string }): Promise<void> {
  await ask('sh', '-c', 'docker save "$0" | docker --host "$1" load', image, host)
}

const IN_THE_ENGINE = { driver: 'docker', 'driver-opts': '', network: 'none' }

/** Builds something for a foreign platform that runs a program of it, and needs nothing of any network. */
async function step(env: Readonly<Record<string, string>>, inputs: Readonly<Record<string, string>> = {}) {
  await using app = await project('FROM scratch', 'COPY --chmod=755 probe /', 'RUN ["/probe"]')
  await writeFile(join(app.folder, 'probe'), probeFor('s390x') ?? '')
  await using job = await openJob()
  const all = { ...app.inputs, ...inputs, platforms: 'linux/s390x', push: 'false' }
  const main = await job.main({ inputs: all, env })
  const post = await job.post(main)
  assert.equal(post.code, 0, post.log)
  return main
}
