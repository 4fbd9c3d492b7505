import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BuilderError, type BuilderPlan, boot, reboot } from '../../src/builder/builder.ts'
import { createArguments, prepareBuilder } from '../../src/builder/prepare.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { CREATE, IMAGE, NOTE, PLAN, world } from './stage.ts'

const creations: Readonly<
  Record<string, readonly [plan: Partial<BuilderPlan>, config: string | undefined, said: string]>
> = {
  'as it is by itself': [{}, undefined, `${CREATE} ${IMAGE}`],
  'with options of its driver': [
    { driverOptions: ['network=host', 'env.HTTP_PROXY=http://p:3128'] },
    undefined,
    `${CREATE} ${IMAGE} --driver-opt network=host --driver-opt env.HTTP_PROXY=http://p:3128`,
  ],
  'with an image of the user’s, as setup-buildx’s users say it': [
    { driverOptions: ['network=host', 'image=moby/buildkit:master'] },
    undefined,
    `${CREATE} --driver-opt network=host --driver-opt image=moby/buildkit:master`,
  ],
  'with flags, and platforms that it is for': [
    { flags: '--debug --oci-worker-gc', platforms: ['linux/arm64', 'linux/arm/v6'].map(parsePlatform) },
    undefined,
    `${CREATE} ${IMAGE} --buildkitd-flags --debug --oci-worker-gc --platform linux/arm64,linux/arm/v6`,
  ],
  'in a docker context': [{ endpoint: 'arm-machine' }, undefined, `${CREATE} ${IMAGE} arm-machine`],
  'of a BuildKit elsewhere, which has its image': [
    { driver: 'remote', endpoint: 'tcp://buildkit:1234' },
    undefined,
    'docker buildx create --name multiarch-1 --driver remote tcp://buildkit:1234',
  ],
  'with a buildkitd.toml': [
    {},
    '/own/buildx/b.toml',
    `${CREATE} ${IMAGE} --buildkitd-config /own/buildx/b.toml`,
  ],
}

describe('a builder is created', () => {
  for (const [name, [plan, config, said]] of Object.entries(creations))
    test(name, () =>
      assert.equal(
        ['docker', ...createArguments({ ...PLAN, ...plan }, { ...PLAN, name: '', ...plan }, 0, config)].join(
          ' ',
        ),
        said,
      ),
    )
})

describe('preparing a builder', () => {
  test('writes it down before it exists, and does not start it', async () => {
    const { did, environments, ...rest } = world()
    assert.deepEqual(await prepareBuilder(PLAN, rest), {
      ...{ kind: 'builder', name: 'multiarch-1', env: { BUILDX_CONFIG: '/own/buildx' } },
    })
    assert.deepEqual(did, [NOTE, `${CREATE} ${IMAGE}`, 'fetch moby/buildkit:buildx-stable-1'])
    assert.deepEqual(environments[0], { BUILDX_CONFIG: '/own/buildx' })
  })

  test('fetches its image first where a mirror may have it under another name', async () => {
    const { did, ...rest } = world()
    await prepareBuilder({ ...PLAN, imageMirrors: ['m.io'], driverOptions: ['image=b:1'] }, rest)
    assert.deepEqual(did, ['fetch b:1', NOTE, `${CREATE} --driver-opt image=m.io/b:1`])
  })

  test('fetches no image for a BuildKit elsewhere', async () => {
    const { did, ...rest } = world()
    await prepareBuilder({ ...PLAN, driver: 'remote', endpoint: 'tcp://buildkit:1234' }, rest)
    await prepareBuilder({ ...PLAN, endpoint: 'arm-machine' }, rest)
    assert.ok(!did.some((effect) => effect.startsWith('fetch')))
  })

  test('borrows the user’s scoped logins, where there are some', async () => {
    const { did, ...rest } = world({}, ['/home/octo/.docker/buildx/config'])
    await prepareBuilder(PLAN, rest)
    assert.deepEqual(did.slice(0, 2), ['link /home/octo/.docker/buildx/config as /own/buildx/config', NOTE])
  })

  test('writes a buildkitd.toml beside it, and names it', async () => {
    const { did, ...rest } = world()
    await prepareBuilder({ ...PLAN, config: { ...PLAN.config, text: 'debug = true' } }, rest)
    assert.deepEqual(did.slice(0, 3), [
      'write /own/buildx/buildkitd.toml: debug = true',
      NOTE,
      `${CREATE} ${IMAGE} --buildkitd-config /own/buildx/buildkitd.toml`,
    ])
  })

  test('that fails says what buildx said; it is in the ledger all the same', async () => {
    const { did, ...rest } = world({ [CREATE]: { code: 1, stderr: 'ERROR: invalid driver option "x"\n' } })
    await assert.rejects(prepareBuilder(PLAN, rest), (error) => {
      assert.ok(error instanceof BuilderError)
      assert.equal(error.builder, 'multiarch-1')
      assert.equal(error.said, 'ERROR: invalid driver option "x"')
      return true
    })
    assert.ok(did.includes(NOTE))
  })
})

const INSPECTED =
  'Name: x\nDriver: docker-container\n\nNodes:\nBuildKit version: v0.32.1\nPlatforms: linux/amd64, linux/arm64\n'

/** Of a real pod that took 33 s to boot: buildx 0.36 prints this and exits 0. */
const UNTOLD = `Name:          k2
Driver:        kubernetes
Last Activity: 2026-11-21 07:33:57 +0000 UTC

Nodes:
Name:                  k20
Endpoint:              kubernetes:///k2?deployment=buildkit-57512742
Status:                inactive
BuildKit daemon flags: --allow-insecure-entitlement=network.host
`

describe('booting a builder again', () => {
  test('stops it first', async () => {
    const { did, ...rest } = world({ docker: { stdout: INSPECTED } })
    assert.equal((await reboot({ name: 'mine', env: {} }, rest)).buildkit, 'v0.32.1')
    assert.deepEqual(did, ['docker buildx stop mine', 'docker buildx inspect --bootstrap mine'])
  })

  test('that cannot be stopped is an error with what was said', async () => {
    const { did, ...rest } = world({ 'docker buildx stop': { code: 1, stderr: 'ERROR: no' } })
    await assert.rejects(reboot({ name: 'mine', env: {} }, rest), BuilderError)
    assert.deepEqual(did, ['docker buildx stop mine'])
  })
})

describe('booting a builder', () => {
  test('tells what it is and what its start said', async () => {
    const env = { BUILDX_CONFIG: '/own/buildx' }
    const { said, did, environments, ...rest } = world({
      docker: { stdout: INSPECTED, stderr: '#1 booting\n\n#1 done\n' },
    })
    const { platforms, natives, nodes, ...builder } = await boot('multiarch-1', env, rest)
    assert.deepEqual(builder, {
      ...{ name: 'multiarch-1', env, driver: 'docker-container', buildkit: 'v0.32.1', errors: [] },
    })
    assert.equal(nodes.length, 1)
    assert.deepEqual(platforms.map(formatPlatform), ['linux/amd64', 'linux/arm64'])
    assert.deepEqual(natives.map(formatPlatform), ['linux/amd64'])
    assert.deepEqual(did, ['docker buildx inspect --bootstrap multiarch-1'])
    assert.deepEqual(environments, [env])
    assert.deepEqual(said, ['#1 booting', '#1 done'])
  })

  test('asks once more where the boot took all the time that buildx gives a node to answer', async () => {
    const { did, said, ...rest } = world({
      'docker buildx inspect --bootstrap': { stdout: UNTOLD, stderr: '#1 waiting for 1 pods 34.6s done' },
      'docker buildx inspect': { stdout: INSPECTED },
    })
    const { platforms } = await boot('mine', {}, rest)
    assert.deepEqual(platforms.map(formatPlatform), ['linux/amd64', 'linux/arm64'])
    assert.deepEqual(did, ['docker buildx inspect --bootstrap mine', 'docker buildx inspect mine'])
  })

  test('that fails names the builder and what was said', async () => {
    const { said, ...rest } = world({ docker: { code: 1, stderr: 'ERROR: no builder "mine" found\n' } })
    await assert.rejects(boot('mine', {}, rest), (error) => {
      assert.ok(error instanceof BuilderError)
      assert.equal(error.message, 'the builder "mine" did not start')
      assert.equal(error.said, 'ERROR: no builder "mine" found')
      return true
    })
    assert.deepEqual(said, ['ERROR: no builder "mine" found'])
  })

  test('with no node that works fails, though buildx exits 0', async () => {
    const { said, ...rest } = world({
      docker: { stdout: 'Driver: remote\n\nNodes:\nName: gone\nError: connection refused\n' },
    })
    await assert.rejects(boot('mine', {}, rest), (error: unknown) => {
      assert.ok(error instanceof BuilderError)
      assert.equal(error.message, 'the builder "mine" has no node that works')
      assert.equal(error.said, 'connection refused')
      return true
    })
    assert.deepEqual(said, ['a node is out of order: connection refused'])
  })
})
