import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BuildRequest, build } from '../../src/flows/build.ts'
import type { World } from '../../src/flows/world.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseTagRef } from '../../src/image/reference.ts'
import { RECIPE } from '../fakes/recipe.ts'
import { openWorld, type Settings, SPEC } from '../fakes/world.ts'

const REQUEST: BuildRequest = {
  mode: 'build',
  platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'].map(parsePlatform),
  tags: [parseTagRef('ghcr.io/octo/app:1')],
  recipe: RECIPE,
  builder: SPEC,
  emulators: { image: 'tonistiigi/binfmt:1', imageMirrors: [], keep: true, verify: false, reset: false },
}

/** The commands of buildx that build, and what was said of them. */
async function commandsOf(request: Partial<BuildRequest>, settings: Settings = {}) {
  const { world, log } = openWorld(settings)
  const commands: string[] = []
  const follow: World['follow'] = (program, args, options) => {
    if (args[0] === 'buildx') commands.push(args[1] ?? '')
    return world.follow(program, args, options)
  }
  const { published } = await build({ ...REQUEST, ...request }, { ...world, follow })
  assert.ok(published)
  return { commands, said: log.lines }
}

describe('platforms are built', () => {
  test('together', async () => {
    assert.deepEqual(await commandsOf({}), { commands: ['bake'], said: [] })
  })

  test('beside those that may fail, each of which is built by itself', async () => {
    const { commands } = await commandsOf({ optional: [parsePlatform('linux/s390x')] })
    assert.deepEqual(commands.toSorted(), ['bake', 'build'])
  })

  for (const [why, request, settings] of [
    ['there is but one', { platforms: [parsePlatform('linux/arm64')] }],
    ['but one is required', { optional: ['linux/arm64', 'linux/s390x'].map(parsePlatform) }],
    ['bake has no word for something', { recipe: { ...RECIPE, passed: { 'cgroup-parent': ['x'] } } }],
    ['the builder has several nodes', {}, { builderPlatforms: 'linux/amd64, linux/arm64\nlinux/s390x' }],
  ] as const)
    test(`each by itself where ${why}, of which nothing is said`, async () => {
      const { commands, said } = await commandsOf(request, settings)
      assert.ok(commands.length > 0 && commands.every((command) => command === 'build'))
      assert.deepEqual(said, [])
    })

  test('each by itself where bake refuses, which is said', async () => {
    const { commands, said } = await commandsOf({}, { ends: { bake: { code: 1, stderr: 'unknown flag' } } })
    assert.deepEqual(commands, ['bake', 'build', 'build', 'build'])
    assert.equal(
      said[0],
      'linux/amd64: docker buildx bake has failed (unknown flag), so it is built by itself',
    )
    assert.equal(said.length, 3)
  })
})
