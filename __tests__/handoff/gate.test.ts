import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { GateError, NothingWanted, type Objections, passGate, type Wanted } from '../../src/handoff/gate.ts'
import type { PartRecord } from '../../src/handoff/record.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { IMAGE, imageOf, legOf, partOf, RUN, recordOf } from './records.ts'

const wanting = (platforms: readonly string[], changes: Partial<Wanted> = {}): Wanted => ({
  ...{ image: IMAGE, run: RUN, plan: [], platforms: platforms.map(parsePlatform), ...changes },
})

const passing = (records: readonly PartRecord[], wanted: Wanted) =>
  passGate(records, wanted).map(({ platform, image }) => [formatPlatform(platform), image.digest])

const expected = (...names: readonly string[]) => names.map((name) => [name, partOf(name).image.digest])

function objections(
  records: readonly PartRecord[],
  wanted: Wanted,
): Objections & { found: readonly string[] } {
  try {
    passGate(records, wanted)
  } catch (error: unknown) {
    assert.ok(error instanceof GateError)
    return { ...error.objections, found: error.found }
  }
  assert.fail('all went through')
}

const NONE = { missing: [], twice: [], unexpected: [], foreign: [] }
const amd64 = recordOf(['linux/amd64', 'linux/386'])
const arm64 = recordOf(['linux/arm64'])
const PLAN = [
  legOf('linux/amd64, linux/386', 'ubuntu-24.04', 'linux/amd64', 'linux/386'),
  legOf('linux/arm64', 'self-hosted,arm64', 'linux/arm64'),
]

describe('through the gate go', () => {
  test('those that are there, where the others are optional', () => {
    const optional = ['linux/arm64', 'linux/s390x'].map(parsePlatform)
    const all = wanting(['linux/amd64', 'linux/386', 'linux/arm64', 'linux/s390x'], { optional })
    assert.deepEqual(passing([amd64], all), expected('linux/amd64', 'linux/386'))
    assert.deepEqual(passing([amd64, arm64], all), expected('linux/amd64', 'linux/386', 'linux/arm64'))
    const nothing = wanting(['linux/arm64', 'linux/s390x'], { optional })
    assert.deepEqual(objections([], nothing).missing, ['linux/arm64', 'linux/s390x'])
  })

  test('the platforms wanted, in the order wanted, however they came', () => {
    assert.deepEqual(
      passing([amd64, arm64], wanting(['linux/arm64/v8', 'linux/386', 'linux/amd64'])),
      expected('linux/arm64', 'linux/386', 'linux/amd64'),
    )
  })

  test('every version of Windows, where none is named', () => {
    const [old, last] = ['windows(10.0.17763.1)/amd64', 'windows(10.0.20348.1)/amd64']
    const both = recordOf([old ?? '', last ?? ''])
    assert.deepEqual(passing([both], wanting(['windows/amd64'])), expected(old ?? '', last ?? ''))
    assert.deepEqual(passing([both], wanting(['windows/amd64', last ?? ''])), expected(old ?? '', last ?? ''))
    assert.equal(objections([both], wanting([last ?? ''])).unexpected.length, 1)
  })

  test('what the records’ plan says, where nobody says more', () => {
    const records = [amd64, { ...arm64, plan: PLAN }]
    assert.deepEqual(passing(records, wanting([])), expected('linux/amd64', 'linux/386', 'linux/arm64'))
  })

  test('what the plan says that the merge was given', () => {
    assert.deepEqual(
      passing([arm64, amd64], wanting([], { plan: PLAN })),
      expected('linux/amd64', 'linux/386', 'linux/arm64'),
    )
  })

  test('the newest of a job that was run again, beside the older of the others', () => {
    const again = recordOf([], { run: { id: '7', attempt: 2 }, platforms: [partOf('linux/arm64', 'again')] })
    for (const records of [
      [amd64, arm64, again],
      [again, arm64, amd64],
    ]) {
      assert.deepEqual(passing(records, wanting(['linux/amd64', 'linux/386', 'linux/arm64'])), [
        ...expected('linux/amd64', 'linux/386'),
        ['linux/arm64', partOf('linux/arm64', 'again').image.digest],
      ])
    }
  })

  test('the same record, though it was given twice', () => {
    assert.deepEqual(passing([arm64, arm64], wanting(['linux/arm64'])), expected('linux/arm64'))
  })

  test('records of no run that anybody knows: other CI has other names for it', () => {
    const elsewhere = { ...arm64, run: { id: '', attempt: 1 } }
    assert.deepEqual(passing([elsewhere], wanting(['linux/arm64'])), expected('linux/arm64'))
    const here = wanting(['linux/arm64'], { run: { id: '', attempt: 1 } })
    assert.deepEqual(passing([arm64], here), expected('linux/arm64'))
  })

  test('64 platforms, each from a job of its own', () => {
    const names = Array.from({ length: 64 }, (_, number) => `linux/cpu${number}`)
    const records = names.map((name) => recordOf([name])).toReversed()
    assert.deepEqual(passing(records, wanting(names)), expected(...names))
  })
})

describe('the gate stays shut for', () => {
  test('a platform that is missing, and names the job that should have brought it', () => {
    assert.deepEqual(objections([amd64], wanting([], { plan: PLAN })), {
      ...NONE,
      missing: ['linux/arm64 (of the job "linux/arm64", on self-hosted,arm64)'],
      found: amd64.platforms.map(
        ({ platform, image }) =>
          `${formatPlatform(platform)} of the job "part" on runner of linux/amd64, ${image.digest}`,
      ),
    })
  })

  test('a platform that is missing and was never planned', () => {
    assert.deepEqual(objections([amd64], wanting(['linux/amd64', 'linux/386', 'linux/s390x'])).missing, [
      'linux/s390x',
    ])
  })

  test('a platform that two jobs have built', () => {
    const twin = recordOf([], {
      leg: { job: 'other', runner: '' },
      platforms: [partOf('linux/arm64', 'twin')],
    })
    assert.deepEqual(objections([arm64, twin], wanting(['linux/arm64'])), {
      ...NONE,
      twice: [
        `linux/arm64 of the job "part" on runner of linux/arm64, ${partOf('linux/arm64').image.digest}`,
        `linux/arm64 of the job "other", ${partOf('linux/arm64', 'twin').image.digest}`,
      ],
      found: [],
    })
  })

  test('a platform that nobody wanted', () => {
    const { unexpected, missing } = objections([amd64, arm64], wanting(['linux/amd64', 'linux/386']))
    assert.deepEqual([unexpected.length, missing], [1, []])
    assert.match(unexpected[0] ?? '', /^linux\/arm64 of the job "part"/)
  })

  const foreign: Readonly<Record<string, readonly [record: Partial<PartRecord>, said: string]>> = {
    'another image': [{ image: imageOf('ghcr.io/octo/app-api') }, 'is of ghcr.io/octo/app-api'],
    'another stage': [{ image: imageOf('ghcr.io/octo/app', { target: 'debug' }) }, '(stage debug)'],
    'another variant': [{ image: imageOf('ghcr.io/octo/app', { variant: 'alpine' }) }, '(variant alpine)'],
    'another run': [{ run: { id: '6', attempt: 3 } }, 'is of run 6'],
  }
  for (const [name, [changes, said]] of Object.entries(foreign)) {
    test(`a record of ${name}`, () => {
      const { foreign, missing } = objections([{ ...arm64, ...changes }], wanting(['linux/arm64']))
      assert.equal(foreign.length, 1)
      assert.ok(foreign[0]?.includes(said), foreign[0])
      assert.deepEqual(missing, ['linux/arm64'])
    })
  }

  test('everything that is wrong, at once', () => {
    const twin = recordOf([], { platforms: [partOf('linux/arm64', 'twin')] })
    const other = recordOf(['linux/amd64'], { run: { id: '6', attempt: 1 } })
    const wanted = wanting(['linux/amd64', 'linux/arm64'])
    const { missing, twice, unexpected, foreign } = objections(
      [arm64, twin, other, recordOf(['linux/s390x'])],
      wanted,
    )
    assert.deepEqual(
      [missing, twice, unexpected, foreign].map(({ length }) => length),
      [1, 2, 1, 1],
    )
  })

  test('anything, where nobody says what is wanted', () => {
    assert.throws(() => passGate([amd64], wanting([])), NothingWanted)
  })
})

test('whatever is found, nothing goes through but all that is wanted, once', () => {
  const names = ['linux/amd64', 'linux/arm64', 'linux/s390x', 'linux/386']
  const some = fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      attempt: fc.integer({ min: 1, max: 3 }),
      seed: fc.constantFrom('a', 'b'),
      id: fc.constantFrom('7', '8'),
    }),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(some, fc.subarray(names, { minLength: 1 }), (found, wanted) => {
      const records = found.map(({ name, attempt, seed, id }) =>
        recordOf([], { run: { id, attempt }, platforms: [partOf(name, `${name} ${attempt} ${seed}`)] }),
      )
      const newest = (name: string) => {
        const all = found.filter((one) => one.name === name && one.id === '7')
        const last = Math.max(...all.map(({ attempt }) => attempt))
        return new Set(
          all.filter(({ attempt }) => attempt === last).map(({ seed }) => `${name} ${last} ${seed}`),
        )
      }
      const good =
        found.every(({ id, name }) => id === '7' && wanted.includes(name)) &&
        wanted.every((name) => newest(name).size === 1)
      if (!good) return assert.throws(() => passGate(records, wanting(wanted)), GateError)
      const seeds = wanted.map((name) => [...newest(name)][0] ?? '')
      assert.deepEqual(
        passGate(records, wanting(wanted)).map(({ image }) => image.digest),
        wanted.map((name, place) => partOf(name, seeds[place]).image.digest),
      )
    }),
  )
})
