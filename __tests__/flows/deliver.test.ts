import assert from 'node:assert/strict'
import { access, readdir } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { parseOutput } from '../../src/build/outputs.ts'
import { StoreError } from '../../src/builder/store.ts'
import { deliver, deliveryFor } from '../../src/flows/delivery/deliver.ts'
import { checkStore } from '../../src/flows/workshop/check-store.ts'
import { readImage, readIndex } from '../../src/image/manifest.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { openArchive } from '../../src/layout/archive.ts'
import { writeArchive } from '../../src/layout/write.ts'
import { PlatformMissing } from '../../src/merge/flatten.ts'
import { files } from '../../src/system/files.ts'
import { openWorld } from '../fakes/world.ts'
import { folder, imageFor } from '../layout/layouts.ts'

const PLATFORMS = ['linux/amd64', 'linux/arm64'].map(parsePlatform)
const MADE = { platforms: PLATFORMS, several: true, annotations: [] }

/** Two builds have left their layouts for the outputs, the first of these being `outputs[0]`. */
async function stage(...outputs: readonly string[]) {
  const own = await folder()
  const { world, did } = openWorld()
  const places = { ...world.places, own: own.at('own'), workspace: own.at('work') }
  const images = ['amd64', 'arm64'].map((architecture) => imageFor(architecture))
  for (const [place] of outputs.entries()) {
    for (const [which, architecture] of ['amd64', 'arm64'].entries())
      await writeArchive(
        own.at(`own/linux-${architecture}-${place}.tar`),
        images[which]?.contents ?? assert.fail(),
        files,
      )
  }
  const delivery = { outputs: outputsOf(...outputs), top: 'index' as const }
  return { own, did, images, delivery, world: { ...world, places, files } }
}

describe('layouts of several platforms', () => {
  test('become one of all, in the workspace, and are gone', async () => {
    const { own, delivery, images, world } = await stage('type=oci,dest=out/image.tar')
    await using _ = own
    const [delivered] = await deliver(delivery, MADE, world)
    await using archive = await openArchive(own.at('work/out/image.tar'), files)
    const top = await archive.top()
    assert.deepEqual(delivered, { type: 'oci', dest: 'out/image.tar', names: [], digest: top.digest })
    const { manifests } = readIndex(top)
    assert.deepEqual(
      manifests.map(({ digest }) => digest),
      images.map(({ image }) => image.digest),
    )
    for (const { digest } of manifests) {
      for (const blob of readImage(await archive.read(digest))) await archive.readBlob(blob)
    }
    assert.deepEqual(await readdir(own.at('own')), [])
  })

  test('of which only one is left are still listed in an index', () => {
    const wanted = { push: new Map(), outputs: [], top: 'manifest' as const }
    assert.equal(deliveryFor(PLATFORMS, wanted).top, 'index')
    assert.equal(deliveryFor(PLATFORMS.slice(0, 1), wanted).top, 'manifest')
  })

  test('are loaded as one, and nothing of it stays on the disk', async () => {
    const { own, delivery, world, did } = await stage('type=docker,name=octo/app,context=other')
    await using _ = own
    await deliver(delivery, MADE, world)
    assert.deepEqual(did, [`docker --context other load --quiet --input ${own.at('own/load.tar')}`])
    assert.deepEqual(await readdir(own.at('own')), [])
  })

  test('that do not hold the platform they were built for are no result', async () => {
    const { own, delivery, world } = await stage('type=oci,dest=image.tar')
    await using _ = own
    const platforms = [parsePlatform('linux/amd64'), parsePlatform('linux/s390x')]
    await writeArchive(own.at('own/linux-s390x-0.tar'), imageFor('arm64').contents, files)
    await assert.rejects(deliver(delivery, { ...MADE, platforms }, world), PlatformMissing)
    await assert.rejects(access(own.at('work/image.tar')))
  })
})

test('what BuildKit has finished by itself is only told', async () => {
  const { world, did } = openWorld()
  const outputs = outputsOf('out', 'type=docker,dest=image.tar,name=octo/app')
  const alone = { platforms: PLATFORMS.slice(0, 1), several: false, annotations: [] }
  assert.deepEqual(await deliver({ outputs, top: 'manifest' }, alone, world), [
    { type: 'local', dest: 'out', names: [] },
    { type: 'docker', dest: 'image.tar', names: ['docker.io/octo/app:latest'] },
  ])
  assert.deepEqual(did, [])
})

describe('the engine’s store is asked', () => {
  const LOADED = outputsOf('type=docker')
  const plain = { driver: 'docker-container', pushes: true, outputs: LOADED, platforms: 1, attested: false }
  const layouts = outputsOf('type=oci,dest=a')
  const cases: Readonly<Record<string, readonly [demands: typeof plain, asked: boolean]>> = {
    'not for one platform that is loaded': [plain, false],
    'for several that are loaded': [{ ...plain, platforms: 2 }, true],
    'for attestations that are loaded': [{ ...plain, attested: true }, true],
    'not for what is only pushed': [{ ...plain, outputs: [], platforms: 2, attested: true }, false],
    'for a push of its own BuildKit': [{ ...plain, driver: 'docker' }, true],
    'not where its own BuildKit loads': [{ ...plain, driver: 'docker', pushes: false }, false],
    'for a layout of its own BuildKit': [
      { ...plain, driver: 'docker', pushes: false, outputs: layouts },
      true,
    ],
    'not for a layout of another': [{ ...plain, outputs: layouts }, false],
  }
  for (const [name, [demands, asked]] of Object.entries(cases)) {
    test(name, async () => {
      const { world, did } = openWorld()
      const checked = checkStore(demands, world)
      await (asked ? assert.rejects(checked, StoreError) : checked)
      assert.equal(did.length, asked ? 1 : 0)
    })
  }
})

function outputsOf(...texts: readonly string[]) {
  return texts.map(parseOutput).filter((output) => output.type !== 'cacheonly')
}
