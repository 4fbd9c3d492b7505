import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePlatform } from '../../src/image/platform.ts'
import { requirePlatforms } from '../../src/merge/wanted.ts'

const require = (wanted: readonly string[], found: readonly string[]) =>
  requirePlatforms('ghcr.io/octo/app:1', wanted.map(parsePlatform), found.map(parsePlatform))

test('what is there may be more than was wanted, and of any version of Windows', () => {
  require(['windows/amd64', 'linux/arm64'], ['linux/arm64', 'linux/amd64', 'windows(10.0.20348.2700)/amd64'])
})

test('what is not there is named, with what is', () => {
  assert.throws(() => require(['windows(10.0.17763.1)/amd64'], ['windows(10.0.20348.2700)/amd64']), {
    name: 'PlatformsMissing',
    missing: ['windows(10.0.17763.1)/amd64'],
    found: ['windows(10.0.20348.2700)/amd64'],
  })
})
