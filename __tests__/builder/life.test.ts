import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { removeBuilder } from '../../src/builder/builder.ts'
import { prepareBuilder } from '../../src/builder/prepare.ts'
import type { Finished } from '../../src/system/processes.ts'
import { CREATE, IMAGE, NOTE, PLAN, world } from './stage.ts'

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

test('a builder is removed with the buildx that has made it', async () => {
  const { did, ...rest } = world()
  const entry = await prepareBuilder({ ...PLAN, buildx: '/tools/docker-buildx' }, rest)
  did.length = 0
  await removeBuilder(entry, rest.run)
  assert.deepEqual(did, ['/tools/docker-buildx rm --force multiarch-1'])
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
