import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { writeIndex } from '../../src/image/manifest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { formatRepository, type Repository } from '../../src/image/reference.ts'
import { type Assembly, publishParts } from '../../src/publish/parts.ts'
import { describe as listed } from '../fakes/registries.ts'
import { APP, FAR, type withIndex as Index, NEAR, tags, withIndex } from './attested-index.ts'

const OTHER: Repository = { registry: 'new.io', path: 'octo/parts' }

/** An index that nobody has yet, of the images in APP and one more elsewhere. */
function assembly(world: ReturnType<typeof Index>, ...names: readonly string[]): Assembly {
  const { shelf, image, manifests } = world
  shelf(APP).manifests.delete(image.digest)
  shelf(APP).tags.clear()
  const other = world.holdImage(OTHER, 's390x')
  const more = listed(other, { platform: { os: 'linux', architecture: 's390x' } })
  return {
    index: writeIndex({ mediaType: OCI_INDEX, manifests: [...manifests, more] }),
    places: [
      { from: APP, digests: manifests.map(({ digest }) => digest) },
      { from: OTHER, digests: [other.digest] },
    ],
    tags: tags(...names),
  }
}

describe('a new index of images in several repositories', () => {
  test('is put where it is not named first by its digest, before any tag', async () => {
    const world = withIndex()
    const names = ['old.io/octo/app:latest', `${FAR}:1.0.0`, `${NEAR}:1.0.0`]
    const { index, ...more } = assembly(world, ...names)
    const done = await publishParts({ index, ...more }, world.registry)
    const at = (request: string) => world.did.indexOf(request)
    for (const name of [formatRepository(APP), NEAR]) {
      const byDigest = `put ${name}@${index.digest.slice(0, 15)}`
      assert.ok(at(byDigest) >= 0 && at(byDigest) < at(`put ${FAR}:1.0.0`), byDigest)
    }
    assert.ok(!world.did.includes(`put ${FAR}@${index.digest.slice(0, 15)}`))
    assert.deepEqual(world.did.slice(-3), [
      `put ${FAR}:1.0.0`,
      `put ${NEAR}:1.0.0`,
      'put old.io/octo/app:latest',
    ])
    assert.deepEqual(done.copied.map(formatRepository), ['old.io/octo/app', FAR, NEAR])
    assert.deepEqual(world.gaps(), [])
  })

  test('takes over what its registry has, and crosses with the rest once for each registry', async () => {
    const world = withIndex()
    await publishParts(assembly(world, `${FAR}:1`, `${NEAR}:1`), world.registry)
    const mounts = world.did.filter((one) => one.startsWith('mount '))
    assert.equal(mounts.filter((one) => one.includes(NEAR)).length, 9)
    assert.equal(mounts.filter((one) => one.includes(FAR)).length, 3)
    assert.ok(world.count('putBlob') <= 9 + 3)
  })

  test('is asked about when all is there and nothing is named', async () => {
    const world = withIndex()
    const ready = () => Promise.reject(new Error('not now'))
    const { index, ...more } = assembly(world, `${FAR}:1`, `${NEAR}:1`)
    await assert.rejects(publishParts({ index, ...more, ready }, world.registry), /not now/)
    assert.deepEqual(world.tags(), {})
    assert.ok(world.shelf({ registry: 'old.io', path: 'octo/mirror' }).manifests.has(index.digest))
  })
})

describe('a run that is killed', () => {
  const names = ['old.io/octo/app:2', `${NEAR}:2`, `${FAR}:2`, `${FAR}:latest`]

  test('at whichever request leaves no tag at anything incomplete, and the next run gets there', async () => {
    const whole = withIndex()
    const all = assembly(whole, ...names)
    await publishParts(all, whole.registry)
    assert.ok(whole.did.length > 50)
    for (let dies = 0; dies < whole.did.length; dies++) {
      const world = withIndex({ dies })
      const same = assembly(world, ...names)
      await assert.rejects(publishParts(same, world.registry), `at ${dies}`)
      assert.deepEqual(world.gaps(), [], `killed at ${dies}`)
      world.revive()
      await publishParts(same, world.registry)
      assert.deepEqual(world.tags(), whole.tags())
      assert.deepEqual(world.gaps(), [])
    }
  })
})
