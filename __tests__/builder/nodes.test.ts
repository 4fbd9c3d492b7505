import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BuilderError } from '../../src/builder/builder.ts'
import { type NodeSpec, readCertificates } from '../../src/builder/nodes.ts'
import { prepareBuilder } from '../../src/builder/prepare.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { CREATE, IMAGE, PLAN, world } from './stage.ts'

const NODE: NodeSpec = { name: '', endpoint: 'arm-machine', driverOptions: [], flags: '', platforms: [] }
const APPEND = 'docker buildx create --name multiarch-1 --append'
const REMOTE = { ...PLAN, driver: 'remote', endpoint: 'tcp://a:1' } as const

const created = (did: readonly string[]) => did.filter((effect) => effect.includes(' create '))

describe('a builder of several nodes is created', () => {
  test('node by node, each with its own settings, and with the builder’s image and buildkitd.toml', async () => {
    const { did, ...rest } = world()
    const nodes: readonly NodeSpec[] = [
      { ...NODE, platforms: ['linux/arm64', 'linux/arm'].map(parsePlatform), flags: '--debug' },
      { ...NODE, name: 'big', endpoint: 'ssh://s390x', driverOptions: ['network=host', 'image=own:1'] },
    ]
    await prepareBuilder({ ...PLAN, nodes, config: { ...PLAN.config, text: 'debug = true' } }, rest)
    const config = '--buildkitd-config /own/buildx/buildkitd.toml'
    assert.deepEqual(created(did), [
      `${CREATE} ${IMAGE} ${config}`,
      `${APPEND} ${IMAGE} --buildkitd-flags --debug --platform linux/arm64,linux/arm/v7 ${config} arm-machine`,
      `${APPEND} --node big --driver-opt network=host --driver-opt image=own:1 ${config} ssh://s390x`,
    ])
  })

  test('by the remote driver, with certificates of each that only we can read', async () => {
    const { did, ...rest } = world()
    const nodes = [{ ...NODE, endpoint: 'tcp://b:1' }]
    const certificates = new Map([
      [1, { cacert: 'CA', cert: 'CERT', key: 'KEY' }],
      [7, { cacert: 'nobody’s' }],
    ])
    await prepareBuilder({ ...REMOTE, nodes, certificates }, rest)
    const [ca, cert, key] = ['cacert', 'cert', 'key'].map((kind) => `/own/buildx/node-1-${kind}.pem`)
    assert.deepEqual(
      did.filter((effect) => effect.startsWith('write')),
      [`write ${ca}: CA\n`, `write ${cert}: CERT\n`, `write ${key}: KEY\n`],
    )
    assert.deepEqual(created(did), [
      'docker buildx create --name multiarch-1 --driver remote tcp://a:1',
      `${APPEND} --driver-opt cacert=${ca} --driver-opt cert=${cert} --driver-opt key=${key} tcp://b:1`,
    ])
  })

  test('that stays: what it is known by stays in the user’s folder', async () => {
    const { did, ...rest } = world()
    await prepareBuilder({ ...REMOTE, cleanup: false, certificates: new Map([[0, { cacert: 'CA' }]]) }, rest)
    assert.deepEqual(did[0], 'write /home/octo/.docker/buildx/certs/multiarch-1/node-0-cacert.pem: CA\n')
  })

  test('by another driver: certificates are not used, and that is said', async () => {
    const { did, said, ...rest } = world()
    await prepareBuilder({ ...PLAN, certificates: new Map([[0, { cacert: 'CA' }]]) }, rest)
    assert.deepEqual(created(did), [`${CREATE} ${IMAGE}`])
    assert.match(said[0] ?? '', /^BUILDER_NODE_0_AUTH_TLS_… is for the driver remote/)
  })

  test('up to the one that cannot be: it is named, with what buildx said', async () => {
    const { did, ...rest } = world({
      [APPEND]: { code: 1, stderr: 'ERROR: invalid duplicate endpoint tcp://a:1' },
    })
    await assert.rejects(prepareBuilder({ ...REMOTE, nodes: [NODE, NODE] }, rest), (error) => {
      assert.ok(error instanceof BuilderError)
      assert.equal(error.message, 'node 1 of it could not be added')
      assert.match(error.said, /duplicate endpoint/)
      return true
    })
    assert.equal(created(did).length, 2)
  })
})

describe('on Kubernetes a builder is created', () => {
  const K8S = 'docker buildx create --name multiarch-1 --driver kubernetes'
  const cases: Readonly<Record<string, readonly [plan: Partial<typeof PLAN>, said: string]>> = {
    'as it is by itself': [{}, K8S],
    'with what Kubernetes is told': [
      { driverOptions: ['namespace=ci', 'rootless=true', '"nodeselector=kubernetes.io/arch=arm64"'] },
      `${K8S} --driver-opt namespace=ci --driver-opt rootless=true --driver-opt "nodeselector=kubernetes.io/arch=arm64"`,
    ],
    'with an image of the user’s': [{ image: 'own:1' }, `${K8S} --driver-opt image=own:1`],
    'with flags and platforms': [
      { flags: '--debug', platforms: [parsePlatform('linux/arm64')] },
      `${K8S} --buildkitd-flags --debug --platform linux/arm64`,
    ],
  }
  for (const [name, [plan, said]] of Object.entries(cases))
    test(name, async () => {
      const { did, ...rest } = world()
      await prepareBuilder({ ...PLAN, ...plan, driver: 'kubernetes' }, rest)
      assert.deepEqual(did.slice(1), [said], 'no engine is asked for anything')
    })
})

test('certificates are read from the environment, for each node', () => {
  const PREFIX = 'BUILDER_NODE'
  const read = readCertificates({
    [`${PREFIX}_0_AUTH_TLS_CACERT`]: 'a',
    [`${PREFIX}_12_AUTH_TLS_CERT`]: 'b',
    [`${PREFIX}_12_AUTH_TLS_KEY`]: 'c',
    [`${PREFIX}_2_AUTH_TLS_KEY`]: '',
    [`${PREFIX}_3_AUTH_TLS_TOKEN`]: 'd',
    BUILDER_NODE_AUTH_TLS_KEY: 'e',
  })
  assert.deepEqual(
    [...read],
    [
      [0, { cacert: 'a' }],
      [12, { cert: 'b', key: 'c' }],
    ],
  )
})
