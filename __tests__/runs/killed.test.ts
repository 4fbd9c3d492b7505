import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { assertComplete } from '../fakes/complete.ts'
import { CONFIG, LAYER, describe as listed } from '../fakes/registries.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'
import { openJob, type RunningStep } from './as-a-runner.ts'

const FOREVER = 1_000_000

/** octo/app:edge, an index of two images that share a layer. */
function holdApp(fake: FakeRegistry): string {
  const holdBlob = (text: string, mediaType: string) => {
    const bytes = Buffer.from(text)
    return { mediaType, digest: fake.holdBlob('octo/app', bytes), size: bytes.length }
  }
  const hold = (mediaType: string, json: object, tag?: string) => {
    const manifest = manifestOf(
      mediaType,
      Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...json })),
    )
    fake.hold(manifest.bytes, mediaType, 'octo/app', tag)
    return manifest
  }
  const manifests = ['amd64', 'arm64'].map((architecture) => {
    const config = holdBlob(JSON.stringify({ os: 'linux', architecture }), CONFIG)
    const layers = ['base', architecture].map((text) => holdBlob(text, LAYER))
    return listed(hold(OCI_MANIFEST, { config, layers }), { platform: { os: 'linux', architecture } })
  })
  return hold(OCI_INDEX, { manifests }, 'edge').digest
}

/** Ends the process, as a runner that is lost does, when it has asked so often and waits for the answer. */
async function killAt(asked: number, fake: FakeRegistry, { kill }: RunningStep): Promise<void> {
  while (fake.requests.length < asked) await setTimeout(2)
  kill('SIGKILL')
}

test('a step that is killed at whichever request leaves nothing half-named, and the next one gets there', async () => {
  await using job = await openJob()
  const run = async (fake: FakeRegistry, dies?: number) => {
    const tags = ['app:1', 'copy:1.0.0', 'copy:latest'].map((name) => `${fake.host}/octo/${name}`)
    const inputs = { mode: 'promote', source: `${fake.host}/octo/app:edge`, tags: tags.join('\n') }
    if (dies === undefined) return await job.main({ inputs })
    return await job.main({ inputs, meanwhile: (process) => void killAt(dies, fake, process) })
  }

  await using whole = await fakeRegistry({ needsBlobs: true })
  const digest = holdApp(whole)
  assert.equal((await run(whole)).code, 0)
  const all = whole.requests.length
  assert.ok(all > 12, whole.log().join('\n'))

  for (let dies = 1; dies <= all; dies++) {
    await using fake = await fakeRegistry({ needsBlobs: true })
    holdApp(fake)
    fake.fault({ delay: 0, times: dies - 1 })
    fake.fault({ delay: FOREVER, times: FOREVER })
    assert.equal((await run(fake, dies)).signal, 'SIGKILL')
    assertComplete(fake)
    fake.heal()
    const again = await run(fake)
    assert.equal(again.code, 0, `killed at ${dies}: ${again.log}`)
    assert.equal(again.outputs['digest'], digest)
    assert.deepEqual(fake.tags(), whole.tags())
    assertComplete(fake)
  }
})
