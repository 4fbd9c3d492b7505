import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EngineError } from '../../src/builder/engine.ts'
import type { BuildRequest } from '../../src/flows/build.ts'
import { perform } from '../../src/flows/perform.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { RECIPE } from '../fakes/recipe.ts'
import { openWorld, type Settings, SPEC } from '../fakes/world.ts'

const REQUEST: BuildRequest = {
  mode: 'build',
  platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'].map(parsePlatform),
  tags: [],
  recipe: RECIPE,
  builder: { ...SPEC, driver: 'remote', endpoint: 'tcp://buildkit:1234' },
  emulators: { image: 'tonistiigi/binfmt:1', imageMirrors: [], keep: true, verify: true, reset: false },
}

/** Builds so in such a world. */
async function done(changes: Partial<BuildRequest>, settings: Settings) {
  const opened = openWorld(settings)
  const result = await perform({ ...REQUEST, ...changes }, opened.world)
  const how = result.platforms.map(({ platform, emulated }) => [formatPlatform(platform), emulated])
  return { ...opened, result, how }
}

const NO_ENGINE: Settings = { ends: { 'ask engine': { code: 1, stdout: '', stderr: 'no' } } }

describe('a builder elsewhere', () => {
  test('says itself what it runs, so it is asked before emulators are thought of', async () => {
    const { did, how } = await done({}, { builderPlatforms: 'linux/arm64, linux/amd64, linux/s390x' })
    assert.ok(did.indexOf('boot multiarch-1') > did.indexOf('create multiarch-1'))
    assert.ok(!did.some((effect) => effect.startsWith('look for')), 'an image is pulled for nothing')
    assert.deepEqual(how, [
      ['linux/amd64', true],
      ['linux/arm64', false],
      ['linux/s390x', true],
    ])
  })

  for (const driver of ['remote', 'kubernetes'] as const)
    test(`of the driver ${driver} gets no emulators: those of this machine would be of no use`, async () => {
      const builder = { ...SPEC, driver, endpoint: driver === 'remote' ? 'tcp://b:1' : '' }
      const { did, log } = await done({ builder }, { builderPlatforms: 'linux/amd64' })
      assert.ok(!did.some((effect) => effect.startsWith('install')))
      const said = log.groups.find(({ title }) => title.startsWith('Emulators'))?.lines ?? []
      assert.match(said[1] ?? '', /^linux\/arm64 is not among what the builder can run, .* must not RUN/)
    })

  for (const [name, builder] of [
    ['of the driver remote', REQUEST.builder],
    ['of the driver kubernetes', { ...SPEC, driver: 'kubernetes' }],
    ['that exists', { existing: 'mine' }],
  ] as const)
    test(`${name} needs no engine, and without platforms builds its own`, async () => {
      const { how, result } = await done(
        { builder, platforms: [] },
        { ...NO_ENGINE, builderPlatforms: 'linux/arm64, linux/amd64' },
      )
      assert.deepEqual(how, [['linux/arm64', false]])
      assert.deepEqual(result.tools, { buildx: 'v0.36.1', buildkit: 'v0.32.1' })
    })

  test('is not one that this engine shall have: without the engine there is none', async () => {
    for (const builder of [SPEC, { embedded: true }] as const)
      await assert.rejects(done({ builder }, NO_ENGINE), EngineError)
  })
})

describe('a second machine', () => {
  const NODE = { name: '', endpoint: 'arm', driverOptions: [], flags: '', platforms: [] }

  test('whose platforms are known is native for them, and the emulators of the others come meanwhile', async () => {
    const nodes = [{ ...NODE, platforms: [parsePlatform('linux/arm64')] }]
    const { did, how } = await done({ builder: { ...SPEC, nodes } }, {})
    assert.ok(did.includes('append arm') && did.includes('install s390x'))
    assert.deepEqual(how, [
      ['linux/amd64', false],
      ['linux/arm64', false],
      ['linux/s390x', true],
    ])
  })

  test('whose platforms are not known is asked; what no machine runs is emulated here, and buildkitd looks again', async () => {
    const builderPlatforms = 'linux/amd64, linux/arm64\nlinux/arm64'
    const { did } = await done({ builder: { ...SPEC, nodes: [NODE] } }, { builderPlatforms })
    const order = ['append arm', 'boot multiarch-1', 'install s390x', 'docker buildx stop multiarch-1']
    assert.deepEqual(
      did.filter((effect) => order.includes(effect)),
      [...order, 'boot multiarch-1'],
    )
    assert.ok(did.includes('give linux/arm64 to place1'))
  })
})
