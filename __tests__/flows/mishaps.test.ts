import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BuildFailed } from '../../src/build/run.ts'
import { EmulatorError } from '../../src/emulation/ensure.ts'
import { type BuildRequest, build } from '../../src/flows/build.ts'
import { part } from '../../src/flows/part.ts'
import type { World } from '../../src/flows/world.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { parseTagRef } from '../../src/image/reference.ts'
import { cache, forAll, RECIPE } from '../fakes/recipe.ts'
import { openWorld, type Settings, SPEC } from '../fakes/world.ts'
import { imageOf } from '../handoff/records.ts'

const REQUEST: BuildRequest = {
  mode: 'build',
  platforms: ['linux/amd64', 'linux/arm64'].map(parsePlatform),
  tags: [parseTagRef('ghcr.io/octo/app:1')],
  recipe: RECIPE,
  builder: SPEC,
  emulators: { image: 'tonistiigi/binfmt:1', imageMirrors: [], keep: true, verify: false, reset: false },
}

const RESET =
  '#3 ERROR: failed to do request: read tcp 10.0.0.1:1->10.0.0.2:443: read: connection reset by peer'
const CRASH = [
  '#7 1.0 qemu: uncaught target signal 11 (Segmentation fault) - core dumped',
  '#7 ERROR: exit code: 2',
]
const BUG = ['#7 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2']

/** Builds of arm64 that say this and fail, so many times. */
function failing(times: number, said: readonly string[]): Settings {
  let failures = 0
  return {
    says: { 'build linux/arm64': said },
    ends: {
      get 'build linux/arm64'() {
        return failures++ < times ? { code: 1 } : {}
      },
    },
  }
}

const buildsIn = (did: readonly string[]) => did.filter((effect) => effect === 'build linux/arm64').length

describe('a platform whose build dies of', () => {
  for (const [name, said, mishap] of [
    ['the network', [RESET], 'the network failed'],
    ['its emulator', CRASH, 'the emulator crashed'],
  ] as const) {
    test(`${name} is tried once more, and that is said`, async () => {
      const { world, did, log } = openWorld(failing(1, said))
      const { platforms, lost, published } = await build(REQUEST, world)
      assert.equal(buildsIn(did), 2)
      assert.deepEqual(
        platforms.map(({ mishap }) => mishap),
        [undefined, mishap],
      )
      assert.equal(lost, undefined)
      assert.ok(published)
      const why = `linux/arm64: ${mishap}, so it is built once more`
      const others = 'linux/amd64: the failure of linux/arm64 has stopped it, so it is built by itself'
      assert.deepEqual(log.lines.toSorted(), [others, why])
      const group = log.groups.find(({ title }) => title.startsWith('Build linux/arm64'))
      const verdict = 'ERROR: failed to build: failed to solve'
      assert.deepEqual(group?.lines, [...said, verdict, why, ...said], 'the group has both logs')
    })
  }

  test('it twice has failed', async () => {
    const { world, did, registry } = openWorld(failing(2, [RESET]))
    await assert.rejects(build(REQUEST, world), BuildFailed)
    assert.equal(buildsIn(did), 2)
    assert.equal(registry.tags.size, 0)
  })

  test('a mistake in it has failed at once', async () => {
    const { world, did } = openWorld(failing(1, BUG))
    await assert.rejects(build(REQUEST, world), BuildFailed)
    assert.equal(buildsIn(did), 1)
  })
})

describe('a cache whose store does not open before a build', () => {
  const unopened = 'ERROR: failed to build: failed to solve: failed to configure azblob cache exporter: '
  const cachesOf = async (entry: string, said = [`${unopened}403 Forbidden`]) => {
    const { world, log } = openWorld(failing(1, said))
    const written: string[][] = []
    const follow: World['follow'] = async (program, args, options) => {
      if (args.includes('linux/arm64'))
        written.push(args.filter((_, place) => args[place - 1] === '--cache-to'))
      else if (args.includes('bake')) {
        const { target } = JSON.parse((await world.files.read('/own/together.json')) ?? '')
        written.push(target['linux-arm64']['cache-to'])
      }
      return await world.follow(program, args, options)
    }
    await build({ ...REQUEST, recipe: { ...RECIPE, cacheTo: [forAll(cache(entry))] } }, { ...world, follow })
    return { written: written.map(({ length }) => length), log }
  }

  test('is not written by the second try, and the reason is a warning', async () => {
    const { written, log } = await cachesOf('type=azblob,account_url=https://x.blob')
    assert.deepEqual(written, [1, 0])
    assert.deepEqual(log.lines.toSorted(), [
      'linux/amd64: the failure of linux/arm64 has stopped it, so it is built by itself',
      'linux/arm64: a store of caches did not open, so it is built once more',
      'warning: failed to configure azblob cache exporter: 403 Forbidden',
    ])
  })

  test('is written by the second try where another build was just making the store', async () => {
    const { written, log } = await cachesOf('type=azblob,account_url=https://x.blob', [
      `${unopened}failed to create cache container buildkit-cache: PUT https://x.blob/buildkit-cache`,
      'RESPONSE 409: 409 The specified container already exists.',
      'ERROR CODE: ContainerAlreadyExists',
    ])
    assert.deepEqual(written, [1, 1])
    assert.ok(!log.lines.some((line) => line.startsWith('warning')))
  })

  test('is tried again where there shall be no build without it', async () => {
    const { written, log } = await cachesOf('type=azblob,account_url=https://x.blob,ignore-error=false')
    assert.deepEqual(written, [1, 1])
    assert.equal(log.lines.length, 2)
  })
})

describe('an optional platform that fails', () => {
  const optional = [parsePlatform('linux/arm64')]

  test('is a warning, and the image is made of the others', async () => {
    const { world, did, log } = openWorld(failing(2, BUG))
    const { platforms, lost, published } = await build({ ...REQUEST, optional }, world)
    assert.deepEqual(
      platforms.map(({ platform }) => formatPlatform(platform)),
      ['linux/amd64'],
    )
    assert.deepEqual(lost, optional)
    const { manifests } = JSON.parse(new TextDecoder().decode(published?.index.bytes))
    assert.deepEqual(
      manifests.map(({ platform }: { platform: { architecture: string } }) => platform.architecture),
      ['amd64', 'unknown'],
    )
    assert.ok(!did.includes('stopped linux/amd64'))
    assert.match(log.lines.join('\n'), /^warning: The image is made without linux\/arm64\./)
  })

  test('may have no emulator: it is not built, the builder is not started anew for it, and the warning says why', async () => {
    const ends = { 'install arm64': { code: 125 } }
    const { world, did, log } = openWorld({ ends, builderPlatforms: 'linux/amd64' })
    const { lost, platforms } = await build({ ...REQUEST, optional }, world)
    assert.deepEqual(lost, optional)
    assert.equal(platforms.length, 1)
    assert.equal(buildsIn(did), 0)
    assert.ok(!did.includes('docker buildx stop multiarch-1'))
    assert.deepEqual(log.lines, [
      'warning: The image is made without linux/arm64. there is no working emulator for linux/arm64',
    ])
    await assert.rejects(build(REQUEST, openWorld({ ends }).world), EmulatorError)
  })

  test('is tried twice as well, after a mishap', async () => {
    const { world } = openWorld(failing(1, [RESET]))
    assert.equal((await build({ ...REQUEST, optional }, world)).lost, undefined)
  })

  test('is an error where nothing is left', async () => {
    const { world, registry } = openWorld(failing(2, BUG))
    await assert.rejects(build({ ...REQUEST, platforms: optional, optional }, world), BuildFailed)
    assert.equal(registry.tags.size, 0)
  })

  test('is no excuse for another one', async () => {
    const settings = { ends: { 'build linux/amd64': { code: 1 }, 'build linux/arm64': { code: 1 } } }
    await assert.rejects(build({ ...REQUEST, optional }, openWorld(settings).world), (error) => {
      assert.ok(error instanceof BuildFailed)
      return formatPlatform(error.platform) === 'linux/amd64'
    })
  })

  test('leaves its part green and without a record', async () => {
    const { mode: _, tags: __, ...rest } = REQUEST
    const job = { run: { id: '7', attempt: 1 }, leg: { job: 'part', runner: 'r1' }, writer: '', plan: [] }
    const { world } = openWorld(failing(2, BUG))
    const image = imageOf('ghcr.io/octo/app')
    const { record, carried, lost } = await part(
      { mode: 'part', ...rest, ...job, image, push: new Map(), platforms: optional, optional },
      world,
    )
    assert.deepEqual([record.platforms, carried, lost], [[], false, optional])
  })
})
