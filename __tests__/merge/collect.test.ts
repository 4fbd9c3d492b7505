import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Descriptor, type Manifest, manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { formatPlatform } from '../../src/image/platform.ts'
import { parseTagRef } from '../../src/image/reference.ts'
import { collect, NestedTooDeep, PlatformUnknown } from '../../src/merge/collect.ts'
import { CONFIG, describe as listed } from '../fakes/registries.ts'

/** A place with manifests and configurations; `asked` are those that had to be read. */
function openPlace() {
  const manifests = new Map<string, Manifest>()
  const blobs = new Map<string, Uint8Array>()
  const asked: string[] = []
  const hold = (mediaType: string, json: object): Manifest => {
    const manifest = manifestOf(mediaType, new TextEncoder().encode(JSON.stringify({ mediaType, ...json })))
    manifests.set(manifest.digest, manifest)
    return manifest
  }
  const holdImage = (config: object, mediaType = CONFIG): Manifest => {
    const blob = listed(manifestOf(mediaType, new TextEncoder().encode(JSON.stringify(config))))
    blobs.set(blob.digest, new TextEncoder().encode(JSON.stringify(config)))
    return hold(OCI_MANIFEST, { config: blob, layers: [] })
  }
  const lookUp = <T>(shelf: ReadonlyMap<string, T>, digest: string): Promise<T> => {
    asked.push(digest)
    const found = shelf.get(digest)
    return found === undefined ? Promise.reject(new Error(`${digest} is not there`)) : Promise.resolve(found)
  }
  const source = {
    of: parseTagRef('octo/app:1'),
    read: (digest: string) => lookUp(manifests, digest),
    readBlob: ({ digest }: Descriptor) => lookUp(blobs, digest),
  }
  return { hold, holdImage, source, asked }
}

const linux = (architecture: string, more: object = {}) => ({ os: 'linux', architecture, ...more })

function proofOf(image: Manifest, proof: Manifest, type = 'attestation-manifest'): Descriptor {
  const annotations = { 'vnd.docker.reference.digest': image.digest, 'vnd.docker.reference.type': type }
  return listed(proof, { annotations, platform: { os: 'unknown', architecture: 'unknown' } })
}

const names = (images: readonly { platform: Parameters<typeof formatPlatform>[0] }[]) =>
  images.map(({ platform }) => formatPlatform(platform))

describe('an index gives its images', () => {
  test('as it lists them, each with its attestations, without reading anything more', async () => {
    const { hold, holdImage, source, asked } = openPlace()
    const [one, other, proof] = [linux('arm64'), linux('amd64'), { of: 'one' }].map((config) =>
      holdImage(config),
    )
    assert.ok(one && other && proof)
    const manifests = [
      listed(one, { platform: linux('arm64', { variant: 'v8' }) }),
      proofOf(one, proof),
      listed(other, { platform: linux('amd64'), annotations: { k: 'v' }, 'x.y': [1] }),
    ]
    const { images, strays } = await collect(hold(OCI_INDEX, { manifests }), source)
    assert.deepEqual(images, [
      { platform: linux('arm64'), image: manifests[0], attestations: [manifests[1]] },
      { platform: linux('amd64'), image: manifests[2], attestations: [] },
    ])
    assert.deepEqual([strays, asked], [[], []])
  })

  test('with those of the indexes in it, in their place, once', async () => {
    const { hold, holdImage, source } = openPlace()
    const [a, b, c] = ['amd64', 'arm64', 's390x'].map((architecture) =>
      listed(holdImage(linux(architecture)), { platform: linux(architecture) }),
    )
    const inner = hold(OCI_INDEX, { manifests: [b, a] })
    const outer = hold(OCI_INDEX, { manifests: [a, listed(inner), c] })
    const { images } = await collect(outer, source)
    assert.deepEqual(names(images), ['linux/amd64', 'linux/arm64', 'linux/s390x'])
  })

  test('with each of the platforms that one of them is for', async () => {
    const { hold, holdImage, source } = openPlace()
    const data = holdImage({})
    const manifests = ['amd64', 'arm64', 'amd64'].map((name) => listed(data, { platform: linux(name) }))
    const { images, strays } = await collect(hold(OCI_INDEX, { manifests }), source)
    assert.deepEqual([names(images), strays], [['linux/amd64', 'linux/arm64'], []])
  })

  test('with the platform of their configuration, where it says none', async () => {
    const { hold, holdImage, source } = openPlace()
    const windows = {
      ...{ os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763.1', 'os.features': ['win32k'] },
    }
    const configs = [linux('arm', { variant: 'v6' }), { ...windows, created: 'x', history: [] }]
    const manifests = configs.map((config) => listed(holdImage(config)))
    const { images } = await collect(hold(OCI_INDEX, { manifests }), source)
    assert.deepEqual(
      images.map(({ image }) => image.platform),
      [linux('arm', { variant: 'v6' }), windows],
    )
  })

  test('and not what is none: artifacts, lost attestations, marks that nobody knows', async () => {
    const { hold, holdImage, source } = openPlace()
    const image = holdImage(linux('amd64'))
    const chart = holdImage({ name: 'chart' }, 'application/vnd.cncf.helm.config.v1+json')
    const [lost, moon] = [holdImage({ n: 1 }), holdImage({ n: 2 })]
    const layer = { ...listed(chart), mediaType: 'application/vnd.oci.image.layer.v1.tar', size: 1 }
    const manifests = [
      listed(image, { platform: linux('amd64') }),
      listed(chart),
      proofOf(chart, lost),
      proofOf(image, moon, 'moon'),
    ]
    const { images, strays } = await collect(hold(OCI_INDEX, { manifests }), source)
    assert.deepEqual(names(images), ['linux/amd64'])
    assert.deepEqual(images[0]?.attestations, [])
    assert.deepEqual(strays, manifests.slice(1))
    assert.deepEqual((await collect(hold(OCI_INDEX, { manifests: [layer] }), source)).images, [])
  })

  test('unless it is nested without end', async () => {
    const { hold, source } = openPlace()
    let deep = hold(OCI_INDEX, { manifests: [] })
    for (let depth = 0; depth < 9; depth++) deep = hold(OCI_INDEX, { manifests: [listed(deep)], depth })
    await assert.rejects(collect(deep, source), NestedTooDeep)
  })
})

describe('a manifest alone gives one image', () => {
  test('with the platform of its configuration', async () => {
    const { holdImage, source, asked } = openPlace()
    const image = holdImage(linux('arm64', { variant: 'v8' }))
    const { images } = await collect(image, source)
    assert.deepEqual(images, [
      {
        platform: linux('arm64'),
        image: listed(image, { platform: linux('arm64', { variant: 'v8' }) }),
        attestations: [],
      },
    ])
    assert.equal(asked.length, 1)
  })

  test('or none, where it is something else', async () => {
    const { holdImage, source } = openPlace()
    const chart = holdImage({}, 'application/vnd.cncf.helm.config.v1+json')
    const { images, strays } = await collect(chart, source)
    assert.deepEqual([images, strays], [[], [listed(chart)]])
  })

  test('unless its configuration says nothing', async () => {
    const { hold, holdImage, source } = openPlace()
    const silent = holdImage({ os: 'linux' })
    const index = hold(OCI_INDEX, { manifests: [listed(silent)] })
    for (const image of [silent, index])
      await assert.rejects(collect(image, source), (error: unknown) => {
        assert.ok(error instanceof PlatformUnknown)
        assert.equal(error.image.digest, silent.digest)
        assert.match(error.message, /^docker.io\/octo\/app:1 does not say what it runs on/)
        return true
      })
  })
})
