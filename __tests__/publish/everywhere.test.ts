import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Manifest } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { formatRepository } from '../../src/image/reference.ts'
import { CopyError, TreeTooLarge } from '../../src/publish/copy-error.ts'
import { publishEverywhere } from '../../src/publish/everywhere.ts'
import { failureOf } from '../fakes/failure.ts'
import { CONFIG, errorOf, LAYER, describe as listed, openRegistries } from '../fakes/registries.ts'
import { APP, FAR, NEAR, publication, tags, withIndex } from './attested-index.ts'

describe('an image gets names in its own repository', () => {
  test('by one request each, and nothing else', async () => {
    const { registry, image, did } = withIndex()
    await publishEverywhere(publication(image, 'old.io/octo/app:1', 'old.io/octo/app:latest'), registry)
    assert.deepEqual(did, ['put old.io/octo/app:1', 'put old.io/octo/app:latest'])
  })
})

describe('an image is brought to another repository of its registry', () => {
  test('by one mount for each blob, and no byte comes here', async () => {
    const { registry, image, did, count, streams, gaps, tags } = withIndex()
    const done = await publishEverywhere(publication(image, `${NEAR}:1`, `${NEAR}:2`), registry)
    assert.equal(count('mount'), 4 + 1 + 4, 'configurations, the shared base, layers')
    assert.deepEqual([count('get'), count('headBlob'), count('openBlob'), count('putBlob')], [4, 0, 0, 0])
    assert.equal(streams.bytes, 0)
    assert.equal(did.length, 1 + 4 + 9 + 4 + 2, 'HEAD, GETs, mounts, children, tags')
    assert.deepEqual(gaps(), [])
    assert.deepEqual(tags(), {
      'old.io/octo/app:1.0': image.digest,
      [`${NEAR}:1`]: image.digest,
      [`${NEAR}:2`]: image.digest,
    })
    assert.deepEqual(done.copied.map(formatRepository), [NEAR])
  })

  test('in this order: what it is made of, images, what names them as subject, the first tag, the others', async () => {
    const { registry, image, images, did } = withIndex()
    await publishEverywhere(publication(image, `${NEAR}:latest`, `${NEAR}:1.0.0`), registry)
    const name = ({ digest }: Manifest) => `put ${NEAR}@${digest.slice(0, 15)}`
    const puts = did.filter((request) => request.startsWith('put '))
    assert.deepEqual(puts.slice(0, 2).toSorted(), images.map((one) => name(one.image)).toSorted())
    assert.deepEqual(puts.slice(2, 4).toSorted(), images.map((one) => name(one.proof)).toSorted())
    assert.deepEqual(puts.slice(4), [`put ${NEAR}:1.0.0`, `put ${NEAR}:latest`])
    assert.ok(did.findLastIndex((one) => one.startsWith('mount')) < did.indexOf(puts[0] ?? ''))
  })

  test('by uploads where the registry wants the bytes, and it is not asked for ever', async () => {
    const { registry, image, count, gaps } = withIndex({ refusesMounts: /old/ })
    await publishEverywhere(publication(image, `${NEAR}:1`), registry)
    assert.equal(count('putBlob'), 9)
    assert.deepEqual(gaps(), [])
  })
})

describe('an image is brought to another registry', () => {
  test('as the bytes of each blob that is not there', async () => {
    const { registry, image, holdBlob, count, gaps } = withIndex()
    holdBlob({ registry: 'new.io', path: 'octo/app' }, 'layer base')
    await publishEverywhere(publication(image, `${FAR}:1`), registry)
    assert.deepEqual([count('headBlob'), count('putBlob'), count('mount')], [9, 8, 0])
    assert.deepEqual(gaps(), [])
  })

  test('once, and from there into its other repositories', async () => {
    const { registry, image, count, gaps, tags } = withIndex()
    const names = [`${FAR}:1`, 'new.io/octo/second:1', 'new.io/octo/third:1', `${NEAR}:1`]
    await publishEverywhere(publication(image, ...names), registry)
    assert.deepEqual([count('get'), count('putBlob'), count('mount')], [4, 9, 27])
    assert.deepEqual(gaps(), [])
    assert.deepEqual([...new Set(Object.values(tags()))], [image.digest])
  })

  test('as the single manifest that it is', async () => {
    const { registry, holdImage, gaps, tags } = openRegistries()
    const image = holdImage(APP, 'amd64')
    await publishEverywhere(publication(image, `${FAR}:1`), registry)
    assert.deepEqual(tags(), { [`${FAR}:1`]: image.digest })
    assert.deepEqual(gaps(), [])
  })

  test('with the indexes in it, the innermost first', async () => {
    const { registry, image, hold, gaps } = withIndex()
    const outer = hold(APP, OCI_INDEX, { manifests: [listed(image)] })
    const outest = hold(APP, OCI_INDEX, { manifests: [listed(outer), listed(image)] })
    await publishEverywhere(publication(outest, `${FAR}:1`), registry)
    assert.deepEqual(gaps(), [])
  })

  test('without layers that live elsewhere', async () => {
    const { registry, hold, holdBlob, gaps, count } = openRegistries()
    const foreign = { ...listed(hold(APP, OCI_MANIFEST, {})), mediaType: LAYER, urls: ['https://ms/x'] }
    const config = holdBlob(APP, '{}', CONFIG)
    const image = hold(APP, OCI_MANIFEST, { config, layers: [foreign, holdBlob(APP, 'layer')] })
    await publishEverywhere(publication(image, `${FAR}:1`), registry)
    assert.equal(count('putBlob'), 2)
    assert.deepEqual(gaps(), [])
  })

  test('with blobs that an index lists, as a cache of BuildKit’s does', async () => {
    const { registry, hold, holdBlob, gaps } = openRegistries()
    const cache = hold(APP, OCI_INDEX, { manifests: [holdBlob(APP, 'layer'), holdBlob(APP, '{}', CONFIG)] })
    await publishEverywhere(publication(cache, `${FAR}:cache`), registry)
    assert.deepEqual(gaps(), [])
  })
})

describe('what an earlier run has brought', () => {
  test('is not brought again, and names that are right are left alone', async () => {
    const { registry, image, did } = withIndex()
    await publishEverywhere(publication(image, `${FAR}:1`), registry)
    did.length = 0
    const again = await publishEverywhere(publication(image, `${FAR}:1`, `${FAR}:2`), registry)
    assert.deepEqual(again, { moved: tags(`${FAR}:2`), unchanged: tags(`${FAR}:1`), copied: [] })
    assert.deepEqual(
      did.filter((request) => !request.startsWith('get ')),
      [`head ${FAR}@${image.digest.slice(0, 15)}`, `head ${FAR}:1`, `head ${FAR}:2`, `put ${FAR}:2`],
    )
  })
})

describe('a registry that refuses a look at what is not there', () => {
  test('gets the image all the same', async () => {
    const { registry, image, gaps, tags } = withIndex()
    const head: typeof registry.head = async (reference) => {
      const found = await registry.head(reference)
      if (found === undefined) throw errorOf('denied', 'octo/app', '403')
      return found
    }
    await publishEverywhere(publication(image, `${FAR}:1`), { ...registry, head })
    assert.equal(tags()[`${FAR}:1`], image.digest)
    assert.deepEqual(gaps(), [])
  })
})

describe('a copy that fails', () => {
  test('names the manifest that its source lacks, and moves no tag', async () => {
    const { registry, image, images, shelf, tags } = withIndex()
    const lost = images[1]?.image.digest ?? ''
    shelf(APP).manifests.delete(lost)
    const error = await failureOf(
      publishEverywhere(publication(image, `${FAR}:1`, `${NEAR}:1`), registry),
      CopyError,
    )
    assert.match(error.message, new RegExp(`read the image ${lost} of old.io/octo/app`))
    assert.deepEqual(Object.keys(tags()), ['old.io/octo/app:1.0'])
  })

  test('names the blob, and from where to where; another registry that took all of it gets no tag either', async () => {
    const { registry, image, shelf, tags } = withIndex()
    const [lost = ''] = shelf(APP).blobs.keys()
    shelf({ registry: 'new.io', path: 'octo/app' }).blobs.set(
      lost,
      shelf(APP).blobs.get(lost) ?? new Uint8Array(),
    )
    shelf(APP).blobs.delete(lost)
    const names = [`${FAR}:1`, 'third.io/octo/app:1']
    const error = await failureOf(publishEverywhere(publication(image, ...names), registry), CopyError)
    assert.match(error.message, new RegExp(`copy the blob ${lost} from old.io/octo/app to third.io/octo/app`))
    assert.deepEqual(Object.keys(tags()), ['old.io/octo/app:1.0'])
  })

  test('is one of a tree that nobody has planted on purpose', async () => {
    const { registry, image, hold } = withIndex()
    let deep = image
    for (let depth = 0; depth < 9; depth++) deep = hold(APP, OCI_INDEX, { manifests: [listed(deep)], depth })
    await assert.rejects(publishEverywhere(publication(deep, `${FAR}:1`), registry), TreeTooLarge)
    const children = Array.from({ length: 1000 }, (_, n) => listed(hold(APP, OCI_MANIFEST, { n })))
    const wide = hold(APP, OCI_INDEX, { manifests: children })
    await assert.rejects(publishEverywhere(publication(wide, `${FAR}:1`), registry), TreeTooLarge)
  })
})

describe('a run that is killed', () => {
  const names = ['old.io/octo/app:2', `${NEAR}:2`, `${FAR}:2`, `${FAR}:latest`, 'new.io/octo/second:2']

  test('at whichever request leaves no tag at anything incomplete, and the next run gets there', async () => {
    const whole = withIndex()
    await publishEverywhere(publication(whole.image, ...names), whole.registry)
    assert.ok(whole.did.length > 60)
    for (let dies = 0; dies < whole.did.length; dies++) {
      const world = withIndex({ dies })
      await assert.rejects(
        publishEverywhere(publication(world.image, ...names), world.registry),
        `at ${dies}`,
      )
      assert.deepEqual(world.gaps(), [], `killed at ${dies}`)
      world.revive()
      await publishEverywhere(publication(world.image, ...names), world.registry)
      assert.deepEqual(world.tags(), whole.tags())
      assert.deepEqual(world.gaps(), [])
    }
  })
})
