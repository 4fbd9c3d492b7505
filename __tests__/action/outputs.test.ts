import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OUTPUTS, toMetadata, toOutputs } from '../../src/action/outputs.ts'
import type { BuildResult, PlatformResult } from '../../src/flows/result.ts'
import { digestOf } from '../../src/image/digest.ts'
import { manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseTagRef } from '../../src/image/reference.ts'

const INDEX = manifestOf(OCI_INDEX, new TextEncoder().encode('{"manifests":[]}'))
const ARM = digestOf(new TextEncoder().encode('arm'))
const INTEL = digestOf(new TextEncoder().encode('intel'))
const PROOF = digestOf(new TextEncoder().encode('proof'))

const descriptor = (digest: typeof ARM) => ({ mediaType: OCI_MANIFEST, digest, size: 480 })

const arm: PlatformResult = {
  platform: parsePlatform('linux/arm/v7'),
  emulated: true,
  milliseconds: 61_234.5,
}
const intel: PlatformResult = { platform: parsePlatform('linux/amd64'), emulated: false, milliseconds: 812.3 }

const built: BuildResult = {
  mode: 'build',
  platforms: [arm, intel],
  tools: { docker: '28.2.2', engine: '29.0.1', buildx: 'v0.36.1', buildkit: 'v0.32.1' },
  builder: { name: 'multiarch-1', driver: 'docker-container' },
  complaints: [],
  stages: [{ name: 'Builder', startedAt: 12, milliseconds: 1234.56 }],
}

const pushed: BuildResult = {
  ...built,
  platforms: [
    { ...arm, image: descriptor(ARM), attestations: [descriptor(PROOF)], size: 3_456_789 },
    { ...intel, image: descriptor(INTEL), attestations: [] },
  ],
  published: {
    index: INDEX,
    tags: ['127.0.0.1:5000/octo/app:latest', '127.0.0.1:5000/octo/app:1.2.3'].map(parseTagRef),
  },
}

const FILE = '/tmp/multiarch-1/metadata.json'

describe('outputs', () => {
  test('of what was pushed', () => {
    const outputs = toOutputs(pushed, FILE)
    assert.deepEqual(outputs, {
      digest: INDEX.digest,
      platforms: 'linux/arm/v7,linux/amd64',
      digests: `{"linux/arm/v7":"${ARM}","linux/amd64":"${INTEL}"}`,
      image: `127.0.0.1:5000/octo/app@${INDEX.digest}`,
      tags: '127.0.0.1:5000/octo/app:latest\n127.0.0.1:5000/octo/app:1.2.3',
      ...{ record: '', matrix: '' },
      'metadata-file': FILE,
    })
  })

  test('of what was only built: platforms, and no name of anything that is not there', () => {
    assert.deepEqual(toOutputs(built, FILE), {
      ...{ digest: '', digests: '', image: '', tags: '', record: '', matrix: '' },
      ...{ platforms: 'linux/arm/v7,linux/amd64', 'metadata-file': FILE },
    })
  })

  test('are those of the list, each of them set', () => {
    for (const result of [built, pushed])
      assert.deepEqual(Object.keys(toOutputs(result, FILE)).toSorted(), OUTPUTS.toSorted())
  })
})

const versions = { docker: '28.2.2', engine: '29.0.1', buildx: 'v0.36.1', buildkit: 'v0.32.1' }
const rest = {
  complaints: [],
  ...{ builder: { name: 'multiarch-1', driver: 'docker-container' }, versions },
  stages: [{ name: 'Builder', seconds: 1.235 }],
}

describe('the metadata file', () => {
  test('knows everything of what was pushed', () => {
    assert.deepEqual(JSON.parse(toMetadata(pushed)), {
      ...{ version: 1, mode: 'build', digest: INDEX.digest },
      descriptor: { mediaType: OCI_INDEX, digest: INDEX.digest, size: INDEX.bytes.length },
      tags: ['127.0.0.1:5000/octo/app:latest', '127.0.0.1:5000/octo/app:1.2.3'],
      platforms: [
        {
          ...{ platform: 'linux/arm/v7', emulated: true, seconds: 61.235, pullSize: 3_456_789 },
          ...{ descriptor: descriptor(ARM), attestations: [descriptor(PROOF)] },
        },
        {
          ...{ platform: 'linux/amd64', emulated: false, seconds: 0.812 },
          ...{ descriptor: descriptor(INTEL), attestations: [] },
        },
      ],
      ...rest,
    })
  })

  test('says of what was only built how, and how long it took', () => {
    assert.deepEqual(JSON.parse(toMetadata(built)), {
      ...{ version: 1, mode: 'build' },
      platforms: [
        { platform: 'linux/arm/v7', emulated: true, seconds: 61.235 },
        { platform: 'linux/amd64', emulated: false, seconds: 0.812 },
      ],
      ...rest,
    })
  })

  test('ends with a line end, as a text file does', () => assert.match(toMetadata(built), /\}\n$/))
})
