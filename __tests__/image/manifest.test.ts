import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { digestOf } from '../../src/image/digest.ts'
import {
  type Descriptor,
  isAttestation,
  manifestOf,
  platformOf,
  readDescriptor,
  readIndex,
  writeIndex,
} from '../../src/image/manifest.ts'
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  isDockerType,
  isIndexType,
  isSchema1,
  OCI_INDEX,
  OCI_MANIFEST,
} from '../../src/image/media-types.ts'

const digest = digestOf(new TextEncoder().encode('image'))
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const index = (value: unknown) => readIndex(manifestOf(OCI_INDEX, encode(value)))
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/** As BuildKit pushes one platform with its provenance. */
const windows = {
  mediaType: OCI_MANIFEST,
  digest,
  size: 1234,
  platform: {
    architecture: 'amd64',
    os: 'windows',
    'os.version': '10.0.17763.1',
    'os.features': ['win32k'],
  },
} as const
const attestation = {
  mediaType: OCI_MANIFEST,
  digest: digestOf(new TextEncoder().encode('attestation')),
  size: 567,
  annotations: {
    'vnd.docker.reference.digest': digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  },
  platform: { architecture: 'unknown', os: 'unknown' },
}

test('a manifest is its bytes, and named by them', () => {
  const bytes = encode({ schemaVersion: 2, manifests: [] })
  assert.deepEqual(manifestOf(OCI_INDEX, bytes), { mediaType: OCI_INDEX, bytes, digest: digestOf(bytes) })
})

test('a view of an index keeps every member of its descriptors', () => {
  const odd = {
    ...windows,
    artifactType: 'x/y',
    urls: ['https://example.com'],
    data: 'e30=',
    future: { a: 1 },
  }
  const { manifests } = index({ schemaVersion: 2, manifests: [odd, attestation] })
  assert.deepEqual(manifests, [odd, attestation])
})

test('a platform is kept as it is spelt', () => {
  const platform = { os: 'linux', architecture: 'arm64', variant: 'v8', features: ['x'] }
  assert.deepEqual(readDescriptor({ ...windows, platform }).platform, platform)
})

test('an index may be empty, and may have annotations', () => {
  assert.deepEqual(index({ manifests: [], annotations: { a: 'b' } }), {
    mediaType: OCI_INDEX,
    manifests: [],
    annotations: { a: 'b' },
  })
})

test('a descriptor keeps a digest by an algorithm that nobody here computes', () => {
  const digest = `blake3:${'a'.repeat(64)}`
  assert.equal(readDescriptor({ ...windows, digest }).digest, digest)
})

const NO_INDEX: readonly unknown[] = [null, [], 'text', 7, {}, { manifests: {} }, { manifests: [null] }]

for (const value of NO_INDEX) {
  test(`${JSON.stringify(value)} is no index`, () =>
    assert.throws(() => index(value), { name: 'FormatError' }))
}

test('what is no JSON is no index', () => {
  const page = manifestOf(OCI_INDEX, new TextEncoder().encode('<html>'))
  assert.throws(() => readIndex(page), { name: 'FormatError', word: 'JSON document' })
})

const NO_DESCRIPTOR: Readonly<Record<string, object>> = {
  'without a media type': { mediaType: undefined },
  'with an empty media type': { mediaType: '' },
  'without a digest': { digest: undefined },
  'with half a digest': { digest: 'sha256:abc' },
  'with a digest that leads elsewhere': { digest: 'blake3:../../secret' },
  'without a size': { size: undefined },
  'with a size in words': { size: '1234' },
  'with a negative size': { size: -1 },
  'with half a byte': { size: 0.5 },
  'with a size that no number holds': { size: 2 ** 53 },
  'with a platform without architecture': { platform: { os: 'linux' } },
  'with a platform in words': { platform: 'linux/amd64' },
  'with an annotation that is no text': { annotations: { a: 1 } },
  'with a list of annotations': { annotations: ['a'] },
}

for (const [what, change] of Object.entries(NO_DESCRIPTOR)) {
  test(`a descriptor ${what} is none`, () => {
    assert.throws(() => readDescriptor({ ...windows, ...change }), { name: 'FormatError' })
  })
}

test('an index is written the same way every time', () => {
  const { mediaType, digest, size, platform } = windows
  const written = writeIndex({
    mediaType: OCI_INDEX,
    manifests: [{ platform, size, digest, mediaType, annotations: { b: '2', a: '1' } }],
    annotations: { z: '26', y: '25' },
  })
  assert.equal(
    text(written.bytes),
    `{
  "schemaVersion": 2,
  "mediaType": "${OCI_INDEX}",
  "manifests": [
    {
      "mediaType": "${OCI_MANIFEST}",
      "digest": "${digest}",
      "size": 1234,
      "annotations": {
        "a": "1",
        "b": "2"
      },
      "platform": {
        "architecture": "amd64",
        "os": "windows",
        "os.version": "10.0.17763.1",
        "os.features": [
          "win32k"
        ]
      }
    }
  ],
  "annotations": {
    "y": "25",
    "z": "26"
  }
}`,
  )
  assert.equal(written.digest, digestOf(written.bytes))
})

test('no annotations are no member', () => {
  const written = writeIndex({ mediaType: OCI_INDEX, manifests: [windows], annotations: {} })
  assert.ok(!text(written.bytes).includes('annotations'))
})

test('what is written is read back, members we do not know included', () => {
  const words = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.string(), { noNullPrototype: true })
  const descriptor = fc
    .record(
      { size: fc.maxSafeNat(), annotations: words, artifactType: fc.string(), future: fc.jsonValue() },
      { requiredKeys: ['size'], noNullPrototype: true },
    )
    .map((more): Descriptor => ({ ...windows, ...more }))
  fc.assert(
    fc.property(fc.array(descriptor, { maxLength: 4 }), (manifests) => {
      const view = readIndex(writeIndex({ mediaType: OCI_INDEX, manifests }))
      assert.deepEqual(JSON.stringify(view.manifests.map(sorted)), JSON.stringify(manifests.map(sorted)))
    }),
  )
})

test("an index's platform in our words", () => {
  assert.deepEqual(platformOf(windows.platform), {
    os: 'windows',
    architecture: 'amd64',
    osVersion: '10.0.17763.1',
    osFeatures: ['win32k'],
  })
  const empty = { os: 'linux', architecture: 'arm64', variant: '', 'os.version': '', 'os.features': [] }
  assert.deepEqual(platformOf(empty), { os: 'linux', architecture: 'arm64' })
})

test('an attestation is known by its annotation', () => {
  assert.ok(isAttestation(attestation))
  assert.ok(!isAttestation(windows))
})

test('media types are told apart', () => {
  assert.ok(isIndexType(OCI_INDEX) && isIndexType(DOCKER_LIST))
  assert.ok(!isIndexType(OCI_MANIFEST) && !isIndexType(DOCKER_MANIFEST))
  assert.ok(isDockerType(DOCKER_LIST) && isDockerType(DOCKER_MANIFEST) && !isDockerType(OCI_INDEX))
  assert.ok(isSchema1('application/vnd.docker.distribution.manifest.v1+json'))
  assert.ok(isSchema1('application/vnd.docker.distribution.manifest.v1+prettyjws'))
  assert.ok(!isSchema1(DOCKER_MANIFEST))
})

function sorted(descriptor: Descriptor): unknown {
  const members = Object.entries(descriptor).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return members.map(([name, value]) => [
    name,
    name === 'annotations' ? Object.entries(descriptor.annotations ?? {}).toSorted() : value,
  ])
}
