import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openJob, type Step } from '../runs/as-a-runner.ts'
import { ask, freshRepository, noRig, rig, runImage, tagsOf } from './rig.ts'
import { containerdEngine, noSecondEngine } from './second-engine.ts'

const THREE = { 'linux/amd64': 'x86_64', 'linux/arm64': 'aarch64', 'linux/s390x': 's390x' }
const PLATFORMS = Object.keys(THREE).join()
const HELLO = { context: 'examples/hello', 'build-args': `BASE=${rig.baseImage}`, driver: 'docker' }

/** Emulators are the kernel's, so the bench's engine installs them for every engine. */
async function emulators(how: '--install' | '--uninstall', ...names: readonly string[]): Promise<void> {
  await ask('docker', 'run', '--rm', '--privileged', rig.inputs['binfmt-image'] ?? '', how, names.join())
}

/** What the engine has itself, for the platform that comes next. */
const RUN = ['run', '--rm', '--network', 'none', '--pull', 'never', '--platform']

describe('the BuildKit in an engine with the containerd image store', { skip: noSecondEngine }, () => {
  test('builds every platform, those as well whose emulators came after it; we push', async () => {
    await emulators('--uninstall', 'qemu-aarch64', 'qemu-s390x')
    await using engine = await containerdEngine()
    await emulators('--install', 'arm64', 's390x')
    const [one, two] = [freshRepository(rig.registry), freshRepository(rig.oldRegistry)]
    const { outputs, log } = await run({
      inputs: { ...HELLO, platforms: PLATFORMS, tags: `${one}:1,${two}:1` },
      env: engine.env,
    })
    for (const name of [one, two]) {
      assert.equal(await ask('crane', 'digest', '--insecure', `${name}:1`), outputs['digest'])
      assert.deepEqual(await tagsOf(name), ['1'])
    }
    for (const [platform, machine] of Object.entries(THREE))
      assert.match(await runImage(`${one}:1`, platform), new RegExp(machine))

    const index: Index = JSON.parse(await ask('crane', 'manifest', `${one}:1`))
    const images = index.manifests.slice(0, 3).map(({ digest }) => digest)
    assert.deepEqual(images, Object.values(JSON.parse(outputs['digests'] ?? '')))
    for (const digest of images) await ask('crane', 'validate', '--remote', `${one}@${digest}`)
    const attested = index.manifests
      .slice(3)
      .map(({ annotations }) => annotations?.['vnd.docker.reference.digest'])
    assert.deepEqual(attested, images)

    assert.equal(await engine.ask('ps', '--all', '--quiet'), '', 'a container was made')
    assert.doesNotMatch(log, /buildx_buildkit/)
  })

  test('pushes a part by digest as well, compressed as it is told', async () => {
    await using engine = await containerdEngine()
    const repository = freshRepository(rig.registry)
    const { outputs } = await run({
      inputs: {
        ...{ ...HELLO, mode: 'part', platforms: 'linux/amd64', tags: `${repository}:1` },
        outputs: 'type=image,compression=zstd,force-compression=true',
      },
      env: engine.env,
    })
    const record = JSON.parse(outputs['record'] ?? '')
    assert.deepEqual(await tagsOf(repository), [])
    const { digest } = record.platforms[0].image ?? record.platforms[0].descriptors[0]
    const { layers }: { layers: Entry[] } = JSON.parse(
      await ask('crane', 'manifest', `${repository}@${digest}`),
    )
    assert.ok(layers.every(({ mediaType }) => mediaType.endsWith('+zstd')))
  })

  test('and the store holds all platforms of an image under one name, which is pushed as well', async () => {
    await emulators('--install', 'arm64', 's390x')
    await using engine = await containerdEngine()
    const repository = freshRepository(rig.registry)
    const { outputs } = await run({
      inputs: { ...HELLO, platforms: PLATFORMS, tags: `${repository}:1`, load: 'true', push: 'true' },
      env: engine.env,
    })
    assert.equal(await ask('crane', 'digest', `${repository}:1`), outputs['digest'])
    for (const [platform, machine] of Object.entries(THREE)) {
      const said = await engine.ask(...RUN, platform, `${repository}:1`)
      assert.match(said, new RegExp(machine))
    }
  })

  test('a builder in one engine can load into another, by a docker context', async () => {
    await using engine = await containerdEngine()
    const context = `multiarch-e2e-${process.pid}`
    await ask('docker', 'context', 'create', context, '--docker', `host=${engine.host}`)
    try {
      const outputs = `type=docker,context=${context}`
      const inputs = { ...rig.inputs, ...HELLO, driver: 'docker-container', outputs, tags: 'octo/app:test' }
      await run({ inputs: { ...inputs, platforms: 'linux/amd64,linux/arm64' } })
      assert.match(await engine.ask(...RUN, 'linux/arm64', 'octo/app:test'), /aarch64/)
    } finally {
      await ask('docker', 'context', 'rm', context)
    }
  })
})

describe('an engine with the old image store', {
  skip: noRig || (process.env['RIG_ENGINE'] !== 'assembled' && 'its store is not known'),
}, () => {
  for (const [name, driver] of [
    ['a builder of our own', 'docker-container'],
    ['its own BuildKit', 'docker'],
  ] as const) {
    test(`holds one platform, built by ${name}`, async () => {
      const tag = `multiarch-e2e/loaded:${process.pid}`
      const own = driver === 'docker' ? {} : rig.inputs
      await run({ inputs: { ...own, ...HELLO, driver, platforms: 'linux/arm64', tags: tag, load: 'true' } })
      try {
        assert.match(await ask('docker', 'run', '--rm', '--pull', 'never', tag), /aarch64/)
      } finally {
        await ask('docker', 'rmi', tag)
      }
    })
  }

  const refused: Readonly<Record<string, Step['inputs']>> = {
    'several platforms': { load: 'true', platforms: PLATFORMS },
    attestations: { load: 'true', platforms: 'linux/amd64', provenance: 'mode=max' },
    'a push of its own BuildKit': { push: 'true', platforms: 'linux/amd64' },
  }
  for (const [name, inputs] of Object.entries(refused)) {
    test(`is refused ${name} before anything is built`, async () => {
      await using job = await openJob()
      const repository = freshRepository(rig.registry)
      const main = await job.main({ inputs: { ...HELLO, tags: repository, ...inputs } })
      assert.equal(main.code, 1)
      assert.match(main.log, /::error title=The image store does not take the image::/)
      assert.match(main.log, /containerd-snapshotter/)
      assert.doesNotMatch(main.log, /Build linux/)
      assert.deepEqual(await tagsOf(repository), [])
      assert.equal((await job.post(main)).code, 0)
    })
  }
})

type Entry = { digest: string; mediaType: string; annotations?: Record<string, string> }
type Index = { manifests: Entry[] }

/** Main and post of one step. */
async function run(step: Step) {
  await using job = await openJob()
  const main = await job.main(step)
  const post = await job.post(main, step.env)
  assert.equal(main.code, 0, main.log)
  assert.equal(post.code, 0, post.log)
  return main
}
