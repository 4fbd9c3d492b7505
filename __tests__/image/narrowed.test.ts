import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FormatError } from '../../src/image/format-error.ts'
import { type Narrowed, parseNarrowed, valuesFor } from '../../src/image/narrowed.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'

const cases: Readonly<Record<string, readonly [only: readonly string[], value: string]>> = {
  'A=1': [[], 'A=1'],
  '[linux/arm64] A=1': [['linux/arm64'], 'A=1'],
  '[linux/arm64/v8, linux/arm]\tA=[x] y': [['linux/arm64', 'linux/arm/v7'], 'A=[x] y'],
  '[linux/arm64] key=one\ntwo': [['linux/arm64'], 'key=one\ntwo'],
  '[slug]/Dockerfile': [[], '[slug]/Dockerfile'],
  '': [[], ''],
}

describe('an entry is for these platforms, or for all', () => {
  for (const [text, [only, value]] of Object.entries(cases)) {
    test(JSON.stringify(text), () => {
      const narrowed = parseNarrowed(text)
      assert.deepEqual([narrowed.only.map(formatPlatform), narrowed.value], [only, value])
    })
  }

  for (const text of ['[arm64] A=1', '[] A=1', '[linux/arm64,] A=1', '[linux/arm64]  ']) {
    test(`or for none that there is: ${JSON.stringify(text)}`, () =>
      assert.throws(() => parseNarrowed(text), FormatError))
  }
})

describe('a platform has', () => {
  const entries: readonly Narrowed<string>[] = [
    '[linux/arm64] b=7',
    'a=1',
    'b=2',
    '[linux/386] c=3',
    '[windows/amd64] w=4',
  ].map(parseNarrowed)
  const platforms: Readonly<Record<string, readonly string[]>> = {
    'linux/arm64': ['a=1', 'b=2', 'b=7'],
    'linux/amd64': ['a=1', 'b=2'],
    'linux/386': ['a=1', 'b=2', 'c=3'],
    'windows(10.0.20348.1)/amd64': ['a=1', 'b=2', 'w=4'],
  }
  for (const [platform, values] of Object.entries(platforms))
    test(`${platform}: ${values}, its own last`, () =>
      assert.deepEqual(valuesFor(entries, parsePlatform(platform)), values))

  test('what is for all, where it is not known', () => assert.deepEqual(valuesFor(entries), ['a=1', 'b=2']))
})
