import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ArtifactsError } from '../../src/handoff/artifacts.ts'
import { openService } from '../../src/handoff/service.ts'
import { zipOf } from '../../src/handoff/zip.ts'
import { fakeArtifacts, tokenOf } from '../fakes/artifacts.ts'

type Fake = Awaited<ReturnType<typeof fakeArtifacts>>

async function speaking(fake: Pick<Fake, 'env'>, token = fake.env.ACTIONS_RUNTIME_TOKEN) {
  const waits: number[] = []
  const service = openService(
    { url: fake.env.ACTIONS_RESULTS_URL, token },
    {
      ...{ userAgent: 'test', now: () => 0, random: () => 0, note: () => {} },
      pause: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
    },
  )
  return await Promise.resolve({ ...service, waits, [Symbol.asyncDispose]: () => service.close() })
}

for (const spelling of ['snake_case', 'camelCase'] as const) {
  describe(`the artifact service, in ${spelling},`, () => {
    test('keeps a text and gives it back', async () => {
      await using fake = await fakeArtifacts({ spelling })
      await using service = await speaking(fake)
      assert.equal(await service.create('multiarch-a-x', 'one'), true)
      assert.equal(await service.read({ name: 'multiarch-a-x' }), 'one')
      assert.deepEqual(fake.zips().get('multiarch-a-x'), Buffer.from(zipOf('record.json', 'one')))
    })

    test('says where a name is taken, and changes nothing', async () => {
      await using fake = await fakeArtifacts({ spelling })
      await using service = await speaking(fake)
      await service.create('multiarch-a-x', 'one')
      assert.equal(await service.create('multiarch-a-x', 'two'), false)
      assert.equal(await service.read({ name: 'multiarch-a-x' }), 'one')
    })

    test('forgets what is removed, and minds not what is gone already', async () => {
      await using fake = await fakeArtifacts({ spelling })
      await using service = await speaking(fake)
      await service.create('multiarch-a-x', 'one')
      await service.remove({ name: 'multiarch-a-x' })
      await service.remove({ name: 'multiarch-a-x' })
      assert.equal(await service.read({ name: 'multiarch-a-x' }), undefined)
    })

    test('gives to one job what another has left, and lets it take the place', async () => {
      await using fake = await fakeArtifacts({ spelling })
      await using service = await speaking(fake)
      await using other = await speaking({ env: fake.envOf('job-9') })
      await other.create('multiarch-a-x', 'one')
      const [found] = await service.list('multiarch-a-')
      assert.ok(found)
      assert.equal(await service.read(found), 'one')
      assert.equal(await service.create('multiarch-a-x', 'two'), false)
      await service.remove(found)
      assert.equal(await service.create('multiarch-a-x', 'two'), true)
    })

    test('lists what begins so, and nothing that is not whole', async () => {
      await using fake = await fakeArtifacts({ spelling })
      await using service = await speaking(fake)
      for (const name of ['multiarch-a-x', 'multiarch-a-y', 'multiarch-ab-x', 'other'])
        await service.create(name, name)
      fake.begin('multiarch-a-z')
      const names = (await service.list('multiarch-a-')).map(({ name }) => name)
      assert.deepEqual(names, ['multiarch-a-x', 'multiarch-a-y'])
    })
  })
}

test('what is sent is what the official client sends', async () => {
  await using fake = await fakeArtifacts()
  await using service = await speaking(fake)
  await service.create('multiarch-x', '{"a":1}')
  await service.list('multiarch-')
  await service.read({ name: 'multiarch-x' })
  await service.remove({ name: 'multiarch-x' })
  const official: readonly Recorded[] = JSON.parse(
    readFileSync(join(import.meta.dirname, '../fixtures/artifacts/official-6.0.0.json'), 'utf8'),
  ).requests
  for (const { method, path, headers, body } of fake.requests) {
    const kind = kindOf(path)
    const theirs = official.filter((one) => one.method === method && kindOf(one.url) === kind)
    assert.ok(theirs.length > 0, `they send no ${method} ${kind}`)
    assert.ok(theirs.some((one) => one.headers['content-type'] === headers['content-type']))
    assert.ok(theirs.every((one) => 'authorization' in one.headers === 'authorization' in headers))
    if (!kind.startsWith('/twirp')) continue
    const ours: Record<string, unknown> = JSON.parse(body.toString('utf8'))
    assert.ok(
      theirs.some(({ body }) =>
        Object.keys(ours).every((field) => typeof body[field] === typeof ours[field]),
      ),
      `${kind} has fields of ours: ${body}`,
    )
  }
  assert.deepEqual(
    fake.requests.map(({ method, path }) => `${method} ${kindOf(path).split('/').at(-1)}`),
    [
      ...['POST CreateArtifact', 'PUT block', 'PUT blocklist', 'POST FinalizeArtifact'],
      ...['POST ListArtifacts', 'POST GetSignedArtifactURL', 'GET ', 'POST DeleteArtifact'],
    ],
  )
})

type Recorded = Readonly<{
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body: Readonly<Record<string, unknown>>
}>

/** The call, or what is done to a blob. */
function kindOf(path: string): string {
  const { pathname, searchParams } = new URL(path, 'http://fake')
  return pathname.startsWith('/twirp') ? pathname : `blob/${searchParams.get('comp') ?? ''}`
}

describe('it is not there, in a way that is told apart,', () => {
  for (const status of [404, 501]) {
    test(`where it answers ${status}, as other servers do`, async () => {
      await using fake = await fakeArtifacts({ status })
      await using service = await speaking(fake)
      await assert.rejects(service.create('x', 'y'), isError({ absent: true, said: new RegExp(`${status}`) }))
    })
  }

  test('where the token is none of a run', async () => {
    await using fake = await fakeArtifacts()
    for (const token of ['secret', `a.${btoa('{"scp":"Actions.Results:only"}')}.c`]) {
      await assert.rejects(
        async () => await speaking(fake, token),
        isError({ absent: true, said: /names no run/ }),
      )
    }
  })
})

describe('it fails', () => {
  test('in its own words', async () => {
    await using fake = await fakeArtifacts()
    await using service = await speaking(fake, `${tokenOf('run-1', 'job-3')}?`)
    await assert.rejects(service.list(''), isError({ absent: false, said: /401 who are you\?/ }))
  })

  test('after several tries, where it is out of order', async () => {
    await using fake = await fakeArtifacts({ status: 503 })
    await using service = await speaking(fake)
    await assert.rejects(service.list(''), isError({ absent: false, said: /503/ }))
    assert.equal(service.waits.length, 5)
  })

  test('where nobody listens', async () => {
    const fake = await fakeArtifacts()
    await fake[Symbol.asyncDispose]()
    await using service = await speaking(fake)
    await assert.rejects(service.list(''), isError({ absent: false, said: /ECONNREFUSED/ }))
  })
})

function isError({ absent, said }: { absent: boolean; said: RegExp }) {
  return (error: unknown) => {
    assert.ok(error instanceof ArtifactsError)
    assert.match(error.message, said)
    assert.equal(error.absent, absent)
    assert.ok(!error.message.includes('eyJ'), 'a token is in it')
    return true
  }
}
