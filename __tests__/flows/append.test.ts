import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toReport } from '../../src/action/report.ts'
import { TagMoves } from '../../src/flows/sources/append.ts'
import { type Manifest, readIndex } from '../../src/image/manifest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { parseReference } from '../../src/image/reference.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { failureOf } from '../fakes/failure.ts'
import { describe as listed } from '../fakes/registries.ts'
import { AMD64, FAR, source, stage } from './sources-stage.ts'

const APP = 'one.io/octo/app'
const TAG = `${APP}:1`

/** octo/app:1 is an index of an attested amd64 and a riscv64, with an annotation and an artifact. */
function appStage() {
  const set = stage()
  const { registries } = set
  const at = parseReference(APP)
  const images = ['amd64', 'riscv64'].map((architecture) => registries.holdImage(at, `old ${architecture}`))
  const [amd64, riscv64] = images
  assert.ok(amd64 && riscv64)
  const proof = registries.holdImage(at, 'old proof')
  const chart = registries.holdImage(at, 'chart')
  const marks = {
    'vnd.docker.reference.digest': amd64.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  }
  const manifests = [
    listed(amd64, { platform: { os: 'linux', architecture: 'amd64' } }),
    listed(proof, { annotations: marks, platform: { os: 'unknown', architecture: 'unknown' } }),
    listed(riscv64, { platform: { os: 'linux', architecture: 'riscv64', variant: 'rva23' } }),
    { ...listed(chart), artifactType: 'x/y', platform: { os: 'unknown', architecture: 'unknown' } },
  ]
  const old = registries.hold(at, OCI_INDEX, { manifests, annotations: { 'org.example.old': 'yes' } }, '1')
  const put = (...images: readonly Manifest[]) => {
    const manifests = images.map((image, place) => {
      return listed(image, { platform: { os: 'linux', architecture: `mine${place}` } })
    })
    return registries.hold(at, OCI_INDEX, { manifests }, '1')
  }
  return { ...set, old, manifests, put, oldImages: { amd64, riscv64, proof, chart } }
}

const digests = (index: Manifest) => readIndex(index).manifests.map(({ digest }) => digest)

/** Moves the tag whenever somebody has looked where it is, so many times. */
function meddling({ get }: Registry, times: number, meddle: () => void): Partial<Registry> {
  let left = times
  return {
    get: async (...asked) => {
      const found = await get(...asked)
      if ('tag' in asked[0] && left > 0) {
        left -= 1
        meddle()
      }
      return found
    },
  }
}

describe('adding to an image', () => {
  test('keeps what is there, in its place; the same platform gives way, with its attestation', async () => {
    const { registries, amd64, s390x, proof, all, oldImages, ...set } = appStage()
    const [one, , far] = all
    assert.ok(one && far)
    const { published, parts } = await set.merge([TAG], [far, one], { append: true })
    const { manifests, annotations } = readIndex(published.index)
    assert.deepEqual(
      manifests.map(({ digest }) => digest),
      [amd64, oldImages.riscv64, s390x, proof, oldImages.chart].map(({ digest }) => digest),
    )
    assert.deepEqual(manifests[1], set.manifests[2])
    assert.deepEqual(manifests[4], set.manifests[3])
    assert.deepEqual(annotations, { 'org.example.old': 'yes' })
    assert.deepEqual(
      parts.map(({ platform }) => formatPlatform(platform)),
      ['linux/amd64', 'linux/riscv64/rva23', 'linux/s390x'],
    )
    assert.equal(registries.tags()[TAG], published.index.digest)
    assert.deepEqual(registries.gaps(), [])
    const said = set.log.groups.at(-1)?.lines.join('\n') ?? ''
    assert.match(said, /octo\/app:1 is sha256:\w+ so far, with linux\/amd64, linux\/riscv64\/rva23/)
    assert.match(said, new RegExp(`linux/amd64 was ${oldImages.amd64.digest}, and is ${amd64.digest}`))
  })

  test('of Windows, a later revision takes the place of an earlier one, and another build stands beside it', async () => {
    const { amd64, ...set } = appStage()
    const windows = (version: string) =>
      source(AMD64, amd64, { os: 'windows', architecture: 'amd64', 'os.version': `10.0.${version}` })
    const add = (version: string) =>
      set.merge([TAG], [windows(version)], { append: true, platforms: [parsePlatform('windows/amd64')] })
    await add('17763.1')
    await add('20348.1')
    const { parts } = await add('17763.2')
    assert.deepEqual(parts.map(({ platform }) => formatPlatform(platform)).slice(2), [
      'windows(10.0.17763.2)/amd64',
      'windows(10.0.20348.1)/amd64',
    ])
  })

  test('again changes nothing', async () => {
    const { registries, all, ...set } = appStage()
    const first = await set.merge([TAG], all, { append: true })
    const again = await set.merge([TAG], all, { append: true })
    assert.equal(again.published.index.digest, first.published.index.digest)
  })

  test('of another annotation keeps the old ones beside it', async () => {
    const { registries, all, ...set } = appStage()
    const annotations = [
      { level: 'index', key: 'org.example.new', value: '1' },
      { level: 'index', key: 'org.example.old', value: 'no' },
    ] as const
    const { published } = await set.merge([TAG], all, { append: true, annotations })
    assert.deepEqual(readIndex(published.index).annotations, {
      'org.example.new': '1',
      'org.example.old': 'no',
    })
  })

  test('that is not there yet makes it, and says so', async () => {
    const { registries, all, ...set } = appStage()
    const { published } = await set.merge([`${APP}:2`], all, { append: true })
    assert.equal(digests(published.index).length, 4)
    assert.equal(registries.tags()[`${APP}:2`], published.index.digest)
    assert.match(set.log.groups.at(-1)?.lines[0] ?? '', /there is no one\.io\/octo\/app:2 yet, so it is made/)
  })

  test('that is a single manifest makes an index of both', async () => {
    const { registries, s390x, proof, attested, ...set } = appStage()
    const { amd64, arm64 } = set
    for (const tag of ['1']) registries.shelf(parseReference(AMD64)).tags.set(tag, amd64.digest)
    const { published } = await set.merge([`${AMD64}:1`], [source(FAR, attested)], { append: true })
    assert.deepEqual(
      digests(published.index),
      [amd64, s390x, proof].map(({ digest }) => digest),
    )
    assert.ok(!digests(published.index).includes(arm64.digest))
  })

  test('under names elsewhere takes along what was there', async () => {
    const { registries, all, ...set } = appStage()
    const { published } = await set.merge([TAG, 'two.io/octo/app:1'], all, { append: true })
    assert.equal(registries.tags()['two.io/octo/app:1'], published.index.digest)
    assert.deepEqual(registries.gaps(), [])
  })
})

describe('while somebody else moves the tag', () => {
  test('what they have put is added to, not overwritten', async () => {
    const { registries, s390x, proof, attested, ...set } = appStage()
    const theirs = registries.holdImage(parseReference(APP), 'theirs')
    const meddler = meddling(registries.registry, 1, () => set.put(theirs))
    Object.assign(registries.registry, meddler)
    const { published } = await set.merge([TAG], [source(FAR, attested)], { append: true })
    assert.deepEqual(
      digests(published.index),
      [theirs, s390x, proof].map(({ digest }) => digest),
    )
    assert.equal(registries.tags()[TAG], published.index.digest)
  })

  test('right after us, ours is added once more where they did not know of it', async () => {
    const { registries, s390x, attested, ...set } = appStage()
    const theirs = registries.holdImage(parseReference(APP), 'theirs')
    const { put } = registries.registry
    let left = 1
    const overwrite: Registry['put'] = async (reference, manifest) => {
      await put(reference, manifest)
      if ('tag' in reference && left-- > 0) set.put(theirs)
    }
    Object.assign(registries.registry, { put: overwrite })
    const { published } = await set.merge([TAG], [source(FAR, attested)], { append: true })
    assert.ok([theirs, s390x].every(({ digest }) => digests(published.index).includes(digest)))
    assert.equal(registries.tags()[TAG], published.index.digest)
  })

  test('right after us and with ours in it, all is well', async () => {
    const { registries, s390x, attested, ...set } = appStage()
    const theirs = registries.holdImage(parseReference(APP), 'theirs')
    const { put } = registries.registry
    registries.shelf(parseReference(APP)).manifests.set(s390x.digest, s390x)
    const addTo: Registry['put'] = async (reference, manifest) => {
      await put(reference, manifest)
      if ('tag' in reference) set.put(theirs, s390x)
    }
    Object.assign(registries.registry, { put: addTo })
    await set.merge([TAG], [source(FAR, attested)], { append: true })
    const now = registries.shelf(parseReference(APP)).manifests.get(registries.tags()[TAG] ?? '')
    assert.ok(now && digests(now).includes(theirs.digest) && digests(now).includes(s390x.digest))
  })

  test('again and again, it is theirs, and the error says so', async () => {
    const { registries, attested, ...set } = appStage()
    let count = 0
    const meddle = () => set.put(registries.holdImage(parseReference(APP), `theirs ${count++}`))
    Object.assign(registries.registry, meddling(registries.registry, 9, meddle))
    const error = await failureOf(set.merge([TAG], [source(FAR, attested)], { append: true }))
    assert.ok(error instanceof TagMoves)
    assert.equal(toReport(error).title, 'Somebody else moves the tag')
    assert.equal(count, 3)
  })
})
