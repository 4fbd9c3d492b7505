import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  formatVersion,
  isOlder,
  newest,
  parseVersion,
  parseVersionWish,
  satisfies,
  type Version,
} from '../../src/builder/version.ts'

const version = (text: string): Version => parseVersion(text) ?? assert.fail(text)
const NO_VERSION = ['latest ', 'v0.30', 'master', '', '0.30.1.2', 'v0.30.1 v0.30.2']

describe('a version', () => {
  for (const [given, said] of [
    ['v0.30.1', 'v0.30.1'],
    ['0.30.1', 'v0.30.1'],
    ['v0.31.0-rc1', 'v0.31.0-rc1'],
    ['0.29.1+ds1-1', 'v0.29.1'],
    ['0.0.0+unknown', 'v0.0.0'],
  ] as const)
    test(`written ${given} is ${said}`, () => assert.equal(formatVersion(version(given)), said))
  for (const given of NO_VERSION)
    test(`is not "${given}"`, () => assert.equal(parseVersion(given), undefined))

  test('comes before another by its numbers, not its text', () => {
    assert.ok(isOlder(version('0.9.1'), version('0.10.0')))
    assert.ok(!isOlder(version('0.10.0'), version('0.10.0-rc1')))
  })
})

const ALL = ['v0.29.0', 'v0.29.1', 'v0.30.0', 'v0.30.1', 'v0.31.0-rc1', 'v0.31.0', 'v0.9.1', 'v1.0.0-rc2']

describe('of all versions is chosen', () => {
  const cases: Readonly<Record<string, string | undefined>> = {
    ...{ latest: 'v0.31.0', '0.30.0': 'v0.30.0', 'v0.31.0-rc1': 'v0.31.0-rc1', '0.32.0': undefined },
    ...{
      '~0.30': 'v0.30.1',
      '~0.29.1': 'v0.29.1',
      '^0.29': 'v0.29.1',
      '0.30.x': 'v0.30.1',
      '0.29': 'v0.29.1',
    },
    ...{ '>=0.29': 'v0.31.0', '>= 0.29 < 0.31': 'v0.30.1', '<0.10 || ~0.28': 'v0.9.1', '>=1': undefined },
    ...{ '*': 'v0.31.0', '>*': undefined },
  }
  for (const [wish, chosen] of Object.entries(cases))
    test(`${chosen} for ${wish}`, () => {
      const found = newest(ALL.map(version), parseVersionWish(wish))
      assert.equal(found && formatVersion(found), chosen)
    })
})

describe('no wish is', () => {
  for (const text of [
    'newest',
    '0.30.1.2',
    '~',
    '>=0.29, <1',
    'https://github.com/docker/buildx.git',
    '0.30 ||',
    '1.x.3',
  ])
    test(`"${text}"`, () =>
      assert.throws(
        () => parseVersionWish(text),
        /is not a version; expected latest, a version like v0\.30\.1/,
      ))
})

/** npm's own judge of ranges, which @actions/tool-cache brings. */
const semver: { satisfies: (version: string, range: string) => boolean } = createRequire(import.meta.url)(
  'semver',
)

test('ranges mean what they mean to npm', () => {
  const number = fc.integer({ min: 0, max: 3 }).map(String)
  const part = fc.oneof({ weight: 4, arbitrary: number }, fc.constantFrom('x', '*'))
  const numbers = fc.oneof(fc.tuple(part), fc.tuple(number, part), fc.tuple(number, number, part))
  const word = fc
    .tuple(fc.constantFrom('', '~', '^', '=', '<', '<=', '>', '>=', '>= '), numbers)
    .map(([operator, some]) => `${operator}${some.join('.')}`)
  const range = fc
    .array(fc.array(word, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })
    .map((either) => either.map((words) => words.join(' ')).join(' || '))
  const some = fc.tuple(number, number, number).map((three) => three.join('.'))
  fc.assert(
    fc.property(range, some, (text, one) => {
      assert.equal(satisfies(version(one), parseVersionWish(text)), semver.satisfies(one, text))
    }),
    { numRuns: 2000 },
  )
})
