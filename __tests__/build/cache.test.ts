import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cacheFrom, cacheTo } from '../../src/build/cache.ts'
import { parsePlatform, samePlatform } from '../../src/image/platform.ts'

const ARM = parsePlatform('linux/arm/v7')
const SLUG = 'linux-arm-v7'

const named: Readonly<Record<string, readonly [given: string, own: string]>> = {
  'GitHub, no scope': ['type=gha', `type=gha,scope=buildkit-${SLUG}`],
  'GitHub, a scope': ['type=gha,scope=app,mode=max', `type=gha,scope=app-${SLUG},mode=max`],
  'a registry, tagged': [
    'type=registry,ref=ghcr.io/octo/app:cache',
    `type=registry,ref=ghcr.io/octo/app:cache-${SLUG}`,
  ],
  'a registry, no tag': [
    'type=registry,ref=ghcr.io/octo/app',
    `type=registry,ref=ghcr.io/octo/app:latest-${SLUG}`,
  ],
  'a registry with a port, no tag': [
    'type=registry,ref=127.0.0.1:5000/app,mode=max',
    `type=registry,ref=127.0.0.1:5000/app:latest-${SLUG},mode=max`,
  ],
  'a bare reference, as buildx takes it': [
    'ghcr.io/octo/app:cache',
    `type=registry,ref=ghcr.io/octo/app:cache-${SLUG}`,
  ],
  'a folder to write': ['type=local,dest=/tmp/cache,mode=max', `type=local,dest=/tmp/cache/${SLUG},mode=max`],
  'a folder with a slash at its end': ['type=local,dest=/tmp/cache/', `type=local,dest=/tmp/cache/${SLUG}`],
  'a folder to read': ['type=local,src=/tmp/cache', `type=local,src=/tmp/cache/${SLUG}`],
  'S3, named': ['type=s3,region=eu,bucket=b,name=app', `type=s3,region=eu,bucket=b,name=app-${SLUG}`],
  'S3, not named': ['type=s3,region=eu,bucket=b', `type=s3,region=eu,bucket=b,name=buildkit-${SLUG}`],
  Azure: [
    'type=azblob,account_url=https://x.blob.core.windows.net,name=app',
    `type=azblob,account_url=https://x.blob.core.windows.net,name=app-${SLUG}`,
  ],
  'spaces around a name': ['type=gha, scope=app', `type=gha,scope=app-${SLUG}`],
}

describe('each platform writes a cache of its own, and reads that one before the one named', () => {
  for (const [name, [given, own]] of Object.entries(named)) {
    test(name, () => {
      assert.equal(cacheTo(given, ARM), own)
      assert.deepEqual(cacheFrom(given, ARM), [own, given])
    })
  }
})

const left: Readonly<Record<string, string>> = {
  'inline, which travels in the image itself': 'type=inline',
  'a reference by digest, which nobody can write': `type=registry,ref=ghcr.io/octo/app@sha256:${'a'.repeat(64)}`,
  'a kind we do not know': 'type=moon,name=sea',
  'a registry that forgot its reference': 'type=registry,mode=max',
}

describe('what cannot have a name for each platform stays as it is, and is said once', () => {
  for (const [name, given] of Object.entries(left)) {
    test(name, () => {
      assert.equal(cacheTo(given, ARM), given)
      assert.deepEqual(cacheFrom(given, ARM), [given])
    })
  }
})

test('two platforms never write the same cache', () => {
  const platform = fc
    .constantFrom('linux/amd64', 'linux/amd64/v2', 'linux/arm64', 'linux/arm/v6', 'linux/arm/v7', 'linux/386')
    .map(parsePlatform)
  const entry = fc.constantFrom(...Object.values(named).map(([given]) => given))
  fc.assert(
    fc.property(entry, platform, platform, (given, one, other) => {
      fc.pre(!samePlatform(one, other))
      assert.notEqual(cacheTo(given, one), cacheTo(given, other))
    }),
  )
})
