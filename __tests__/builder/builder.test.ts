import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  BuilderError,
  type BuilderPlan,
  type BuilderWorld,
  boot,
  createArguments,
  type MadeBuilder,
  prepareBuilder,
  removeBuilder,
  requirePushByDigest,
} from '../../src/builder/builder.ts'
import type { MadeContext } from '../../src/builder/tls-context.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import type { Environment, Finished, Run } from '../../src/system/processes.ts'
import { SPEC } from '../fakes/world.ts'

const PLAN: BuilderPlan = {
  ...SPEC,
  ...{ name: 'multiarch-1', tls: undefined },
  ...{ folder: '/own/buildx', usersFolder: '/home/octo/.docker/buildx' },
}

const CREATE = 'docker buildx create --name multiarch-1 --driver docker-container'
const IMAGE = '--driver-opt image=moby/buildkit:buildx-stable-1'
const LOOK = 'docker image inspect --format {{.Id}}'

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
    `${CREATE} ${IMAGE} --driver-opt network=host`,
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
      assert.equal(['docker', ...createArguments({ ...PLAN, ...plan }, config)].join(' '), said),
    )
})

type Answers = Readonly<Record<string, Partial<Finished>>>

/** A world of literals; commands are answered by how they begin, and everything is noted in order. */
function world(answers: Answers = {}, there: readonly string[] = []) {
  const did: string[] = []
  const environments: (Environment | undefined)[] = []
  const run: Run = (program, args, options) => {
    const command = [program, ...args].join(' ')
    did.push(command)
    environments.push(options?.env)
    const [, answer = {}] = Object.entries(answers).find(([begin]) => command.startsWith(begin)) ?? []
    return Promise.resolve({ code: 0, stdout: '', stderr: '', ...answer })
  }
  const files: BuilderWorld['files'] = {
    exists: (path) => Promise.resolve(there.includes(path)),
    write: (path, text) => Promise.resolve(void did.push(`write ${path}: ${text}`)),
    link: (target, path) => Promise.resolve(void did.push(`link ${target} as ${path}`)),
  }
  const said: string[] = []
  const note = (entry: MadeBuilder | MadeContext) =>
    did.push(`note ${entry.kind} ${entry.name}${'env' in entry ? ` in ${entry.env['BUILDX_CONFIG']}` : ''}`)
  return { run, files, note, say: (line: string) => said.push(line), did, said, environments }
}

const NOTE = 'note builder multiarch-1 in /own/buildx'

describe('preparing a builder', () => {
  test('writes it down before it exists, and does not start it', async () => {
    const { did, environments, ...rest } = world()
    assert.deepEqual(await prepareBuilder(PLAN, rest), {
      ...{ kind: 'builder', name: 'multiarch-1', env: { BUILDX_CONFIG: '/own/buildx' } },
    })
    assert.deepEqual(did, [NOTE, `${CREATE} ${IMAGE}`, `${LOOK} moby/buildkit:buildx-stable-1`])
    assert.deepEqual(environments[0], { BUILDX_CONFIG: '/own/buildx' })
  })

  test('fetches its image meanwhile, where it is missing', async () => {
    const image = 'moby/buildkit:master'
    const { did, said, ...rest } = world({ [LOOK]: { code: 1 } })
    await prepareBuilder({ ...PLAN, driverOptions: [`image=${image}`] }, rest)
    assert.deepEqual(did.slice(-2), [`${LOOK} ${image}`, `docker pull --quiet ${image}`])
    assert.deepEqual(said, [`pulled ${image}`])
  })

  test('goes on where the image cannot be fetched: the boot will say it better', async () => {
    const { said, ...rest } = world({ [LOOK]: { code: 1 }, 'docker pull': { code: 1 } })
    await prepareBuilder(PLAN, rest)
    assert.deepEqual(said, ['could not pull moby/buildkit:buildx-stable-1 ahead of time'])
  })

  test('borrows the user’s scoped logins, where there are some', async () => {
    const { did, ...rest } = world({}, ['/home/octo/.docker/buildx/config'])
    await prepareBuilder(PLAN, rest)
    assert.deepEqual(did.slice(0, 2), ['link /home/octo/.docker/buildx/config as /own/buildx/config', NOTE])
  })

  test('writes a buildkitd.toml beside it, and names it', async () => {
    const { did, ...rest } = world()
    await prepareBuilder({ ...PLAN, config: { text: 'debug = true' } }, rest)
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

describe('booting a builder', () => {
  test('tells what it is and what its start said', async () => {
    const env = { BUILDX_CONFIG: '/own/buildx' }
    const { said, did, environments, ...rest } = world({
      docker: { stdout: INSPECTED, stderr: '#1 booting\n\n#1 done\n' },
    })
    const { platforms, natives, ...builder } = await boot('multiarch-1', env, rest)
    assert.deepEqual(builder, {
      ...{ name: 'multiarch-1', env, driver: 'docker-container', buildkit: 'v0.32.1', errors: [] },
    })
    assert.deepEqual(platforms.map(formatPlatform), ['linux/amd64', 'linux/arm64'])
    assert.deepEqual(natives.map(formatPlatform), ['linux/amd64'])
    assert.deepEqual(did, ['docker buildx inspect --bootstrap multiarch-1'])
    assert.deepEqual(environments, [env])
    assert.deepEqual(said, ['#1 booting', '#1 done'])
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

describe('an engine behind TLS', () => {
  const tls = { host: 'tcp://docker:2376', certificates: '/certs/client' }
  const CONTEXT =
    'docker context create multiarch-1-engine --docker host=tcp://docker:2376,ca=/certs/client/ca.pem,cert=/certs/client/cert.pem,key=/certs/client/key.pem'

  test('gets a context of its own, noted before it is there, and the builder is made in it', async () => {
    const { did, ...rest } = world()
    await prepareBuilder({ ...PLAN, tls }, rest)
    assert.deepEqual(did.slice(0, 4), [
      'note context multiarch-1-engine',
      CONTEXT,
      NOTE,
      `${CREATE} ${IMAGE} multiarch-1-engine`,
    ])
  })

  test('for which no context can be made fails with docker’s words', async () => {
    const { did, ...rest } = world({
      'docker context create': { code: 1, stderr: 'unable to read certificates' },
    })
    await assert.rejects(
      prepareBuilder({ ...PLAN, tls }, rest),
      /no docker context could be made for tcp:\/\/docker:2376/,
    )
    assert.ok(!did.some((effect) => effect.startsWith(CREATE)))
  })
})

describe('a builder that stays', () => {
  test('is in no ledger, and among the user’s own', async () => {
    const { did, environments, ...rest } = world()
    await prepareBuilder({ ...PLAN, cleanup: false }, rest)
    assert.ok(!did.some((effect) => effect.startsWith('note')))
    assert.deepEqual(environments[0], {})
  })

  test('is removed without its cache where that shall stay', async () => {
    const { did, ...rest } = world()
    await removeBuilder({ kind: 'builder', name: 'multiarch-1', env: {}, keepState: true }, rest.run)
    assert.deepEqual(did, ['docker buildx rm --force --keep-state multiarch-1'])
  })
})

describe('pushing by digest', () => {
  const builder = { name: 'default', env: {}, buildkit: '', platforms: [], natives: [], errors: [] }
  test('is what the docker driver cannot', () => {
    assert.throws(() => requirePushByDigest({ ...builder, driver: 'docker' }), /"default" cannot be used/)
  })
  test('is what any other can', () => {
    assert.doesNotThrow(() => requirePushByDigest({ ...builder, driver: 'docker-container' }))
  })
})

const removals: Readonly<Record<string, readonly [answer: Partial<Finished>, code: number]>> = {
  'that is there': [{ stdout: 'multiarch-1 removed\n' }, 0],
  'that is gone already': [{ code: 1, stderr: 'ERROR: no builder "multiarch-1" found\n' }, 0],
  'that will not go': [{ code: 1, stderr: 'ERROR: Cannot connect to the Docker daemon' }, 1],
}

describe('removing a builder', () => {
  for (const [name, [answer, code]] of Object.entries(removals)) {
    test(name, async () => {
      const env = { BUILDX_CONFIG: '/own/buildx' }
      const { run, did, environments } = world({ docker: answer })
      assert.equal((await removeBuilder({ kind: 'builder', name: 'multiarch-1', env }, run)).code, code)
      assert.deepEqual(did, ['docker buildx rm --force multiarch-1'])
      assert.deepEqual(environments, [env])
    })
  }
})
