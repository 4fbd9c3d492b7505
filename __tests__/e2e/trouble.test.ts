import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { after, before, describe, test } from 'node:test'
import { openJob, type Step } from '../runs/as-a-runner.ts'
import { bareKernel } from './kernel.ts'
import { project } from './project.ts'
import { ask, noRig } from './rig.ts'

const BINFMT_MISC = '/proc/sys/fs/binfmt_misc'
const noRoot = process.getuid?.() === 0 ? false : 'only root can take such things away'

describe('a machine that lacks something is told what', { skip: noRig || noRoot }, () => {
  let kernel: Awaited<ReturnType<typeof bareKernel>> | undefined

  before(async () => {
    kernel = await bareKernel()
  })
  after(() => kernel?.[Symbol.asyncDispose]())

  for (const verify of ['true', 'false'])
    test(`binfmt_misc is not mounted, so that emulators go with their installer; verify-emulators: ${verify}`, async () => {
      await using _machine = await withoutBinfmtMisc()
      const { code, log } = await step({ inputs: { platforms: 'linux/s390x', 'verify-emulators': verify } })
      if (verify === 'true') {
        assert.equal(code, 1)
        assert.match(log, /::error title=An emulator did not come up::.*lost it since, for linux\/s390x/)
        assert.match(log, /mount -t binfmt_misc/)
      } else assert.match(log, /exec format error/)
    })

  test('no engine', async () => {
    const { code, log } = await step({ env: { DOCKER_HOST: 'unix:///var/run/no-such-engine.sock' } })
    assert.equal(code, 1)
    assert.match(log, /::error title=The Docker engine does not answer::.*no-such-engine\.sock/s)
    assert.match(log, /Start the engine, or check DOCKER_HOST/)
  })

  test('an engine whose socket is for others', async () => {
    await using docker = await dockerOfNobody()
    const { code, log } = await step({ env: { PATH: `${docker.folder}:${process.env['PATH']}` } })
    assert.equal(code, 1)
    assert.match(log, /::error title=The Docker engine does not answer::.*permission denied/s)
    assert.match(log, /this user may not use its socket/)
  })

  test('an architecture that nobody knows: the nearest is named, before anything is asked', async () => {
    const { code, log } = await step({ inputs: { platforms: 'linux/arm46' } })
    assert.equal(code, 1)
    assert.match(log, /input "platforms": "linux\/arm46" is not a platform.* did you mean linux\/arm64\?/)
  })
})

/** A step whose post follows at once. */
async function step({ inputs = {}, env = {} }: Partial<Step>) {
  await using app = await project('RUN true')
  await using job = await openJob()
  const all = { ...app.inputs, platforms: 'linux/amd64', push: 'false', ...inputs }
  const main = await job.main({ inputs: all, env })
  const post = await job.post(main)
  assert.equal(post.code, 0, post.log)
  return main
}

/** The machine without its mount of the kernel's table; its entries are not what this is about. */
async function withoutBinfmtMisc() {
  await ask('umount', BINFMT_MISC)
  return {
    [Symbol.asyncDispose]: async () =>
      void (await ask('mount', '-t', 'binfmt_misc', 'binfmt_misc', BINFMT_MISC)),
  }
}

/** The real docker, started by a user who has no rights here. */
async function dockerOfNobody() {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-nobody-'))
  const real = await ask('sh', '-c', 'command -v docker')
  const script = `#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups ${real} "$@"\n`
  await writeFile(join(folder, 'docker'), script)
  await chmod(folder, 0o755)
  await chmod(join(folder, 'docker'), 0o755)
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}
