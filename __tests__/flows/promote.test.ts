import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { perform } from '../../src/flows/perform.ts'
import { type PromoteRequest, SourceDiffers } from '../../src/flows/promote.ts'
import { digestOf } from '../../src/image/digest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { formatReference, parseImageRef, parseTagRef } from '../../src/image/reference.ts'
import { PlatformsMissing } from '../../src/merge/wanted.ts'
import { failureOf } from '../fakes/failure.ts'
import { describe as listed, openRegistries } from '../fakes/registries.ts'
import { openWorld } from '../fakes/world.ts'

const APP = { registry: 'ghcr.io', path: 'octo/app' }

/** A world whose registries have an index of two platforms, each with an attestation, as octo/app:edge. */
function withEdge() {
  const registries = openRegistries()
  const image = (architecture: string) => {
    const manifest = registries.holdImage(APP, architecture)
    return listed(manifest, { platform: { os: 'linux', architecture } })
  }
  const images = ['amd64', 'arm64'].map(image)
  const proofs = images.map(({ digest }) => {
    const annotations = {
      'vnd.docker.reference.digest': digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    }
    const platform = { os: 'unknown', architecture: 'unknown' }
    return listed(registries.holdImage(APP, `proof of ${digest}`), { annotations, platform })
  })
  const edge = registries.hold(APP, OCI_INDEX, { manifests: [...images, ...proofs] }, 'edge')
  const opened = openWorld()
  const world = { ...opened.world, registry: () => Promise.resolve(registries.registry) }
  return { ...registries, ...{ edge, images, world, effects: opened.did, log: opened.log } }
}

const REQUEST: PromoteRequest = {
  ...{ mode: 'promote', source: parseImageRef('ghcr.io/octo/app:edge'), platforms: [], referrers: false },
  tags: ['ghcr.io/octo/app:latest', 'ghcr.io/octo/app:1.2.3'].map(parseTagRef),
}

describe('an image is promoted', () => {
  test('inside its repository by reading it once and naming it', async () => {
    const { world, did, effects, edge, images } = withEdge()
    const { image, tags, stages, ...rest } = await perform(REQUEST, world)
    assert.deepEqual(did, [
      'get ghcr.io/octo/app:edge',
      'put ghcr.io/octo/app:1.2.3',
      'put ghcr.io/octo/app:latest',
    ])
    assert.equal(image, edge)
    assert.deepEqual(tags, REQUEST.tags)
    assert.deepEqual([rest.mode, rest.copied, rest.unchanged], ['promote', [], []])
    assert.deepEqual(
      rest.images.map(({ platform, image, attestations }) => [
        formatPlatform(platform),
        image,
        attestations.length,
      ]),
      [
        ['linux/amd64', images[0], 1],
        ['linux/arm64', images[1], 1],
      ],
    )
    assert.deepEqual(
      stages.map(({ name }) => name),
      ['Source', 'Publish'],
    )
    assert.deepEqual(effects, ['note folder'], 'no program is started')
  })

  test('by its digest, whatever the tags say by now', async () => {
    const { world, edge, tags, shelf } = withEdge()
    shelf(APP).tags.clear()
    await perform({ ...REQUEST, source: { ...APP, digest: edge.digest } }, world)
    assert.deepEqual(Object.keys(tags()), ['ghcr.io/octo/app:1.2.3', 'ghcr.io/octo/app:latest'])
  })

  test('to other registries, and the log says where it was copied to', async () => {
    const { world, log, gaps, tags, edge } = withEdge()
    const names = ['docker.io/octo/app:1', 'ghcr.io/octo/app:1']
    const { copied } = await perform({ ...REQUEST, tags: names.map(parseTagRef) }, world)
    assert.equal(copied.length, 1)
    assert.deepEqual(gaps(), [])
    assert.deepEqual(
      names.map((name) => tags()[name]),
      [edge.digest, edge.digest],
    )
    const said = log.groups.find(({ title }) => title.startsWith('Publish'))?.lines
    assert.deepEqual(said, [
      'copied to docker.io/octo/app',
      ...names.map((name) => `${name} is ${edge.digest}`),
    ])
  })

  test('again, which changes nothing', async () => {
    const { world, edge } = withEdge()
    const request = { ...REQUEST, tags: [parseTagRef('docker.io/octo/app:1')] }
    await perform(request, world)
    const { unchanged, copied, image } = await perform(request, world)
    assert.deepEqual(unchanged.map(formatReference), ['docker.io/octo/app:1'])
    assert.deepEqual(copied, [])
    assert.equal(image.digest, edge.digest)
  })

  test('as the single manifest that it is, with the platform in its configuration', async () => {
    const { world, holdImage, tags } = withEdge()
    const image = holdImage(APP, 's390x')
    const request = { ...REQUEST, source: { ...APP, digest: image.digest } }
    const { images } = await perform({ ...request, platforms: [parsePlatform('linux/s390x')] }, world)
    assert.deepEqual(
      images.map(({ platform }) => formatPlatform(platform)),
      ['linux/s390x'],
    )
    assert.equal(tags()['ghcr.io/octo/app:latest'], image.digest)
  })

  test('even where nobody can tell what it is', async () => {
    const { world, hold, tags } = withEdge()
    const chart = hold(APP, OCI_INDEX, { manifests: [] })
    const { images } = await perform({ ...REQUEST, source: { ...APP, digest: chart.digest } }, world)
    assert.deepEqual(images, [])
    assert.equal(tags()['ghcr.io/octo/app:latest'], chart.digest)
  })
})

describe('no tag is moved', () => {
  test('where a wanted platform is missing; the error says what is there', async () => {
    const { world, tags, edge } = withEdge()
    const platforms = ['linux/arm64/v8', 'linux/riscv64'].map(parsePlatform)
    const error = await failureOf(perform({ ...REQUEST, platforms }, world))
    assert.ok(error instanceof PlatformsMissing)
    assert.equal(error.message, 'ghcr.io/octo/app:edge lacks linux/riscv64; it has linux/amd64, linux/arm64')
    assert.deepEqual(tags(), { 'ghcr.io/octo/app:edge': edge.digest })
  })

  test('where the source is not the image that was meant', async () => {
    const { world, tags, edge } = withEdge()
    const ifDigest = digestOf(new TextEncoder().encode('yesterday'))
    const error = await failureOf(perform({ ...REQUEST, ifDigest }, world))
    assert.ok(error instanceof SourceDiffers)
    assert.equal(error.message, `ghcr.io/octo/app:edge is ${edge.digest}, not ${ifDigest}`)
    assert.deepEqual(tags(), { 'ghcr.io/octo/app:edge': edge.digest })
  })

  test('and all are, where it is', async () => {
    const { world, tags, edge } = withEdge()
    await perform({ ...REQUEST, ifDigest: edge.digest }, world)
    assert.equal(tags()['ghcr.io/octo/app:latest'], edge.digest)
  })
})
