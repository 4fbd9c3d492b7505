import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { describe, test } from 'node:test'
import type { ArtifactsError } from '../../src/handoff/artifacts.ts'
import { files } from '../../src/system/files.ts'
import { fakeArtifacts, tokenOf } from '../fakes/artifacts.ts'
import { fakeProxy } from '../fakes/proxy.ts'

type Service = typeof import('../../src/handoff/service.ts')

/** GitHub's client as it ships, which is not quite as it is published: script/artifact-client.ts. */
const { openService }: Service = await import(resolve(import.meta.dirname, '../../dist/service.mjs'))

type Env = Readonly<Record<string, string>>

/** GitHub's client reads the environment itself, at each call. */
async function speaking(env: Env) {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-artifacts-'))
  speakFor(env)
  const close = () => rm(folder, { recursive: true })
  return { ...openService({ folder, files }), [Symbol.asyncDispose]: close }
}

function speakFor(env: Env) {
  Object.assign(process.env, { GITHUB_SERVER_URL: 'https://github.com', ...env })
}

for (const spelling of ['snake_case', 'camelCase'] as const) {
  describe(`the artifact service, in ${spelling},`, () => {
    test('keeps a text and gives it back', async () => {
      await using fake = await fakeArtifacts({ spelling })
      await using service = await speaking(fake.env)
      assert.equal(await service.create('multiarch-a-x', 'Größe: 1'), true)
      const [found] = await service.list('multiarch-a-x')
      assert.ok(found)
      assert.equal(await service.read(found), 'Größe: 1')
    })

    test('says where a name is taken, and changes nothing', async () => {
      await using fake = await fakeArtifacts({ spelling })
      await using service = await speaking(fake.env)
      await service.create('multiarch-a-x', 'one')
      assert.equal(await service.create('multiarch-a-x', 'two'), false)
      const [found] = await service.list('multiarch-a-x')
      assert.equal(found && (await service.read(found)), 'one')
    })

    test('forgets what is removed, and minds not what is gone already', async () => {
      await using fake = await fakeArtifacts({ spelling })
      await using service = await speaking(fake.env)
      await service.create('multiarch-a-x', 'one')
      const [found] = await service.list('multiarch-a-x')
      assert.ok(found)
      await service.remove('multiarch-a-x')
      await service.remove('multiarch-a-x')
      assert.equal(await service.read(found), undefined)
    })

    test('gives to one job what another has left, and lets it take the place', async () => {
      await using fake = await fakeArtifacts({ spelling })
      await using service = await speaking(fake.envOf('job-9'))
      await service.create('multiarch-a-x', 'one')
      speakFor(fake.env)
      const [found] = await service.list('multiarch-a-')
      assert.ok(found)
      assert.equal(await service.read(found), 'one')
      assert.equal(await service.create('multiarch-a-x', 'two'), false)
      await service.remove(found.name)
      assert.equal(await service.create('multiarch-a-x', 'two'), true)
    })

    test('lists what begins so, and nothing that is not whole', async () => {
      await using fake = await fakeArtifacts({ spelling })
      await using service = await speaking(fake.env)
      for (const name of ['multiarch-a-x', 'multiarch-a-y', 'multiarch-ab-x', 'other'])
        await service.create(name, name)
      fake.begin('multiarch-a-z')
      const names = (await service.list('multiarch-a-')).map(({ name }) => name)
      assert.deepEqual(names.toSorted(), ['multiarch-a-x', 'multiarch-a-y'])
    })
  })
}

test('many are read a few at a time', async () => {
  await using fake = await fakeArtifacts()
  await using service = await speaking(fake.env)
  const names = Array.from({ length: 20 }, (_, number) => `multiarch-a-${number}`)
  for (const name of names) await service.create(name, name)
  const found = await service.list('multiarch-a-')
  const before = fake.requests.length
  const texts = await Promise.all(found.map(service.read))
  assert.deepEqual(texts.toSorted(), names.toSorted())
  // Each begins with a list of its own, and is not done before its bytes are asked for.
  let begun = 0
  const abreast = fake.requests.slice(before).map(({ method, path }) => {
    if (path.endsWith('/ListArtifacts')) begun += 1
    if (method === 'GET') begun -= 1
    return begun
  })
  const most = Math.max(...abreast)
  assert.ok(most > 1 && most <= 5, `${most}`)
})

test('no server but GitHub has it, and that is told apart', async () => {
  await using fake = await fakeArtifacts()
  await using service = await speaking({ ...fake.env, GITHUB_SERVER_URL: 'https://github.example.com' })
  await assert.rejects(
    service.create('x', 'y'),
    isError({ absent: true, said: /no artifact service: .* github\.com and ghe\.com only/ }),
  )
  await assert.rejects(
    service.list('x'),
    isError({ absent: true, said: /no artifact service: .* github\.com and ghe\.com only/ }),
  )
  assert.deepEqual(fake.requests, [])
})

test('it is asked through the proxy of the job, as is the store that it names', async (t) => {
  await using fake = await fakeArtifacts()
  const { host } = new URL(fake.env.ACTIONS_RESULTS_URL)
  await using proxy = await fakeProxy({ to: host, tunnelTo: host })
  t.after(() => delete process.env['http_proxy'])
  // Nobody else knows where that is.
  const far = { ACTIONS_RESULTS_URL: 'http://results.test/', http_proxy: proxy.url }
  await using service = await speaking({ ...fake.env, ...far })
  assert.equal(await service.create('multiarch-a-x', 'one'), true)
  const [found] = await service.list('multiarch-a-x')
  assert.equal(found && (await service.read(found)), 'one')
})

describe('it fails', () => {
  test('in its own words', async () => {
    await using fake = await fakeArtifacts()
    const ACTIONS_RUNTIME_TOKEN = `${tokenOf('run-1', 'job-3')}?`
    await using service = await speaking({ ...fake.env, ACTIONS_RUNTIME_TOKEN })
    const error = isError({ absent: false, said: /\(401\) Unauthorized: who are you\?/ })
    await assert.rejects(service.create('x', 'y'), error)
    await assert.rejects(service.list(''), error)
  })

  test('where a name is taken by what was never finished', async () => {
    await using fake = await fakeArtifacts()
    await using service = await speaking(fake.env)
    fake.begin('multiarch-a-x')
    await assert.rejects(service.create('multiarch-a-x', 'y'), isError({ absent: false, said: /\(409\)/ }))
  })

  test('where nobody listens', async () => {
    const fake = await fakeArtifacts()
    await fake[Symbol.asyncDispose]()
    await using service = await speaking(fake.env)
    await assert.rejects(service.list(''), isError({ absent: false, said: /ECONNREFUSED/ }))
  })
})

function isError({ absent, said }: { absent: boolean; said: RegExp }) {
  return (error: ArtifactsError) => {
    assert.equal(error.name, 'ArtifactsError')
    assert.match(error.message, said)
    assert.equal(error.absent, absent)
    assert.ok(!error.message.includes('eyJ'), 'a token is in it')
    return true
  }
}
