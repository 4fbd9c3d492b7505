import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { bareKernel } from './kernel.ts'
import { project } from './project.ts'
import { ask, builderContainers, noRig, rig } from './rig.ts'
import { stingyRegistry } from './stingy-registry.ts'

const BUILDKIT = rig.inputs['buildkit-image'] ?? ''
const BINFMT = rig.inputs['binfmt-image'] ?? ''
const LIMIT = 'You have reached your unauthenticated pull rate limit.'

describe('images of BuildKit and of the emulators', { skip: noRig }, () => {
  let kernel: Awaited<ReturnType<typeof bareKernel>> | undefined

  before(async () => {
    kernel = await bareKernel()
  })
  after(() => kernel?.[Symbol.asyncDispose]())

  test('both come from a mirror where Docker Hub gives neither', async () => {
    const folder = `e2e-${randomUUID().slice(0, 8)}`
    const names = { 'binfmt-image': `${folder}/binfmt:1`, 'buildkit-image': `${folder}/buildkit:1` }
    await ask('crane', 'copy', `${rig.mirror}/${BINFMT}`, `${rig.registry}/${names['binfmt-image']}`)
    await ask('crane', 'copy', `${rig.mirror}/${BUILDKIT}`, `${rig.registry}/${names['buildkit-image']}`)
    await using run = await setUp({ ...names, 'image-mirrors': `127.0.0.1:9,${rig.registry}` })
    assert.equal(run.main.code, 0, run.main.log)
    assert.match(run.main.log, new RegExp(`could not pull 127.0.0.1:9/${folder}/binfmt:1: .*refused`))
    for (const name of Object.values(names))
      assert.match(run.main.log, new RegExp(`^pulled ${rig.registry}/${name}$`, 'm'))
    assert.match(
      run.main.log,
      new RegExp(`installed qemu-s390x from ${rig.registry}/${names['binfmt-image']}`),
    )
    const [container = ''] = await builderContainers(run.main)
    const image = await ask('docker', 'inspect', '--format', '{{.Config.Image}}', container)
    assert.equal(image, `${rig.registry}/${names['buildkit-image']}`)
    await ask('docker', 'image', 'rm', `${rig.registry}/${names['binfmt-image']}`)
  })

  test('come after the wait that their registry asks for', async () => {
    await using registry = await stingyRegistry({ refusals: 3, retryAfter: 1, message: LIMIT })
    const image = `${registry.host}/${BUILDKIT}`
    await using run = await setUp({ 'buildkit-image': image })
    assert.equal(run.main.code, 0, run.main.log)
    assert.equal(registry.refused(), 3)
    assert.match(run.main.log, /: 429; trying again in 1\.\d s \(HEAD /)
    assert.match(run.main.log, new RegExp(`^pulled ${image}$`, 'm'))
  })

  test('that come too late for a job are an error that explains the limit', async () => {
    await using registry = await stingyRegistry({ refusals: 99, retryAfter: 21_600, message: LIMIT })
    await using run = await setUp({ 'buildkit-image': `${registry.host}/${BUILDKIT}` })
    assert.equal(run.main.code, 1)
    assert.match(run.main.log, /::error title=An image could not be pulled::/)
    assert.match(run.main.log, /unauthenticated pull rate limit/)
    assert.match(run.main.log, /100 in six hours .*docker\/login-action.*image-mirrors/)
  })

  test('that are there are asked of no registry', async () => {
    await using registry = await stingyRegistry({ refusals: 99, retryAfter: 21_600, message: LIMIT })
    const image = `${registry.host}/${BINFMT}`
    await ask('docker', 'tag', BINFMT, image)
    await using run = await setUp({ 'binfmt-image': image, reset: 'true' })
    assert.equal(run.main.code, 0, run.main.log)
    assert.equal(registry.refused(), 0)
    await ask('docker', 'image', 'rm', image)
  })
})

/** A step that needs both images; post and the image of its builder follow when it is disposed. */
async function setUp(inputs: Readonly<Record<string, string>>) {
  const app = await project('RUN true')
  const job = await openJob()
  const main = await job.main({
    inputs: { ...app.inputs, platforms: 'linux/s390x', push: 'false', ...inputs },
  })
  return {
    main,
    [Symbol.asyncDispose]: async () => {
      const [container] = await builderContainers(main)
      const image = container && (await ask('docker', 'inspect', '--format', '{{.Config.Image}}', container))
      await job.post(main)
      if (image && image !== BUILDKIT) await ask('docker', 'image', 'rm', image)
      await job[Symbol.asyncDispose]()
      await app[Symbol.asyncDispose]()
    },
  }
}
