import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BuildRequest } from '../../src/flows/build.ts'
import { perform } from '../../src/flows/perform.ts'
import { isAttestation, readIndex } from '../../src/image/manifest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { parseTagRef } from '../../src/image/reference.ts'
import { RECIPE } from '../fakes/recipe.ts'
import { openWorld, SPEC, settle } from '../fakes/world.ts'

const REQUEST: BuildRequest = {
  mode: 'build',
  platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'].map(parsePlatform),
  tags: ['ghcr.io/octo/app:latest', 'ghcr.io/octo/app:1.2.3'].map(parseTagRef),
  recipe: RECIPE,
  builder: SPEC,
  emulators: { image: 'tonistiigi/binfmt:1', imageMirrors: [], keep: true, verify: true, reset: false },
}

const BUILDS = ['build linux/amd64', 'build linux/arm64', 'build linux/s390x']

describe('one step makes a whole image', () => {
  test('in this order, from the first question to the last tag', async () => {
    const { world, did } = openWorld()
    await perform(REQUEST, world)
    const story = [
      ...['note folder', 'ask engine', 'note builder', 'create multiarch-1', 'boot multiarch-1', ...BUILDS],
      ...['built linux/s390x', 'put ghcr.io/octo/app:1.2.3', 'put ghcr.io/octo/app:latest'],
    ]
    assert.deepEqual(
      did.filter((effect) => story.includes(effect)),
      story,
    )
    assert.deepEqual(did.toSorted(), [...new Set(did)].toSorted(), 'something is done twice')
  })

  test('gives what it has made', async () => {
    const { world, registry } = openWorld()
    const { published, platforms, stages, ...rest } = await perform(REQUEST, world)
    assert.deepEqual(published?.tags, REQUEST.tags)
    assert.deepEqual(
      platforms.map(({ platform, emulated, size }) => [formatPlatform(platform), emulated, size]),
      [
        ['linux/amd64', false, 1100],
        ['linux/arm64', true, 1100],
        ['linux/s390x', true, 1100],
      ],
    )
    assert.deepEqual(rest, {
      mode: 'build',
      tools: { docker: '28.2.2', engine: '29.0.1', buildx: 'v0.36.1', buildkit: 'v0.32.1' },
      builder: { name: 'multiarch-1', driver: 'docker-container' },
      complaints: [],
    })
    assert.equal(stages.at(-1)?.name, 'Publish')
    assert.deepEqual([...registry.tags.values()], [published?.index, published?.index])
  })

  test('whose index has every image in the order wanted, then every attestation', async () => {
    const { world } = openWorld()
    const { published, platforms } = await perform(REQUEST, world)
    assert.ok(published)
    const { mediaType, manifests } = readIndex(published.index)
    assert.equal(mediaType, OCI_INDEX)
    const images = platforms.map(({ image }) => image)
    const attestations = platforms.flatMap(({ attestations = [] }) => attestations)
    assert.equal(attestations.length, 3)
    assert.ok(attestations.every(isAttestation))
    assert.deepEqual(manifests, [...images, ...attestations])
  })

  test('of manifests alone, where there is no provenance', async () => {
    const { world } = openWorld({ attested: false })
    const { published, platforms } = await perform(REQUEST, world)
    assert.ok(published)
    assert.deepEqual(
      readIndex(published.index).manifests,
      platforms.map(({ image }) => image),
    )
  })

  test('annotated where that was asked for', async () => {
    const { world } = openWorld()
    const annotations = [{ level: 'index', key: 'a', value: '1' }] as const
    const { published } = await perform({ ...REQUEST, recipe: { ...REQUEST.recipe, annotations } }, world)
    assert.deepEqual(published && readIndex(published.index).annotations, { a: '1' })
  })

  test('and says where an annotation has no place in a registry', async () => {
    const { world, log } = openWorld()
    const annotations = [{ level: 'index-descriptor', key: 'a', value: '1' }] as const
    const { published } = await perform({ ...REQUEST, recipe: { ...REQUEST.recipe, annotations } }, world)
    assert.equal(published && readIndex(published.index).annotations, undefined)
    const publishing = log.groups.find(({ title }) => title.startsWith('Publish'))
    assert.match(publishing?.lines[0] ?? '', /index-descriptor .* a registry has no place for them/)
  })
})

describe('what must wait', () => {
  test('the builder boots while emulators are installed, and builds wait for both', async () => {
    const emulators = Promise.withResolvers<void>()
    const { world, did } = openWorld({ gates: { 'install arm64,s390x': emulators.promise } })
    const built = perform(REQUEST, world)
    await settle()
    assert.ok(did.includes('boot multiarch-1'))
    assert.ok(!did.some((effect) => effect.startsWith('build ')))
    emulators.resolve()
    await built
  })

  test('the registry is warmed while the builder boots, not before that', async () => {
    const boot = Promise.withResolvers<void>()
    const { world, did } = openWorld({ gates: { 'boot multiarch-1': boot.promise } })
    const built = perform(REQUEST, world)
    await settle()
    assert.ok(did.indexOf('warm ghcr.io/octo/app') > did.indexOf('boot multiarch-1'))
    boot.resolve()
    await built
  })

  test('builds wait for the builder, and then begin together', async () => {
    const boot = Promise.withResolvers<void>()
    const last = Promise.withResolvers<void>()
    const { world, did } = openWorld({
      gates: { 'boot multiarch-1': boot.promise, 'build linux/amd64': last.promise },
    })
    const built = perform(REQUEST, world)
    await settle()
    assert.deepEqual(
      did.filter((effect) => effect.startsWith('build ')),
      [],
    )
    boot.resolve()
    await settle()
    assert.deepEqual(
      did.filter((effect) => effect.startsWith('build ')),
      BUILDS,
    )
    assert.ok(did.includes('built linux/s390x'), 'a build waits for the others')
    last.resolve()
    await built
  })

  test('tags wait for the last platform', async () => {
    const last = Promise.withResolvers<void>()
    const { world, did } = openWorld({ gates: { 'get push of linux/arm64': last.promise } })
    const built = perform(REQUEST, world)
    await settle()
    assert.ok(did.includes('built linux/arm64'))
    assert.deepEqual(
      did.filter((effect) => effect.startsWith('put ')),
      [],
    )
    last.resolve()
    await built
  })

  test('the registry’s sizes keep no tag waiting', async () => {
    const size = Promise.withResolvers<void>()
    const { world, registry } = openWorld({ gates: { 'get image of linux/arm64': size.promise } })
    const built = perform(REQUEST, world)
    await settle()
    assert.equal(registry.tags.size, 2)
    size.resolve()
    await built
  })
})

describe('what is not wanted is not done', () => {
  test('without tags nothing is put, and no registry is opened', async () => {
    const { world, did } = openWorld()
    const { published, platforms } = await perform({ ...REQUEST, tags: [] }, world)
    assert.equal(published, undefined)
    assert.deepEqual(
      did.filter((effect) => /registry|warm|get |put /.test(effect)),
      [],
    )
    assert.deepEqual(
      platforms.map(({ platform, image }) => [formatPlatform(platform), image]),
      [
        ['linux/amd64', undefined],
        ['linux/arm64', undefined],
        ['linux/s390x', undefined],
      ],
    )
  })

  test('without platforms the engine’s own is built, and nothing emulated', async () => {
    const { world, did } = openWorld({ machine: 'arm64' })
    const { platforms } = await perform({ ...REQUEST, platforms: [] }, world)
    assert.deepEqual(
      platforms.map(({ platform, emulated }) => [formatPlatform(platform), emulated]),
      [['linux/arm64', false]],
    )
    assert.ok(!did.some((effect) => effect.startsWith('install')))
  })

  test('emulators that are there are not installed', async () => {
    const { world, did } = openWorld({ registered: ['qemu-aarch64', 'qemu-s390x'] })
    const { platforms } = await perform(REQUEST, world)
    assert.ok(!did.some((effect) => effect.startsWith('install')))
    assert.deepEqual(
      platforms.map(({ emulated }) => emulated),
      [false, true, true],
    )
  })
})

test('several repositories: builds push to the first, the others get copies, and then each tag is put', async () => {
  const names = ['ghcr.io/octo/app:latest', 'ghcr.io/octo/mirror:1.2.3', 'ghcr.io/octo/app:1.2.3']
  const { world, did, log } = openWorld()
  const request = { ...REQUEST, tags: names.map(parseTagRef) }
  const { published } = await perform(request, world)
  const { target } = JSON.parse((await world.files.read('/own/together.json')) ?? '')
  const outputs = Object.values<{ output: string[] }>(target).flatMap(({ output }) => output)
  assert.equal(outputs.length, 3)
  for (const output of outputs) assert.match(output, /,name=ghcr\.io\/octo\/app,/)
  const publishing = did.filter((effect) => /^(warm|mount|put) /.test(effect))
  const children = publishing.filter((effect) => effect.startsWith('put ghcr.io/octo/mirror@'))
  assert.deepEqual(publishing.slice(0, 2), ['warm ghcr.io/octo/app', 'mount ghcr.io/octo/mirror'])
  assert.equal(children.length, 6, 'three images and their attestations')
  assert.deepEqual(publishing.slice(2 + children.length), [
    `put ghcr.io/octo/app@${published?.index.digest}`,
    ...['put ghcr.io/octo/mirror:1.2.3', 'put ghcr.io/octo/app:1.2.3', 'put ghcr.io/octo/app:latest'],
  ])
  const said = log.groups.find(({ title }) => title.startsWith('Publish'))?.lines
  assert.equal(said?.[0], 'copied to ghcr.io/octo/mirror')
})

test('several registries: each is warmed, once', async () => {
  const names = ['ghcr.io/octo/app:1', 'docker.io/octo/app:1', 'docker.io/octo/mirror:1']
  const { world, did } = openWorld({ gates: { 'build linux/amd64': Promise.reject(new Error('stop here')) } })
  await assert.rejects(perform({ ...REQUEST, tags: names.map(parseTagRef) }, world))
  assert.deepEqual(
    did.filter((effect) => effect.startsWith('warm')),
    ['warm ghcr.io/octo/app', 'warm docker.io/octo/app'],
  )
})
