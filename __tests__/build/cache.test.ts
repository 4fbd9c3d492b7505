import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cacheFrom, cachesLost, cacheTo } from '../../src/build/cache.ts'
import { type Platform, parsePlatform, samePlatform } from '../../src/image/platform.ts'
import { forAll, forOnly } from '../fakes/recipe.ts'

const ARM = { platform: parsePlatform('linux/arm/v7'), oneOfMany: true }
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
      assert.equal(cacheTo(forAll(given), ARM), `${own},ignore-error=true`)
      assert.deepEqual(cacheFrom(forAll(given), ARM), [own, given])
    })
  }
})

const left: Readonly<Record<string, readonly [given: string, written: string]>> = {
  'inline, which travels in the image itself': ['type=inline', 'type=inline'],
  'a reference by digest, which nobody can write': [
    `type=registry,ref=ghcr.io/octo/app@sha256:${'a'.repeat(64)}`,
    `type=registry,ref=ghcr.io/octo/app@sha256:${'a'.repeat(64)},ignore-error=true`,
  ],
  'a kind we do not know': ['type=moon,name=sea', 'type=moon,name=sea,ignore-error=true'],
  'a registry that forgot its reference': [
    'type=registry,mode=max',
    'type=registry,mode=max,ignore-error=true',
  ],
}

describe('what cannot have a name for each platform stays as it is, and is said once', () => {
  for (const [name, [given, written]] of Object.entries(left)) {
    test(name, () => {
      assert.equal(cacheTo(forAll(given), ARM), written)
      assert.deepEqual(cacheFrom(forAll(given), ARM), [given])
    })
  }
})

describe('a cache is named as the user names it', () => {
  const given = 'type=gha,scope=app'
  const kept = `${given},ignore-error=true`

  test('for a platform that is alone', () => {
    assert.equal(cacheTo(forAll(given), { ...ARM, oneOfMany: false }), kept)
    assert.deepEqual(cacheFrom(forAll(given), { ...ARM, oneOfMany: false }), [given])
  })

  test('where it is for this platform alone', () => {
    assert.equal(cacheTo(forOnly('linux/arm/v7', given), ARM), kept)
    assert.deepEqual(cacheFrom(forOnly('linux/arm/v7', given), ARM), [given])
  })

  test('but not where it is for two of them', () => {
    const entry = forOnly('linux/arm/v7,linux/arm/v6', given)
    assert.equal(cacheTo(entry, ARM), `type=gha,scope=app-${SLUG},ignore-error=true`)
  })
})

test('whether a cache that cannot be written is an error is for the user to say', () => {
  const given = 'type=local,dest=/c,ignore-error=false'
  assert.equal(cacheTo(forAll(given), ARM), `type=local,dest=/c/${SLUG},ignore-error=false`)
})

test('a cache that was not written is told from one that was not found', () => {
  const log = [
    '#4 importing cache manifest from 127.0.0.1:7510/nope:x',
    '#4 ERROR: failed to configure registry cache importer: 127.0.0.1:7510/nope:x: not found',
    '',
    '#17 exporting cache to registry',
    '#17 writing layer sha256:05cc done',
    '#17 ERROR: error writing layer blob: dial tcp 127.0.0.1:1: connect: connection refused',
    '#1 exporting cache to client directory',
    '#1 DONE 0.1s',
  ]
  assert.deepEqual(cachesLost(log), [
    'error writing layer blob: dial tcp 127.0.0.1:1: connect: connection refused',
  ])
  assert.deepEqual(cachesLost(log.slice(0, 2)), [])
})

test('two platforms never write the same cache', () => {
  const platform = fc
    .constantFrom('linux/amd64', 'linux/amd64/v2', 'linux/arm64', 'linux/arm/v6', 'linux/arm/v7', 'linux/386')
    .map(parsePlatform)
  const entry = fc.constantFrom(...Object.values(named).map(([given]) => given))
  fc.assert(
    fc.property(entry, platform, platform, (given, one, other) => {
      fc.pre(!samePlatform(one, other))
      const own = (platform: Platform) => cacheTo(forAll(given), { platform, oneOfMany: true })
      assert.notEqual(own(one), own(other))
    }),
  )
})
