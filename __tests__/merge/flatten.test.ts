import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FormatError } from '../../src/image/format-error.ts'
import { type Manifest, manifestOf } from '../../src/image/manifest.ts'
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { flatten, PlatformMissing } from '../../src/merge/flatten.ts'

const ARM64 = parsePlatform('linux/arm64')

const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const image = (letter: string, platform: object, more: object = {}) => ({
  ...{ mediaType: OCI_MANIFEST, digest: digest(letter), size: 480, platform },
  ...more,
})
const attestation = (letter: string, of: string, type = 'attestation-manifest') => ({
  ...image(letter, { architecture: 'unknown', os: 'unknown' }),
  annotations: { 'vnd.docker.reference.digest': digest(of), 'vnd.docker.reference.type': type },
})

function index(manifests: readonly unknown[], mediaType = OCI_INDEX): Manifest {
  return manifestOf(
    mediaType,
    new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType, manifests })),
  )
}

describe('what BuildKit pushes with provenance on, an index of an image and its attestation', () => {
  test('gives both, as they were', () => {
    const one = image('a', { architecture: 'arm64', os: 'linux' })
    const its = attestation('b', 'a')
    assert.deepEqual(flatten(index([one, its]), ARM64), { platform: ARM64, image: one, attestations: [its] })
  })

  test('keeps every member of a descriptor, known or not', () => {
    const platform = { architecture: 'arm64', os: 'linux', 'x.own': true }
    const one = image('a', platform, {
      annotations: { k: 'v' },
      urls: ['https://x'],
      data: 'e30=',
      'x.y': [1],
    })
    const its = {
      ...attestation('b', 'a'),
      artifactType: 'application/vnd.docker.attestation.manifest.v1+json',
    }
    const { image: kept, attestations } = flatten(index([one, its]), ARM64)
    assert.deepEqual([kept, ...attestations], [one, its])
  })

  test('takes the platform wanted out of many, with its own attestations and nobody else’s', () => {
    const manifests = [
      ...[image('a', { architecture: 'amd64', os: 'linux' }), attestation('1', 'a')],
      ...[image('b', { architecture: 'arm64', os: 'linux' }), attestation('2', 'b'), attestation('3', 'b')],
    ]
    const { image: kept, attestations } = flatten(index(manifests), ARM64)
    assert.equal(kept.digest, digest('b'))
    assert.deepEqual(
      attestations.map((one) => one.digest),
      [digest('2'), digest('3')],
    )
  })

  test('drops an attestation of an image that is not there', () => {
    const manifests = [image('a', { architecture: 'arm64', os: 'linux' }), attestation('b', 'f')]
    assert.deepEqual(flatten(index(manifests), ARM64).attestations, [])
  })

  test('drops what refers to the image but is no attestation', () => {
    const manifests = [image('a', { architecture: 'arm64', os: 'linux' }), attestation('b', 'a', 'moon')]
    assert.deepEqual(flatten(index(manifests), ARM64).attestations, [])
  })

  test('is read from a Docker manifest list as well', () => {
    const one = image('a', { architecture: 'arm64', os: 'linux' }, { mediaType: DOCKER_MANIFEST })
    assert.deepEqual(flatten(index([one], DOCKER_LIST), ARM64).image, one)
  })
})

const spellings: Readonly<Record<string, readonly [wanted: string, found: object]>> = {
  'arm64, spelt with its only variant': [
    'linux/arm64',
    { os: 'linux', architecture: 'arm64', variant: 'v8' },
  ],
  'arm/v7, the variant left out': ['linux/arm/v7', { os: 'linux', architecture: 'arm' }],
  'amd64, the variant empty': ['linux/amd64', { os: 'linux', architecture: 'amd64', variant: '' }],
  x86_64: ['linux/amd64', { os: 'linux', architecture: 'x86_64' }],
  'Windows, with its version': [
    'windows(10.0.17763.1)/amd64',
    { os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763.1' },
  ],
  'Windows, whose version nobody asked for': [
    'windows/amd64',
    { os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763.1', 'os.features': ['win32k'] },
  ],
}

describe('a platform is found however it is spelt, and its spelling is left alone', () => {
  for (const [name, [wanted, found]] of Object.entries(spellings)) {
    test(name, () => {
      const platform = parsePlatform(wanted)
      assert.deepEqual(flatten(index([image('a', found)]), platform).image.platform, found)
    })
  }
})

describe('what BuildKit pushes without provenance, the manifest itself', () => {
  for (const mediaType of [OCI_MANIFEST, DOCKER_MANIFEST]) {
    test(mediaType, () => {
      const manifest = manifestOf(mediaType, new TextEncoder().encode('{"config":{},"layers":[]}'))
      const arm = parsePlatform('linux/arm/v7')
      assert.deepEqual(flatten(manifest, arm), {
        platform: arm,
        image: {
          ...{ mediaType, digest: manifest.digest, size: manifest.bytes.length },
          platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
        },
        attestations: [],
      })
    })
  }

  test('is spelt in the index’s words, with the version and features of its system', () => {
    const platform = parsePlatform('windows(10.0.17763.1+win32k)/amd64')
    const { image } = flatten(manifestOf(OCI_MANIFEST, new Uint8Array()), platform)
    assert.deepEqual(image.platform, {
      ...{ os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763.1', 'os.features': ['win32k'] },
    })
  })
})

const wrong: Readonly<Record<string, readonly [manifest: Manifest, found: readonly string[]]>> = {
  'of another architecture': [index([image('a', { architecture: 'amd64', os: 'linux' })]), ['linux/amd64']],
  'of another variant': [
    index([image('a', { architecture: 'arm64', os: 'linux', variant: 'v9' })]),
    ['linux/arm64/v9'],
  ],
  'that says no platform': [
    index([{ mediaType: OCI_MANIFEST, digest: digest('a'), size: 1 }]),
    ['an image without a platform'],
  ],
  'that is not there at all': [index([]), []],
  'that is only attested': [index([attestation('b', 'a')]), []],
  'of schema 1': [
    manifestOf('application/vnd.docker.distribution.manifest.v1+prettyjws', new Uint8Array()),
    ['a schema 1 manifest'],
  ],
}

describe('says what is there instead of an image', () => {
  for (const [name, [manifest, found]] of Object.entries(wrong)) {
    test(name, () => {
      assert.throws(
        () => flatten(manifest, ARM64),
        (error) => {
          assert.ok(error instanceof PlatformMissing)
          assert.deepEqual(error.platform, ARM64)
          assert.deepEqual(error.found, found)
          assert.match(error.message, new RegExp(`${manifest.digest} holds no image for linux/arm64`))
          return true
        },
      )
    })
  }
})

test('an index that cannot be read is said to be none', () => {
  for (const text of ['', '{', '[]', '{"manifests":{}}', '{"manifests":[{"digest":"x"}]}'])
    assert.throws(() => flatten(manifestOf(OCI_INDEX, new TextEncoder().encode(text)), ARM64), FormatError)
})
