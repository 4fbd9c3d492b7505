import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BuildxTooOld, requireBuildx } from '../../src/builder/needs.ts'

const NEEDS = [
  { input: 'policy', since: 'v0.31.0' },
  { input: 'annotations', since: 'v0.12.0' },
]

describe('a buildx of the version', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    ...{ 'v0.31.0': [], 'v0.31.0-rc1': [], '0.36.1+ds1': [] },
    'v0.30.1': ['policy'],
    '0.10.5': ['v0.11.0', 'policy', 'annotations'],
    // Built by somebody, from who knows what.
    ...{ '0.0.0+unknown': [], e2b7f1c: [], 'v0.0.0': [] },
  }
  for (const [version, missing] of Object.entries(cases))
    test(`${version} lacks ${missing.length === 0 ? 'nothing' : missing.join(', ')}`, () => {
      if (missing.length === 0) assert.doesNotThrow(() => requireBuildx(version, NEEDS))
      else
        assert.throws(
          () => requireBuildx(version, NEEDS),
          (error) => {
            assert.ok(error instanceof BuildxTooOld)
            assert.deepEqual(
              error.needs.map(({ input, since }) => input ?? since),
              missing,
            )
            return true
          },
        )
    })
})
