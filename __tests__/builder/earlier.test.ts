import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BuilderPlan } from '../../src/builder/builder.ts'
import { earlierBuilder, markOf } from '../../src/builder/earlier.ts'
import { prepareBuilder } from '../../src/builder/prepare.ts'
import { CREATE, PLAN, world } from './stage.ts'

const OWN = '/temp/multiarch-1/buildx'
const EARLIER = '/temp/multiarch-0/buildx'
const SECOND: BuilderPlan = { ...PLAN, folder: OWN, job: '/temp' }
const none = { read: () => Promise.resolve(undefined) }

/** The files of a job in which an earlier step has made a builder with this plan. */
async function jobWith(plan: BuilderPlan, there = [`${EARLIER}/instances/multiarch-0`]) {
  const mark = await markOf(plan, undefined, none)
  return [`${EARLIER}/${mark}`, ...there]
}

describe('a second step of a job', () => {
  test('uses the builder that the first has made: nothing is created, noted or fetched', async () => {
    const { did, said, ...rest } = world({}, await jobWith(SECOND), ['multiarch-0', 'other', 'multiarch-1'])
    const made = await prepareBuilder(SECOND, { ...rest, say: (line) => said.push(line) })
    assert.deepEqual(made, { kind: 'builder', name: 'multiarch-0', env: { BUILDX_CONFIG: EARLIER } })
    assert.deepEqual(did, [])
    assert.match(said[0] ?? '', /multiarch-0 of an earlier step/)
  })

  test('lends it logins that were made since', async () => {
    const logins = `${PLAN.usersFolder}/config`
    const { did, ...rest } = world({}, [...(await jobWith(SECOND)), logins], ['multiarch-0'])
    await prepareBuilder(SECOND, rest)
    assert.deepEqual(did, [`link ${logins} as ${EARLIER}/config`])
    const again = world({}, [...(await jobWith(SECOND)), logins, `${EARLIER}/config`], ['multiarch-0'])
    await prepareBuilder(SECOND, again)
    assert.deepEqual(again.did, [])
  })

  test('makes its own where that has been removed, and leaves a mark for the next', async () => {
    const { did, ...rest } = world({}, await jobWith(SECOND, []), ['multiarch-0', 'multiarch-1'])
    const made = await prepareBuilder(SECOND, rest)
    assert.equal(made.name, 'multiarch-1')
    assert.deepEqual(did.at(-1), `write ${OWN}/${await markOf(SECOND, undefined, none)}: `)
  })

  test('leaves no mark where its builder could not be made', async () => {
    const { did, ...rest } = world({ [CREATE]: { code: 1, stderr: 'no' } }, [], [])
    await assert.rejects(prepareBuilder(SECOND, rest))
    assert.ok(!did.some((effect) => effect.includes('/like-')))
  })
})

const others: Readonly<Record<string, Partial<BuilderPlan>>> = {
  image: { image: 'moby/buildkit:v0.20.0' },
  'driver option': { driverOptions: ['network=host'] },
  flag: { flags: '--debug' },
  node: { nodes: [{ ...PLAN, name: 'arm', endpoint: 'ssh://arm' }] },
  engine: { at: ['tcp://elsewhere:2375', 'default'] },
  mirror: { imageMirrors: ['mirror.lan'] },
}

describe('a builder is another one', () => {
  for (const [what, other] of Object.entries(others))
    test(`by its ${what}`, async () => {
      const marks = await Promise.all(
        [SECOND, { ...SECOND, ...other }].map((plan) => markOf(plan, undefined, none)),
      )
      assert.notEqual(marks[0], marks[1])
      assert.ok(marks.every((mark) => /^like-[0-9a-f]{64}$/.test(mark ?? '')))
    })

  test('by what its buildkitd.toml says, wherever that lies', async () => {
    const markIn = (path: string, text: string) =>
      markOf(SECOND, path, { read: (asked) => Promise.resolve(asked === path ? text : undefined) })
    assert.equal(await markIn('/a.toml', 'debug = true'), await markIn('/b.toml', 'debug = true'))
    assert.notEqual(await markIn('/a.toml', 'debug = true'), await markIn('/a.toml', ''))
  })

  test('by the certificates of its nodes', async () => {
    const marks = ['CA', 'another'].map((cacert) =>
      markOf({ ...SECOND, certificates: new Map([[0, { cacert }]]) }, undefined, none),
    )
    assert.notEqual(...((await Promise.all(marks)) as [unknown, unknown]))
  })
})

describe('no other step uses a builder', () => {
  const lonely: Readonly<Record<string, Partial<BuilderPlan>>> = {
    'that stays among the user’s own': { cleanup: false },
    'that runs elsewhere, and takes no time to be made': { driver: 'remote' },
    'in a cluster, which an environment names': { driver: 'kubernetes' },
    'where no folder belongs to the job': { job: undefined },
  }
  for (const [which, plan] of Object.entries(lonely))
    test(which, async () => assert.equal(await markOf({ ...SECOND, ...plan }, undefined, none), undefined))

  test('whose name it has only read in passing', async () => {
    const { files } = world({}, ['/temp/like-1', '/temp/buildx/like-1'], ['like-1', 'buildx'])
    assert.equal(await earlierBuilder('like-1', { job: '/temp' }, files), undefined)
  })
})
