import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { openJob, type Step } from '../runs/as-a-runner.ts'
import { bareKernel, unregister } from './kernel.ts'
import { project } from './project.ts'
import { ask, freshRepository, noRig, rig, tagsOf } from './rig.ts'

describe('an optional platform that fails', { skip: noRig }, () => {
  const failing = ['ARG TARGETARCH', 'RUN [ $TARGETARCH != s390x ] || exit 3']

  test('is left out, with a warning, and the index is made of the others', async () => {
    await using app = await project(...failing)
    const repository = freshRepository(rig.registry)
    const main = await run({
      ...{ ...app.inputs, platforms: 'linux/amd64,linux/arm64,linux/s390x' },
      ...{ 'optional-platforms': 'linux/s390x', tags: repository },
    })
    assert.equal(main.code, 0, main.log)
    const images = await imagesOf(repository)
    assert.deepEqual(images, ['linux/amd64', 'linux/arm64'])
    assert.equal(main.outputs['platforms'], images.join())
    assert.deepEqual(Object.keys(JSON.parse(main.outputs['digests'] ?? '')), images)
    assert.match(
      main.log,
      /::warning title=An optional platform failed to build::The image is made without linux\/s390x/,
    )
    assert.match(main.summary, /made without linux\/s390x, which is optional/)
  })

  test('leaves its part of a matrix green, and the merge goes without it', async () => {
    await using app = await project(...failing)
    const image = freshRepository(rig.registry)
    const part = { ...app.inputs, mode: 'part', image, 'optional-platforms': 'linux/s390x' }
    const parts = [
      await run({ ...part, platforms: 'linux/amd64' }),
      await run({ ...part, platforms: 'linux/s390x' }),
    ]
    for (const { code, log } of parts) assert.equal(code, 0, log)
    const records = parts.map(({ outputs }) => outputs['record'] ?? '').join('\n')
    const platforms = 'linux/amd64,linux/s390x'
    const all = { mode: 'merge', records, platforms, tags: `${image}:1` }
    const strict = await run(all)
    assert.match(strict.log, /::error title=The parts do not make the image::.*linux\/s390x/)
    const main = await run({ ...all, 'optional-platforms': 'linux/s390x' })
    assert.equal(main.code, 0, main.log)
    assert.equal(main.outputs['platforms'], 'linux/amd64')
    assert.match(main.log, /::warning title=An optional platform is missing::/)
    assert.equal(await ask('crane', 'digest', `${image}:1`), main.outputs['digest'])
  })

  test('alone is an error, and no tag is moved', async () => {
    await using app = await project(...failing)
    const repository = freshRepository(rig.registry)
    const main = await run({
      ...{ ...app.inputs, platforms: 'linux/s390x', 'optional-platforms': 'linux/s390x', tags: repository },
    })
    assert.equal(main.code, 1)
    assert.match(main.log, /::error title=A platform failed to build/)
    assert.deepEqual(await tagsOf(repository), [])
  })
})

describe('an optional platform without an emulator', { skip: noRig }, () => {
  const [MISSING, BROKEN] = ['linux/riscv64', 'linux/ppc64le']
  const optional = {
    platforms: `linux/amd64,linux/arm64,${MISSING},${BROKEN}`,
    'optional-platforms': `${MISSING},${BROKEN}`,
  }
  let kernel: Awaited<ReturnType<typeof bareKernel>> | undefined

  before(async () => {
    kernel = await bareKernel()
  })
  beforeEach(() => unregister('qemu-*'))
  after(() => kernel?.[Symbol.asyncDispose]())

  test('is left out, with a warning that has the cure, and the index is made of the others', async () => {
    await using installer = await poorInstaller()
    await using app = await project('RUN true')
    const repository = freshRepository(rig.registry)
    const main = await run({ ...app.inputs, ...optional, 'binfmt-image': installer.name, tags: repository })
    assert.equal(main.code, 0, main.log)
    assert.deepEqual(await imagesOf(repository), ['linux/amd64', 'linux/arm64'])
    assert.equal(main.outputs['platforms'], 'linux/amd64,linux/arm64')
    const warnings = [...main.log.matchAll(/::warning title=An optional platform failed to build::(.*)$/gm)]
    const [missing = '', broken = '', ...others] = warnings.map(([, text = '']) => decodeURIComponent(text))
    assert.match(
      missing,
      /^The image is made without linux\/riscv64\. There is no working emulator for linux\/riscv64\.\n/,
    )
    assert.match(missing, /\nEmulators need a container that may run privileged/)
    assert.match(
      broken,
      /^The image is made without linux\/ppc64le\. The emulator is installed and does not run/,
    )
    assert.match(broken, /\nThe smallest program there is fails under it.* binfmt-image/)
    assert.deepEqual(others, [])
    assert.match(main.summary, /made without linux\/riscv64, which is optional/)
    assert.doesNotMatch(main.log, /before the emulator of [^:]*(riscv64|ppc64le)/, 'no reboot for nothing')
    assert.doesNotMatch(main.log, /^::group::Build linux\/(riscv64|ppc64le)/m)
  })

  test('leaves its part of a matrix green, even where no registry has the installer', async () => {
    await using app = await project('RUN true')
    const image = freshRepository(rig.registry)
    const part = { ...app.inputs, mode: 'part', image, platforms: MISSING, 'optional-platforms': MISSING }
    const main = await run({ ...part, 'binfmt-image': `${rig.registry}/no/binfmt:1` })
    assert.equal(main.code, 0, main.log)
    assert.match(
      main.log,
      /::warning title=An optional platform failed to build::.*riscv64.*could not be pulled/,
    )
    assert.equal(main.outputs['platforms'], '')
  })

  test('is no excuse for one that is needed', async () => {
    await using installer = await poorInstaller()
    await using app = await project('RUN true')
    const main = await run({
      ...{ ...app.inputs, ...optional, 'optional-platforms': BROKEN, push: 'false' },
      'binfmt-image': installer.name,
    })
    assert.equal(main.code, 1)
    assert.match(
      main.log,
      /::error title=An emulator did not come up::There is no working emulator for linux\/riscv64\./,
    )
  })
})

/** The platforms of an index as crane sees it. */
async function imagesOf(image: string): Promise<readonly string[]> {
  const { manifests } = JSON.parse(await ask('crane', 'manifest', image))
  return manifests.flatMap(({ platform }: { platform: { os: string; architecture: string } }) =>
    platform.os === 'unknown' ? [] : `${platform.os}/${platform.architecture}`,
  )
}

/** The installer of the bench with two bad emulators: one the kernel cannot open, and one that runs nothing. */
async function poorInstaller() {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-binfmt-'))
  await writeFile(join(folder, 'qemu-riscv64'), '', { mode: 0o644 })
  const name = `multiarch-e2e-poor:${randomUUID().slice(0, 8)}`
  const container = await ask('docker', 'create', rig.inputs['binfmt-image'] ?? '')
  await ask('docker', 'cp', join(folder, 'qemu-riscv64'), `${container}:/usr/bin/qemu-riscv64`)
  await ask('docker', 'cp', '--follow-link', '/bin/false', `${container}:/usr/bin/qemu-ppc64le`)
  await ask('docker', 'commit', container, name)
  await ask('docker', 'rm', container)
  await rm(folder, { recursive: true })
  return {
    name,
    [Symbol.asyncDispose]: async () => void (await ask('docker', 'image', 'rm', name)),
  }
}

async function run(inputs: Step['inputs']) {
  await using job = await openJob()
  const main = await job.main({ inputs })
  assert.equal((await job.post(main)).code, 0)
  return main
}
