import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  inspectMetadata,
  inspectOutputs,
  inspectSummary,
  inspectTable,
} from '../../src/action/results/inspect.ts'
import { perform } from '../../src/flows/perform.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseImageRef } from '../../src/image/reference.ts'
import { PlatformsMissing } from '../../src/merge/wanted.ts'
import { failureOf } from '../fakes/failure.ts'
import { describe as listed, openRegistries } from '../fakes/registries.ts'
import { openWorld } from '../fakes/world.ts'

const APP = { registry: 'ghcr.io', path: 'octo/app' }
const SOURCE = parseImageRef('ghcr.io/octo/app:1')
const REQUEST = { mode: 'inspect', source: SOURCE, platforms: [] } as const

function withImage() {
  const registries = openRegistries()
  const arm = registries.holdImage(APP, 'arm64')
  const layer = { ...registries.holdBlob(APP, 'proof'), mediaType: 'application/vnd.in-toto+json' }
  const config = registries.holdBlob(APP, '{}')
  const proofs = ['https://slsa.dev/provenance/v1', 'https://spdx.dev/Document'].map((predicate) => ({
    ...layer,
    annotations: { 'in-toto.io/predicate-type': predicate },
  }))
  const proof = registries.hold(APP, OCI_MANIFEST, { config, layers: proofs })
  const annotations = {
    'vnd.docker.reference.digest': arm.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  }
  const manifests = [
    listed(arm, { platform: { os: 'linux', architecture: 'arm64' } }),
    listed(proof, { annotations, platform: { os: 'unknown', architecture: 'unknown' } }),
  ]
  const own = { 'org.opencontainers.image.description': 'An app | for `you`' }
  const image = registries.hold(APP, OCI_INDEX, { manifests, annotations: own }, '1')
  const opened = openWorld()
  const world = { ...opened.world, registry: () => Promise.resolve(registries.registry) }
  return { ...registries, image, arm, proof, world, effects: opened.did }
}

describe('an image is inspected', () => {
  test('by reading each of its manifests once, without any program', async () => {
    const { world, did, effects } = withImage()
    await perform(REQUEST, world)
    assert.equal(did.length, 3)
    assert.ok(did.every((request) => request.startsWith('get ')))
    assert.deepEqual(effects, ['note folder'])
  })

  test('and its outputs are for the next step', async () => {
    const { world, image, arm } = withImage()
    const result = await perform(REQUEST, world)
    assert.deepEqual(inspectOutputs(result), {
      digest: image.digest,
      platforms: 'linux/arm64',
      digests: JSON.stringify({ 'linux/arm64': arm.digest }),
      image: `ghcr.io/octo/app@${image.digest}`,
      tags: '',
    })
  })

  test('and its file has sizes, annotations and what is attested', async () => {
    const { world, image, arm, proof } = withImage()
    const told = JSON.parse(JSON.stringify(inspectMetadata(await perform(REQUEST, world))))
    assert.deepEqual(told.annotations, { 'org.opencontainers.image.description': 'An app | for `you`' })
    assert.deepEqual(told.descriptor, {
      ...{ mediaType: OCI_INDEX, digest: image.digest, size: image.bytes.length },
    })
    const [platform] = told.platforms
    assert.equal(platform.descriptor.digest, arm.digest)
    assert.equal(platform.pullSize, 45 + 'layer base'.length + 'layer arm64'.length)
    assert.equal(platform.attestations[0].descriptor.digest, proof.digest)
    assert.deepEqual(platform.attestations[0].predicates, [
      'https://slsa.dev/provenance/v1',
      'https://spdx.dev/Document',
    ])
  })

  test('and the summary and the log show it', async () => {
    const { world, image, arm } = withImage()
    const result = await perform(REQUEST, world)
    assert.equal(
      inspectSummary(result),
      `## ghcr.io/octo/app:1

- digest: \`${image.digest}\`
- type: \`${OCI_INDEX}\`
- \`org.opencontainers.image.description\`: \`An app | for 'you'\`

| platform | pull size | attestations | digest |
| --- | --- | --- | --- |
| linux/arm64 | 66 B | provenance, SBOM | \`${arm.digest}\` |`,
    )
    assert.deepEqual(inspectTable(result), [
      `platform     pull size  attestations      digest`,
      `linux/arm64  66 B       provenance, SBOM  ${arm.digest}`,
      `ghcr.io/octo/app:1 is ${image.digest}`,
    ])
  })

  test('though it is one manifest alone', async () => {
    const { world, arm } = withImage()
    const result = await perform({ ...REQUEST, source: { ...APP, digest: arm.digest } }, world)
    assert.equal(inspectOutputs(result).platforms, 'linux/arm64')
    assert.equal(inspectOutputs(result).digest, arm.digest)
  })

  test('and fails where a wanted platform is missing', async () => {
    const { world } = withImage()
    const platforms = ['linux/arm64', 'linux/amd64'].map(parsePlatform)
    const error = await failureOf(perform({ ...REQUEST, platforms }, world), PlatformsMissing)
    assert.equal(error.message, 'ghcr.io/octo/app:1 lacks linux/amd64; it has linux/arm64')
  })
})
