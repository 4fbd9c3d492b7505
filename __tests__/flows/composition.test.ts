import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MergeRequest } from '../../src/flows/merge.ts'
import { merge } from '../../src/flows/merge.ts'
import { type Manifest, readIndex } from '../../src/image/manifest.ts'
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { parseReference, parseTagRef } from '../../src/image/reference.ts'
import { CONFIG, describe as listed, openRegistries } from '../fakes/registries.ts'
import { openWorld } from '../fakes/world.ts'
import { imageOf, RUN } from '../handoff/records.ts'

// What becomes of which sources (registry.md, 4.4, "Composition vectors"): a to d are images of four platforms.

const APP = 'one.io/octo/app'
const ARCHITECTURES = { a: 'amd64', b: 'arm64', c: 's390x', d: 'riscv64' } as const
type Letter = keyof typeof ARCHITECTURES

function stage() {
  const registries = openRegistries()
  const at = parseReference(APP)
  const image = (letter: Letter, mediaType: string = OCI_MANIFEST) => {
    const config = registries.holdBlob(
      at,
      JSON.stringify({ os: 'linux', architecture: ARCHITECTURES[letter] }),
      CONFIG,
    )
    return registries.hold(at, mediaType, { mediaType, config, layers: [] })
  }
  const entry = (letter: Letter, mediaType?: string) =>
    listed(image(letter, mediaType), { platform: { os: 'linux', architecture: ARCHITECTURES[letter] } })
  const proof = (letter: Letter, of: string = image(letter).digest) => {
    const manifest = registries.hold(at, OCI_MANIFEST, {
      config: registries.holdBlob(at, `proof of ${letter}`, CONFIG),
      layers: [],
    })
    const annotations = {
      'vnd.docker.reference.digest': of,
      'vnd.docker.reference.type': 'attestation-manifest',
    }
    return listed(manifest, { annotations, platform: { os: 'unknown', architecture: 'unknown' } })
  }
  const index = (...manifests: readonly object[]) => registries.hold(at, OCI_INDEX, { manifests })
  const { world, log } = openWorld()
  const annotations: MergeRequest['annotations'][number][] = []
  const compose = async (...sources: readonly Manifest[]) => {
    const request: MergeRequest = {
      ...{
        mode: 'merge',
        plan: [],
        annotations,
        check: false,
        run: RUN,
        platforms: [],
        image: imageOf(APP),
      },
      from: {
        kind: 'sources',
        sources: sources.map(({ digest }) => ({ image: { ...at, digest }, edits: {} })),
      },
      tags: [parseTagRef(`${APP}:1`)],
    }
    const there = { ...world, registry: () => Promise.resolve(registries.registry) }
    return (await merge(request, there)).published.index
  }
  return {
    ...{ image, entry, proof, index, compose, annotations },
    said: () => log.groups.flatMap(({ lines }) => lines).join('\n'),
  }
}

const digests = (index: Manifest) => readIndex(index).manifests.map(({ digest }) => digest)
const typeOf = ({ mediaType }: Manifest) => mediaType

describe('images are composed', () => {
  test('OCI and OCI to an OCI index, Docker and Docker to a Docker list, both to an OCI index', async () => {
    const { image, compose } = stage()
    assert.equal(typeOf(await compose(image('a'), image('b'))), OCI_INDEX)
    assert.equal(typeOf(await compose(image('a', DOCKER_MANIFEST), image('b', DOCKER_MANIFEST))), DOCKER_LIST)
    assert.equal(typeOf(await compose(image('a', DOCKER_MANIFEST), image('b'))), OCI_INDEX)
  })

  test('Docker images that are annotated to an OCI index, and that is said', async () => {
    const { image, compose, annotations, said } = stage()
    annotations.push({ level: 'index', key: 'org.example.title', value: 'App' })
    const made = await compose(image('a', DOCKER_MANIFEST), image('b', DOCKER_MANIFEST))
    assert.equal(typeOf(made), OCI_INDEX)
    assert.match(said(), /a Docker manifest list cannot hold annotations, so this is an OCI index/)
  })

  test('one index to itself, with the same digest', async () => {
    const { entry, proof, index, compose } = stage()
    const whole = index(entry('a'), proof('a'), entry('b'), proof('b'))
    assert.equal((await compose(whole)).digest, whole.digest)
  })

  test('an index of a and b, and c, to a, b, c', async () => {
    const { image, entry, index, compose } = stage()
    const made = await compose(index(entry('a'), entry('b')), image('c'))
    assert.deepEqual(
      digests(made),
      [image('a'), image('b'), image('c')].map(({ digest }) => digest),
    )
  })

  test('indexes in an index, at any depth, to what is in them', async () => {
    const { image, entry, index, compose } = stage()
    const inner = listed(index(entry('b'), listed(index(entry('c')))))
    const made = await compose(index(entry('a'), inner), image('d'))
    assert.deepEqual(
      digests(made),
      (['a', 'b', 'c', 'd'] as const).map((letter) => image(letter).digest),
    )
  })

  test('attested images to images first, then their attestations in the same order', async () => {
    const { image, entry, proof, index, compose } = stage()
    const made = await compose(index(entry('a'), proof('a')), index(entry('b'), proof('b')))
    assert.deepEqual(digests(made), [
      image('a').digest,
      image('b').digest,
      proof('a').digest,
      proof('b').digest,
    ])
  })

  test('the same image twice to one', async () => {
    const { image, entry, index, compose } = stage()
    assert.deepEqual(digests(await compose(image('a'), index(entry('a')), image('a'))), [image('a').digest])
  })

  test('an attestation of what is not there to nothing, and that is said', async () => {
    const { image, entry, proof, index, compose, said } = stage()
    const lost = proof('c')
    assert.deepEqual(digests(await compose(index(entry('a'), lost), image('b'))), [
      image('a').digest,
      image('b').digest,
    ])
    assert.match(said(), new RegExp(`left out of ${APP}@sha256:\\w+: ${lost.digest}`))
  })
})
