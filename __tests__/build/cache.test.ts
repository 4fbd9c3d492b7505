import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cacheFrom, cachesLost, cacheTo, keysIn, neededIn, parseCaches } from '../../src/build/cache.ts'
import { type Platform, parsePlatform, samePlatform } from '../../src/image/platform.ts'
import { cache, forAll, forOnly } from '../fakes/recipe.ts'

const ARM = { platform: parsePlatform('linux/arm/v7'), oneOfMany: true }
const SLUG = 'linux-arm-v7'

const named: Readonly<Record<string, readonly [given: string, own: string, plain?: string]>> = {
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
    'type=registry,ref=ghcr.io/octo/app:cache',
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
  'S3, of several names': ['type=s3,name=app;main', `type=s3,name=app-${SLUG};main-${SLUG}`],
  'spaces around a name': ['type=gha, scope=app', `type=gha,scope=app-${SLUG}`, 'type=gha,scope=app'],
  'capitals in a name': ['Type=gha', `type=gha,scope=buildkit-${SLUG}`, 'type=gha'],
  'a comma between quotes': ['type=s3,"name=a,b"', `type=s3,"name=a,b-${SLUG}"`],
}

describe('each platform writes a cache of its own, and reads that one before the one named', () => {
  for (const [name, [given, own, plain = given]] of Object.entries(named)) {
    test(name, () => {
      assert.equal(cacheTo(forAll(cache(given)), ARM), `${own},ignore-error=true`)
      assert.deepEqual(cacheFrom(forAll(cache(given)), ARM), [own, plain])
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
      assert.equal(cacheTo(forAll(cache(given)), ARM), written)
      assert.deepEqual(cacheFrom(forAll(cache(given)), ARM), [given])
    })
  }
})

describe('a cache is named as the user names it', () => {
  const given = 'type=gha,scope=app'
  const kept = `${given},ignore-error=true`

  test('for a platform that is alone', () => {
    assert.equal(cacheTo(forAll(cache(given)), { ...ARM, oneOfMany: false }), kept)
    assert.deepEqual(cacheFrom(forAll(cache(given)), { ...ARM, oneOfMany: false }), [given])
  })

  test('where it is for this platform alone', () => {
    assert.equal(cacheTo(forOnly('linux/arm/v7', cache(given)), ARM), kept)
    assert.deepEqual(cacheFrom(forOnly('linux/arm/v7', cache(given)), ARM), [given])
  })

  test('but not where it is for two of them', () => {
    const entry = forOnly('linux/arm/v7,linux/arm/v6', cache(given))
    assert.equal(cacheTo(entry, ARM), `type=gha,scope=app-${SLUG},ignore-error=true`)
  })
})

test('several references alone are several caches, as buildx takes them', () => {
  const refs = parseCaches('ghcr.io/octo/app:main, ghcr.io/octo/app:1').map((one) => one.get('ref'))
  assert.deepEqual(refs, ['ghcr.io/octo/app:main', 'ghcr.io/octo/app:1'])
})

for (const text of ['scope=app', 'type=,scope=app', 'type=gha,scope', 'type=gha,"scope=app', '=gha'])
  test(`${text} is no cache, and that is said with what one is`, () => {
    assert.throws(() => parseCaches(text), { name: 'FormatError', message: /type=/ })
  })

test('a key is not shown in a complaint, and known for one where it is given', () => {
  const keys = 'access_key_id=me,secret_access_key=hush,session_token=hush'
  for (const text of [keys, `type=s3,${keys},"`])
    assert.throws(
      () => parseCaches(text),
      ({ message }) => {
        return message.includes('secret_access_key=***') && !message.includes('hush')
      },
    )
  assert.deepEqual(keysIn(parseCaches(`type=s3,${keys}`)), ['hush', 'hush'])
})

test('whether a cache that cannot be written is an error is for the user to say', () => {
  const given = 'type=local,dest=/c,ignore-error=false'
  assert.equal(cacheTo(forAll(cache(given)), ARM), `type=local,dest=/c/${SLUG},ignore-error=false`)
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

// Every exporter's own words for its step (Name() in BuildKit's cache/remotecache).
for (const step of [
  ...['exporting to GitHub Actions Cache', 'exporting cache to Amazon S3', 'exporting cache to registry'],
  ...[
    'exporting cache to Azure Blob Storage',
    'exporting cache to client directory',
    'exporting inline cache',
  ],
])
  test(`"${step}" is a step that writes a cache`, () => {
    assert.deepEqual(cachesLost([`#9 ${step}`, '#9 ERROR: no']), ['no'])
  })

test('only those caches are needed whose errors count', () => {
  const entries = [
    'type=gha',
    'type=gha,ignore-error=false',
    'type=s3,ignore-error=0',
    'type=s3,ignore-error=true',
  ]
  const needed = neededIn(entries.map((entry) => forAll(cache(entry))))
  assert.deepEqual(
    needed.map(({ value }) => value.get('ignore-error')),
    ['false', '0'],
  )
})

test('two platforms never write the same cache', () => {
  const platform = fc
    .constantFrom('linux/amd64', 'linux/amd64/v2', 'linux/arm64', 'linux/arm/v6', 'linux/arm/v7', 'linux/386')
    .map(parsePlatform)
  const entry = fc.constantFrom(...Object.values(named).map(([given]) => cache(given)))
  fc.assert(
    fc.property(entry, platform, platform, (given, one, other) => {
      fc.pre(!samePlatform(one, other))
      const own = (platform: Platform) => cacheTo(forAll(given), { platform, oneOfMany: true })
      assert.notEqual(own(one), own(other))
    }),
  )
})
