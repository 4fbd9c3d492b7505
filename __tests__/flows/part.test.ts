import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { partCells, partOutputs } from '../../src/action/results/part.ts'
import { BuildFailed } from '../../src/build/run.ts'
import { type PartRequest, part } from '../../src/flows/part.ts'
import { perform } from '../../src/flows/perform.ts'
import { ArtifactsError } from '../../src/handoff/artifacts.ts'
import { collectRecords } from '../../src/handoff/carrier.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { cache, forAll, RECIPE } from '../fakes/recipe.ts'
import { noArtifacts, openWorld, SPEC, settle } from '../fakes/world.ts'
import { imageOf, legOf, shelf } from '../handoff/records.ts'

const REQUEST: PartRequest = {
  mode: 'part',
  platforms: ['linux/amd64', 'linux/arm64'].map(parsePlatform),
  image: imageOf('ghcr.io/octo/app'),
  push: new Map(),
  recipe: { ...RECIPE, cacheTo: [forAll(cache('type=gha'))] },
  builder: SPEC,
  emulators: { image: 'tonistiigi/binfmt:1', imageMirrors: [], keep: true, verify: false, reset: false },
  plan: [legOf('both', 'ubuntu-24.04', 'linux/amd64', 'linux/arm64')],
  ...{ run: { id: '7', attempt: 2 }, leg: { job: 'part', runner: 'r1' }, writer: 'octo/multiarch-action@v1' },
}

const ONE = { ...REQUEST, platforms: [parsePlatform('linux/amd64')] }

describe('a part', () => {
  test('is built on one builder and pushed by digest; no tag is put anywhere', async () => {
    const { world, did, registry } = openWorld()
    await perform(REQUEST, world)
    assert.equal(did.filter((effect) => effect.startsWith('create ')).length, 1)
    for (const effect of ['build linux/amd64', 'build linux/arm64', 'warm ghcr.io/octo/app'])
      assert.ok(did.includes(effect), effect)
    assert.equal(registry.tags.size, 0)
    assert.deepEqual(
      did.filter((effect) => effect.startsWith('put ')),
      [],
    )
  })

  test('claims of no Windows image that its programs ran', async () => {
    const artifacts = shelf()
    const { world } = openWorld({ artifacts })
    await part({ ...REQUEST, platforms: [parsePlatform('windows/amd64')] }, world)
    const [record] = await collectRecords(REQUEST.image, artifacts)
    assert.deepEqual(
      record?.platforms.map((one) => partCells(one).slice(0, 2)),
      [['windows/amd64', '–']],
    )
  })

  test('leaves a record of all that the merge must know', async () => {
    const artifacts = shelf()
    const { world } = openWorld({ artifacts })
    const { record, carried } = await part(REQUEST, world)
    assert.equal(carried, true)
    assert.deepEqual(await collectRecords(REQUEST.image, artifacts), [record])
    const { platforms, tools, ...rest } = record
    const { image, plan, run, leg, writer } = REQUEST
    assert.deepEqual(rest, { image, plan, run, leg, writer })
    assert.equal(tools['buildkit'], 'v0.32.1')
    assert.deepEqual(
      platforms.map(({ built, size, attestations }) => [built?.emulated, size, attestations.length]),
      [
        [false, 1100, 1],
        [true, 1100, 1],
      ],
    )
  })

  test('of one platform gives the digest that it was pushed as; of several, none', async () => {
    const { world } = openWorld()
    const result = await part(ONE, world)
    const { digest, record, tags } = partOutputs(result)
    assert.deepEqual([digest, tags], [result.digests[0], ''])
    assert.notEqual(digest, result.record.platforms[0]?.image.digest, 'attestations would be lost')
    assert.deepEqual(JSON.parse(record).platforms[0].image, result.record.platforms[0]?.image)
    assert.equal(partOutputs(await part(REQUEST, openWorld().world)).digest, '')
  })

  test('writes a cache of its own, since other jobs write to the same one', async () => {
    const caches: string[] = []
    const { world } = openWorld()
    const follow: typeof world.follow = (program, args, options) => {
      caches.push(args[args.indexOf('--cache-to') + 1] ?? '')
      return world.follow(program, args, options)
    }
    await part(ONE, { ...world, follow })
    assert.deepEqual(caches, ['type=gha,scope=buildkit-linux-amd64,ignore-error=true'])
  })

  test('without platforms is what the machine is', async () => {
    const { world } = openWorld({ machine: 'arm64' })
    const { record } = await part({ ...REQUEST, platforms: [] }, world)
    assert.deepEqual(
      record.platforms.map(({ platform }) => platform.architecture),
      ['arm64'],
    )
  })

  test('that fails leaves no record', async () => {
    const artifacts = shelf()
    const { world } = openWorld({ artifacts, ends: { 'build linux/arm64': { code: 1 } } })
    await assert.rejects(part(REQUEST, world), BuildFailed)
    await settle()
    assert.equal(artifacts.texts.size, 0)
  })
})

describe('where there is no artifact service', () => {
  for (const [name, artifacts] of Object.entries({
    'at all': undefined,
    'that knows records': { ...shelf(), create: () => Promise.reject(noArtifacts()) },
  })) {
    test(`${name}, the part is good and the log says how to hand it over`, async () => {
      const { world, log } = openWorld(artifacts && { artifacts })
      const { carried } = await part(ONE, world)
      assert.equal(carried, false)
      const { lines = [] } = log.groups.find(({ title }) => title.startsWith('Hand over')) ?? {}
      assert.match(
        lines.join('\n'),
        /^this runner has no artifact service; hand the output "record" to the input "records"/m,
      )
    })
  }

  test('because it is out of order, the part fails: nobody would find it', async () => {
    const broken = { ...shelf(), create: () => Promise.reject(new ArtifactsError('503')) }
    await assert.rejects(part(ONE, openWorld({ artifacts: broken }).world), /503/)
  })
})
