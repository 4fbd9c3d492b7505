import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toReport } from '../../src/action/report.ts'
import { readIndex } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { parseReference } from '../../src/image/reference.ts'
import { failureOf } from '../fakes/failure.ts'
import { CONFIG, describe as listed } from '../fakes/registries.ts'
import { AMD64, ARM64, FAR, source, stage } from './sources-stage.ts'

describe('images of several repositories and registries', () => {
  test('become one, wherever it is named: each is brought there from where it is', async () => {
    const { registries, amd64, arm64, s390x, proof, ...set } = stage()
    const names = ['one.io/octo/app:1.0.0', 'two.io/octo/app:1.0.0', 'two.io/octo/app:latest']
    const { published, parts } = await set.merge(names, set.all)
    assert.deepEqual(
      readIndex(published.index).manifests.map(({ digest }) => digest),
      [amd64, arm64, s390x, proof].map(({ digest }) => digest),
    )
    assert.deepEqual(registries.gaps(), [])
    assert.deepEqual(Object.keys(registries.tags()), names)
    assert.deepEqual(
      parts.map(({ platform }) => formatPlatform(platform)),
      ['linux/amd64', 'linux/arm64', 'linux/s390x'],
    )
    // What is of the registry already is mounted: configuration, own layer, and the layer that all share.
    assert.equal(registries.did.filter((one) => one.startsWith('mount one.io')).length, 2 * 3)
    assert.equal(registries.did.filter((one) => one.startsWith('mount two.io')).length, 3 + 2)
  })

  test('move no tag where one of them cannot be brought', async () => {
    const { registries, ...set } = stage()
    const { blobs } = registries.shelf(parseReference(ARM64))
    for (const digest of [...blobs.keys()].slice(-1)) blobs.delete(digest)
    const error = await failureOf(set.merge(['one.io/octo/app:1', 'two.io/octo/app:1'], set.all))
    assert.equal(toReport(error).title, 'The image could not be copied')
    assert.deepEqual(registries.tags(), {})
  })

  test('that are all where the tags are need nothing but the tags', async () => {
    const { registries, amd64, ...set } = stage()
    await set.merge([`${AMD64}:1`, `${AMD64}:2`], [source(AMD64, amd64)])
    assert.deepEqual(
      registries.did.map((one) => one.split(' ')[0]),
      ['get', 'readBlob', 'put', 'put'],
    )
  })

  test('take their time, in which other registries that get names are greeted', async () => {
    const { registries, amd64, ...set } = stage()
    const greeted: string[] = []
    const warm: typeof registries.registry.warm = ({ registry, path }) => {
      greeted.push(`${registry}/${path}`)
      return Promise.resolve()
    }
    Object.assign(registries.registry, { warm })
    const names = [`${AMD64}:1`, 'one.io/octo/app:1', 'two.io/octo/app:1', 'three.io/octo/app:1']
    await set.merge(names, [source(AMD64, amd64)])
    assert.deepEqual(greeted, ['two.io/octo/app', 'three.io/octo/app'])
  })

  test('are asked for where they are, if somebody wants to be sure', async () => {
    const { registries, ...set } = stage()
    await set.merge(['one.io/octo/app:1'], set.all, { check: true })
    const heads = registries.did.filter((one) => one.startsWith('head '))
    assert.deepEqual(heads.map((one) => one.replace(/^head |@.*/g, '')).toSorted(), [AMD64, ARM64, FAR])
  })
})

describe('one index alone', () => {
  /** As imagetools writes it: each attestation after its image, and on one line. */
  function interleaved() {
    const set = stage()
    const { registries, s390x, proof, arm64 } = set
    const far = parseReference(FAR)
    registries.shelf(far).manifests.set(arm64.digest, arm64)
    for (const [digest, bytes] of registries.shelf(parseReference(ARM64)).blobs)
      registries.shelf(far).blobs.set(digest, bytes)
    const marks = {
      'vnd.docker.reference.digest': s390x.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    }
    const manifests = [
      listed(s390x, { platform: { os: 'linux', architecture: 's390x' } }),
      listed(proof, { annotations: marks, platform: { os: 'unknown', architecture: 'unknown' } }),
      listed(arm64, { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }),
    ]
    const index = registries.hold(far, OCI_INDEX, { manifests, annotations: { b: '2', a: '1' } })
    return { ...set, index }
  }

  test('stays what it is, byte for byte, in the same place and in others', async () => {
    const { registries, index, merge } = interleaved()
    const { published } = await merge([`${FAR}:1`, 'one.io/octo/app:1'], [source(FAR, index)])
    assert.equal(published.index.digest, index.digest)
    assert.deepEqual(registries.gaps(), [])
  })

  test('or another index, or what is no image, lists: all of it comes along', async () => {
    const { registries, index, merge, amd64, log } = interleaved()
    const far = parseReference(FAR)
    const chart = registries.holdBlob(far, '{"chart":1}', 'application/vnd.cncf.helm.config.v1+json')
    const stray = registries.hold(far, OCI_MANIFEST, { config: chart, layers: [] })
    const nested = registries.hold(far, OCI_INDEX, { manifests: [listed(index), listed(stray)] })
    const { published, parts } = await merge(['one.io/octo/app:1'], [source(FAR, nested)])
    assert.equal(published.index.digest, nested.digest)
    assert.equal(parts.length, 2)
    assert.deepEqual(registries.gaps(), [])
    const sources = [source(FAR, nested), source(AMD64, amd64)]
    const flat = await merge(['one.io/octo/app:2'], sources)
    assert.equal(readIndex(flat.published.index).manifests.length, 4)
    assert.match(log.groups.at(-1)?.lines.join('\n') ?? '', new RegExp(`left out of .*${stray.digest}`))
  })

  for (const [what, more] of [
    ['an annotation', { annotations: [{ level: 'index', key: 'c', value: '3' }] }],
    ['fewer attestations', { attestations: 'drop' }],
  ] as const) {
    test(`is written anew for ${what}`, async () => {
      const { index, merge } = interleaved()
      const { published } = await merge([`${FAR}:1`], [source(FAR, index)], more)
      assert.notEqual(published.index.digest, index.digest)
    })
  }
})

describe('what is said of a platform', () => {
  test('counts for more than what the image says; the rest stays', async () => {
    const { registries, arm64, ...set } = stage()
    const edits = { architecture: 'arm', variant: 'v6' }
    const { parts, published } = await set.merge(['one.io/octo/app:1'], [source(ARM64, arm64, edits)])
    assert.deepEqual(readIndex(published.index).manifests[0]?.platform, {
      ...{ os: 'linux', architecture: 'arm', variant: 'v6' },
    })
    assert.deepEqual(parts[0]?.platform, parsePlatform('linux/arm/v6'))
    assert.deepEqual(registries.gaps(), [])
  })

  test('of an attested image is of the image, not of its attestation', async () => {
    const { attested, ...set } = stage()
    const { published } = await set.merge(['one.io/octo/app:1'], [source(FAR, attested, { variant: 'z15' })])
    assert.deepEqual(
      readIndex(published.index).manifests.map(({ platform }) => platform),
      [
        { os: 'linux', architecture: 's390x', variant: 'z15' },
        { os: 'unknown', architecture: 'unknown' },
      ],
    )
  })

  test('gives one to an image whose configuration has none, and to what is no image for others', async () => {
    const { registries, ...set } = stage()
    const at = parseReference(AMD64)
    const silent = registries.holdBlob(at, '{}', CONFIG)
    const wasm = registries.holdBlob(at, '{"m":1}', 'application/vnd.wasm.config.v0+json')
    const manifests = [silent, wasm].map((config) => {
      return registries.hold(at, 'application/vnd.oci.image.manifest.v1+json', { config, layers: [] })
    })
    const edits = [
      { os: 'linux', architecture: 'riscv64' },
      { os: 'wasi', architecture: 'wasm' },
    ]
    const sources = manifests.map((manifest, place) => source(AMD64, manifest, edits[place] ?? {}))
    const { parts } = await set.merge(['one.io/octo/app:1'], sources)
    assert.deepEqual(
      parts.map(({ platform }) => platform),
      edits,
    )
    for (const manifest of manifests) {
      const error = await failureOf(set.merge(['one.io/octo/app:2'], [source(AMD64, manifest, { os: 'x' })]))
      const { title, detail, advice } = toReport(error)
      assert.equal(title, 'The image cannot be used')
      assert.ok(detail.startsWith(`${AMD64}@${manifest.digest} `), detail)
      assert.match(advice, /both os= and arch= after/)
    }
  })

  test('is refused where it could be meant for several images', async () => {
    const { registries, amd64, arm64, ...set } = stage()
    const platforms = [amd64, arm64].map((image, place) => {
      return listed(image, { platform: { os: 'linux', architecture: ['amd64', 'arm64'][place] } })
    })
    const both = registries.hold(parseReference(AMD64), OCI_INDEX, { manifests: platforms })
    const error = await failureOf(set.merge(['one.io/octo/app:1'], [source(AMD64, both, { os: 'x' })]))
    assert.match(error.message, /octo\/amd64@sha256:\w+ holds 2 images/)
  })

  test('can make two images claim one platform; both are named, with their places', async () => {
    const { registries, amd64, arm64, ...set } = stage()
    const sources = [source(AMD64, amd64), source(ARM64, arm64, { architecture: 'amd64' })]
    const { detail } = toReport(await failureOf(set.merge(['one.io/octo/app:1'], sources)))
    assert.match(
      detail,
      new RegExp(`^Built twice: .*${amd64.digest} in ${AMD64}; .*${arm64.digest} in ${ARM64}`),
    )
    assert.deepEqual(registries.tags(), {})
  })
})
