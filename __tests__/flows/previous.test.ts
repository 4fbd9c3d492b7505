import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BuildRequest } from '../../src/flows/build.ts'
import { perform } from '../../src/flows/perform.ts'
import { tagToCompare } from '../../src/flows/sources/previous.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { formatReference, parseTagRef } from '../../src/image/reference.ts'
import { RECIPE } from '../fakes/recipe.ts'
import { openWorld, SPEC, settle } from '../fakes/world.ts'

const LATEST = 'get ghcr.io/octo/app:latest'

const REQUEST: BuildRequest = {
  mode: 'build',
  platforms: ['linux/amd64', 'linux/arm64'].map(parsePlatform),
  tags: ['ghcr.io/octo/app:1.2.3', 'ghcr.io/octo/app:latest'].map(parseTagRef),
  recipe: RECIPE,
  builder: SPEC,
  emulators: { image: 'tonistiigi/binfmt:1', imageMirrors: [], keep: true, verify: true, reset: false },
  compare: true,
}

describe('what the image was before', () => {
  test('is read while the builds run, from the tag that people follow', async () => {
    const last = Promise.withResolvers<void>()
    const { world, did } = openWorld({ gates: { 'build linux/arm64': last.promise } })
    await perform({ ...REQUEST, platforms: [parsePlatform('linux/amd64')] }, world)
    const again = perform(REQUEST, world)
    await settle()
    assert.ok(did.indexOf(LATEST) > did.indexOf('build linux/amd64'))
    last.resolve()
    const { previous, published } = await again
    assert.equal(previous && formatReference(previous.tag), 'ghcr.io/octo/app:latest')
    assert.notEqual(previous?.digest, published?.index.digest)
    assert.deepEqual(
      previous?.platforms.map(({ platform, size }) => [formatPlatform(platform), size]),
      [['linux/amd64', 1100]],
    )
  })

  test('is nothing where there was no image', async () => {
    const { world, did } = openWorld()
    assert.equal((await perform(REQUEST, world)).previous, undefined)
    assert.ok(did.includes(LATEST))
  })

  test('keeps nobody waiting: a registry that does not answer by then is not asked what it was', async () => {
    const never = new Promise<void>(() => {})
    const { world } = openWorld({ gates: { [LATEST]: never } })
    const { previous, published } = await perform(REQUEST, world)
    assert.ok(published)
    assert.equal(previous, undefined)
  })

  test('is not looked for where nobody wants to know, and where nothing is pushed', async () => {
    for (const change of [{ compare: false }, { tags: [] }]) {
      const { world, did } = openWorld()
      await perform({ ...REQUEST, ...change }, world)
      assert.deepEqual(
        did.filter((effect) => effect === LATEST),
        [],
      )
    }
  })

  const choices: Readonly<Record<string, string | undefined>> = {
    'octo/app:1.2.3,octo/app:latest,octo/app:1': 'docker.io/octo/app:latest',
    'octo/app:1.2.3,octo/app:sha-abc': 'docker.io/octo/app:1.2.3',
    '': undefined,
  }
  for (const [tags, chosen] of Object.entries(choices))
    test(`of ${tags || 'no tags'} is ${chosen}`, () => {
      const tag = tagToCompare(tags.split(',').filter(Boolean).map(parseTagRef))
      assert.equal(tag && formatReference(tag), chosen)
    })
})
