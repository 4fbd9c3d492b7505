import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatPlatform,
  fulfils,
  isKnownPlatform,
  normalize,
  type Platform,
  parsePlatform,
  platformSlug,
  samePlatform,
} from '../../src/image/platform.ts'

// Other readers (containerd/platforms) keep `linux/arm` and `linux/arm64/v8` as they are written, and know them for
// the same only when they compare. Here there is one spelling, from the door on.
const READ: Readonly<Record<string, readonly [platform: Platform, text: string]>> = {
  'linux/arm64': [{ os: 'linux', architecture: 'arm64' }, 'linux/arm64'],
  'linux/arm64/v8': [{ os: 'linux', architecture: 'arm64' }, 'linux/arm64'],
  'linux/aarch64': [{ os: 'linux', architecture: 'arm64' }, 'linux/arm64'],
  'linux/arm64/8': [{ os: 'linux', architecture: 'arm64' }, 'linux/arm64'],
  'linux/arm64/v8.0': [{ os: 'linux', architecture: 'arm64' }, 'linux/arm64'],
  'linux/arm64/9': [{ os: 'linux', architecture: 'arm64', variant: 'v9' }, 'linux/arm64/v9'],
  'linux/arm64/v9.0': [{ os: 'linux', architecture: 'arm64', variant: 'v9' }, 'linux/arm64/v9'],
  'linux/arm64/v9': [{ os: 'linux', architecture: 'arm64', variant: 'v9' }, 'linux/arm64/v9'],
  'linux/arm64/v9.2': [{ os: 'linux', architecture: 'arm64', variant: 'v9.2' }, 'linux/arm64/v9.2'],
  'linux/arm64/v8.1': [{ os: 'linux', architecture: 'arm64', variant: 'v8.1' }, 'linux/arm64/v8.1'],
  'linux/arm': [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
  'linux/arm/7': [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
  'linux/arm/v7': [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
  'linux/armhf': [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
  'linux/arm/v6': [{ os: 'linux', architecture: 'arm', variant: 'v6' }, 'linux/arm/v6'],
  'linux/armel': [{ os: 'linux', architecture: 'arm', variant: 'v6' }, 'linux/arm/v6'],
  'linux/arm/5': [{ os: 'linux', architecture: 'arm', variant: 'v5' }, 'linux/arm/v5'],
  'linux/arm/6': [{ os: 'linux', architecture: 'arm', variant: 'v6' }, 'linux/arm/v6'],
  'linux/arm/8': [{ os: 'linux', architecture: 'arm', variant: 'v8' }, 'linux/arm/v8'],
  'Linux/x86_64': [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
  'linux/x86-64': [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
  'linux/amd64/v1': [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
  'linux/amd64/V3': [{ os: 'linux', architecture: 'amd64', variant: 'v3' }, 'linux/amd64/v3'],
  'linux/i386/v2': [{ os: 'linux', architecture: '386' }, 'linux/386'],
  'linux/i386': [{ os: 'linux', architecture: '386' }, 'linux/386'],
  'linux/s390x': [{ os: 'linux', architecture: 's390x' }, 'linux/s390x'],
  ' linux/riscv64 ': [{ os: 'linux', architecture: 'riscv64' }, 'linux/riscv64'],
  'macOS/arm64': [{ os: 'darwin', architecture: 'arm64' }, 'darwin/arm64'],
  'windows()/amd64': [{ os: 'windows', architecture: 'amd64' }, 'windows/amd64'],
  'windows(10.0.17763+win32k)/amd64': [
    { os: 'windows', architecture: 'amd64', osVersion: '10.0.17763', osFeatures: ['win32k'] },
    'windows(10.0.17763+win32k)/amd64',
  ],
  'windows(10.0.17763%2Bbuild.42)/amd64': [
    { os: 'windows', architecture: 'amd64', osVersion: '10.0.17763+build.42' },
    'windows(10.0.17763%2Bbuild.42)/amd64',
  ],
  'windows(50%25done)/amd64': [
    { os: 'windows', architecture: 'amd64', osVersion: '50%done' },
    'windows(50%25done)/amd64',
  ],
  'linux(+unsorted+erofs)/amd64': [
    { os: 'linux', architecture: 'amd64', osFeatures: ['unsorted', 'erofs'] },
    'linux(+erofs+unsorted)/amd64',
  ],
}

for (const [text, [platform, canonical]] of Object.entries(READ)) {
  test(`reads ${text}`, () => {
    assert.deepEqual(parsePlatform(text), platform)
    assert.equal(formatPlatform(parsePlatform(text)), canonical)
  })
}

const REFUSED = [
  '',
  '/linux/arm',
  'linux/arm/',
  'linux /arm',
  'linux/&arm',
  'linux/arm/foo/bar',
  '*',
  'linux/*',
  '*/amd64',
  'linux//v7',
  'linux(/amd64',
  'windows(%zz)/amd64',
  // One part alone would mean something else on another runner, so it is no platform here.
  'linux',
  'arm64',
  'macOS',
]

for (const text of REFUSED) {
  test(`refuses "${text}"`, () => {
    assert.throws(() => parsePlatform(text), { name: 'FormatError', word: 'platform', given: text })
  })
}

const WRITTEN: readonly (readonly [Platform, string])[] = [
  [{ os: 'windows', architecture: 'amd64', osVersion: '1.0(beta)' }, 'windows(1.0%28beta%29)/amd64'],
  [{ os: 'windows', architecture: 'amd64', osVersion: 'a/b' }, 'windows(a%2Fb)/amd64'],
  [{ os: 'linux', architecture: 'amd64', osFeatures: ['feat+v2'] }, 'linux(+feat%2Bv2)/amd64'],
  [{ os: 'linux', architecture: 'amd64', osFeatures: ['100%gpu'] }, 'linux(+100%25gpu)/amd64'],
  [{ os: 'linux', architecture: 'amd64', osFeatures: ['', 'b', 'a', ''] }, 'linux(+a+b)/amd64'],
]

for (const [platform, text] of WRITTEN) {
  test(`writes ${text}`, () => assert.equal(formatPlatform(platform), text))
}

test('many spellings, one platform', () => {
  for (const [one, other] of [
    ['linux/arm64', 'linux/aarch64'],
    ['linux/arm64', 'linux/arm64/v8'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm', 'linux/armhf'],
    ['linux/arm', 'linux/arm/7'],
    ['linux/arm/v6', 'linux/armel'],
  ] as const)
    assert.ok(samePlatform(parsePlatform(one), parsePlatform(other)), `${one} ${other}`)
  assert.ok(!samePlatform(parsePlatform('linux/arm/v7'), parsePlatform('linux/arm/v6')))
})

test('a platform as an index spells it is known for the same', () => {
  assert.ok(samePlatform({ os: 'linux', architecture: 'arm64', variant: 'v8' }, parsePlatform('linux/arm64')))
})

test('a slug is good for file names and tags', () => {
  assert.equal(platformSlug(parsePlatform('linux/arm')), 'linux-arm-v7')
  assert.equal(platformSlug(parsePlatform('linux/arm64/v8')), 'linux-arm64')
  assert.match(platformSlug(parsePlatform('windows(10.0.17763+win32k)/amd64')), /^[A-Za-z0-9_.-]+$/)
})

test('knows the names of the field', () => {
  assert.ok(isKnownPlatform(parsePlatform('linux/loong64')))
  assert.ok(!isKnownPlatform(parsePlatform('linux/amd46')))
  assert.ok(!isKnownPlatform(parsePlatform('lunix/amd64')))
})

const part = fc.string({ unit: fc.constantFrom(...'aAmdrv0189._-'), minLength: 1, maxLength: 6 })
const free = fc.string({ unit: fc.constantFrom(...'aZ0.+()/% é'), minLength: 1, maxLength: 8 })
const anyPlatform = fc.record(
  {
    os: fc.string({ unit: fc.constantFrom(...'aB0_-'), minLength: 1, maxLength: 6 }),
    architecture: fc.oneof(
      part,
      fc.constantFrom('arm', 'arm64', 'aarch64', 'armhf', 'armel', 'amd64', 'i386'),
    ),
    variant: fc.oneof(part, fc.constantFrom('v8', '7', 'v7', '8.0', 'v9.0', 'v1')),
    osVersion: free,
    osFeatures: fc.array(free, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['os', 'architecture'] },
)

test('what is written is read back as the same', () => {
  fc.assert(
    fc.property(anyPlatform, (platform) => {
      const text = formatPlatform(platform)
      assert.equal(formatPlatform(parsePlatform(text)), text)
      assert.ok(samePlatform(parsePlatform(text), platform))
    }),
  )
})

test('made canonical twice is made canonical once', () => {
  fc.assert(
    fc.property(anyPlatform, (platform) => {
      assert.deepEqual(normalize(normalize(platform)), normalize(platform))
    }),
  )
})

test('a wish for Windows is fulfilled by any version, unless it names one', () => {
  const fulfilled = (found: string, wanted: string) => fulfils(parsePlatform(found), parsePlatform(wanted))
  assert.ok(fulfilled('windows(10.0.20348+win32k)/amd64', 'windows/amd64'))
  assert.ok(fulfilled('windows(10.0.20348+win32k)/amd64', 'windows(10.0.20348)/amd64'))
  assert.ok(!fulfilled('windows(10.0.20348)/amd64', 'windows(10.0.17763)/amd64'))
  assert.ok(!fulfilled('windows/amd64', 'windows(10.0.17763)/amd64'))
  assert.ok(!fulfilled('windows(10.0.20348)/amd64', 'windows/arm64'))
})
