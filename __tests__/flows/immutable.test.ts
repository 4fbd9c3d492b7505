import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BuildRequest } from '../../src/flows/build.ts'
import { perform } from '../../src/flows/perform.ts'
import { promote } from '../../src/flows/promote.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseImageRef, parseReference, parseTagRef } from '../../src/image/reference.ts'
import { TagsTaken } from '../../src/publish/immutable.ts'
import { RECIPE } from '../fakes/recipe.ts'
import { openRegistries } from '../fakes/registries.ts'
import { openWorld, SPEC } from '../fakes/world.ts'
import { AMD64, ARM64, source, stage } from './sources-stage.ts'

const TAG = parseTagRef('one.io/octo/app:v1')

describe('a tag that must not move', () => {
  test('ends a build before anything is asked or made', async () => {
    const { registry, holdImage } = openRegistries()
    holdImage(TAG, 'amd64')
    const { world, did } = openWorld()
    const request: BuildRequest = {
      ...{ mode: 'build', platforms: [parsePlatform('linux/amd64')], tags: [TAG], recipe: RECIPE },
      ...{ builder: SPEC, fixed: [TAG] },
      emulators: { image: 'tonistiigi/binfmt:1', imageMirrors: [], keep: true, verify: true, reset: false },
    }
    const head = () => Promise.resolve({ mediaType: 'x', digest: holdImage(TAG, 'x').digest, size: 1 })
    const taken = { ...world, registry: () => Promise.resolve({ ...registry, head }) }
    await assert.rejects(perform(request, taken), TagsTaken)
    assert.deepEqual(did, ['note folder'])
  })

  test('is looked at once the digest of a merge is known: no other tag moves either', async () => {
    const { registries, amd64, arm64, merge } = stage()
    const immutable = ['v*']
    await merge(['one.io/octo/app:v1'], [source(AMD64, amd64)], { immutable })
    const before = registries.tags()
    await merge(['one.io/octo/app:v1'], [source(AMD64, amd64)], { immutable })
    const other = merge(['one.io/octo/app:latest', 'one.io/octo/app:v1'], [source(ARM64, arm64)], {
      immutable,
    })
    await assert.rejects(other, TagsTaken)
    assert.deepEqual(registries.tags(), before)
  })

  test('is no hindrance to a promotion that has been done before', async () => {
    const { registries, amd64, arm64 } = stage()
    const { world } = openWorld()
    const there = { ...world, registry: () => Promise.resolve(registries.registry) }
    const to = (name: string, digest: string) =>
      promote(
        {
          ...{ mode: 'promote', source: parseImageRef(`${name}@${digest}`), tags: [TAG], platforms: [] },
          ...{ referrers: false, fixed: [TAG] },
        },
        there,
      )
    await to(AMD64, amd64.digest)
    await to(AMD64, amd64.digest)
    await assert.rejects(to(ARM64, arm64.digest), TagsTaken)
    assert.equal(registries.shelf(parseReference('one.io/octo/app')).tags.get('v1'), amd64.digest)
  })
})
