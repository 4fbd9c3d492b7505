import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BuildRequest } from '../../src/flows/build.ts'
import { perform } from '../../src/flows/perform.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { RECIPE } from '../fakes/recipe.ts'
import { openWorld, type Settings, SPEC, settle } from '../fakes/world.ts'

const REQUEST: BuildRequest = {
  mode: 'build',
  platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'].map(parsePlatform),
  tags: [],
  recipe: RECIPE,
  builder: SPEC,
  emulators: { image: 'tonistiigi/binfmt:1', imageMirrors: [], keep: true, verify: true, reset: false },
}

const FOLDER = { kind: 'folder', path: '/own' }
const BUILDER = { kind: 'builder', name: 'multiarch-1', env: { BUILDX_CONFIG: '/own/buildx' } }

/** Builds so in such a world. */
async function done(changes: Partial<BuildRequest>, settings: Settings = {}) {
  const opened = openWorld(settings)
  return { ...opened, result: await perform({ ...REQUEST, ...changes }, opened.world) }
}

test('what has neither a CPU nor an emulator is not told as native', async () => {
  const platforms = ['linux/amd64', 'windows/amd64'].map(parsePlatform)
  const { result } = await done({ platforms })
  assert.ok(result.mode === 'build')
  assert.deepEqual(
    result.platforms.map(({ unsupported = false }) => unsupported),
    [false, true],
  )
})

describe('the ledger has', () => {
  test('the folder and the builder that were made', async () => {
    const { notes } = await done({})
    assert.deepEqual(notes, [FOLDER, BUILDER])
  })

  test('the folder alone, where the builder is the user’s', async () => {
    const { notes } = await done({ builder: { existing: 'mine' } })
    assert.deepEqual(notes, [FOLDER])
  })

  test('emulators that shall not stay', async () => {
    const { notes } = await done({
      emulators: { image: 'tonistiigi/binfmt:1', imageMirrors: [], keep: false, verify: true, reset: false },
    })
    const handlers = ['qemu-aarch64', 'qemu-s390x']
    assert.deepEqual(
      notes.toSorted((a, b) => a.kind.localeCompare(b.kind)),
      [
        ...[
          BUILDER,
          { kind: 'emulators', image: 'tonistiigi/binfmt:1', handlers, by: 'multiarch-1' },
          FOLDER,
        ],
      ],
    )
  })

  test('each thing before it is made', async () => {
    const { did } = await done({
      emulators: { image: 'tonistiigi/binfmt:1', imageMirrors: [], keep: false, verify: true, reset: false },
    })
    assert.ok(did.indexOf('note builder') < did.indexOf('create multiarch-1'))
    assert.ok(did.indexOf('note emulators') < did.indexOf('install arm64,s390x'))
    assert.ok(did.includes('install arm64,s390x'))
  })
})

describe('a builder of the user’s', () => {
  const mine = { builder: { existing: 'mine' } } as const

  test('is started and used, and no other is made', async () => {
    const { did, result } = await done(mine)
    assert.ok(did.includes('boot mine'))
    assert.ok(!did.some((effect) => effect.startsWith('create')))
    assert.equal(result.builder.name, 'mine')
  })

  test('is asked for what it runs before an emulator is installed for it', async () => {
    const { did } = await done(mine)
    assert.ok(did.indexOf('boot mine') < did.indexOf('install arm64,s390x'))
  })

  test('that covers a platform needs no emulator for it', async () => {
    const { did, result } = await done(mine, { builderPlatforms: 'linux/amd64, linux/arm64, linux/386' })
    assert.deepEqual(
      did.filter((effect) => effect.startsWith('install')),
      ['install s390x'],
    )
    assert.deepEqual(
      result.platforms.map(({ emulated }) => emulated),
      [false, true, true],
    )
  })

  test('of several nodes runs natively what each node is', async () => {
    const settings = { builderPlatforms: 'linux/amd64\nlinux/arm64\nlinux/s390x' }
    const { did, result } = await done(mine, settings)
    assert.ok(!did.some((effect) => effect.startsWith('install')))
    assert.deepEqual(
      result.platforms.map(({ emulated }) => emulated),
      [false, false, false],
    )
  })
})

describe('a builder that was quicker than an emulator', () => {
  const late = { builderPlatforms: 'linux/amd64, linux/arm64' }

  test('looks for emulators again before anything is built', async () => {
    const { did, log } = await done({}, late)
    const story = did.filter((effect) => /^(boot|docker buildx stop|build linux.amd64)/.test(effect))
    assert.deepEqual(story, [
      ...['boot multiarch-1', 'docker buildx stop multiarch-1', 'boot multiarch-1', 'build linux/amd64'],
    ])
    const { lines = [] } = log.groups.find(({ title }) => title.startsWith('Builder')) ?? {}
    assert.ok(
      lines.includes('buildkitd was there before the emulator of linux/s390x: it looks again'),
      lines.join('\n'),
    )
  })

  test('is left alone where what it does not list was there before it', async () => {
    const { did } = await done({}, { ...late, registered: ['qemu-aarch64', 'qemu-s390x'] })
    assert.ok(!did.includes('docker buildx stop multiarch-1'))
  })
})

test('every stage has its group, with what it said', async () => {
  const { log, result } = await done({})
  const titles = log.groups.map(({ title }) => title.replace(/ \([^(]*\)$/, ''))
  const builds = ['Build linux/amd64', 'Build linux/arm64, emulated', 'Build linux/s390x, emulated']
  assert.deepEqual(titles, ['Emulators', 'Builder', ...builds])
  assert.deepEqual(
    result.stages.map(({ name }) => name),
    titles,
  )
  assert.match(log.groups[0]?.lines.join('\n') ?? '', /linux\/arm64 qemu-aarch64 is not registered/)
})

const STEP = JSON.stringify({
  vertexes: [{ digest: 'sha256:7', name: '[linux-s390x 2/3] RUN make', started: '2026-01-01T00:00:00Z' }],
})
const PRINTED = JSON.stringify({
  logs: [{ vertex: 'sha256:7', stream: 1, data: btoa('cc main.c\n'), timestamp: '2026-01-01T00:00:00.4Z' }],
})

describe('a long silence', () => {
  test('is broken by a line for each platform that still builds, and how far it is', async () => {
    const slow = Promise.withResolvers<void>()
    const { world, log, time } = openWorld({
      gates: { 'build linux/s390x': slow.promise, 'build linux/arm64': slow.promise },
      says: { 'build linux/s390x': [STEP, PRINTED] },
    })
    const built = perform(REQUEST, world)
    await settle()
    time.pass(20_000)
    for (const tick of time.ticking) tick()
    assert.deepEqual(log.lines, [
      'linux/amd64  waiting  20 s so far',
      'linux/arm64  building  20 s so far',
      'linux/s390x  2/3 RUN make  20 s so far: cc main.c',
    ])
    slow.resolve()
    const { platforms } = await built
    assert.deepEqual(
      platforms.map(({ platform, milliseconds }) => [formatPlatform(platform), milliseconds]),
      [
        ['linux/amd64', 0],
        ['linux/arm64', 20_000],
        ['linux/s390x', 20_000],
      ],
    )
    assert.equal(time.ticking.size, 0, 'it still ticks')
  })
})

describe('a disk that is nearly full', () => {
  test('is warned of, with what to do', async () => {
    const { log } = await done({}, { free: 900_000_000 })
    assert.ok(
      log.lines.some((line) => /^warning: Only 0\.9 GB are free at \/var\/lib\/docker\..*prune/.test(line)),
    )
  })

  test('is no matter while there is room', async () => {
    const { log } = await done({})
    assert.ok(!log.lines.some((line) => line.startsWith('warning')))
  })
})
