import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { openJob, type StepResult } from '../runs/as-a-runner.ts'
import { ask, freshRepository, NO_DOCKER, noRig, rig, sameEverywhere } from './rig.ts'

// olareg is strict, knows who refers to an image (the referrers API), and is by nobody whose registry is here otherwise.

const WANTED = 'linux/amd64,linux/arm64,linux/s390x'

describe('a registry with the referrers API', { skip: noRig }, () => {
  const app = freshRepository(rig.olareg)
  let digest = ''

  before(async () => {
    const main = await run({
      mode: 'merge',
      sources: await childrenOf(rig.baseImage),
      tags: `${app}:1\n${app}:latest`,
    })
    digest = main.outputs['digest'] ?? ''
  })

  test('takes a merge of images from another registry; oras, crane and regctl see one digest', async () => {
    for (const tag of ['1', 'latest']) {
      await sameEverywhere(`${app}:${tag}`, digest)
      const { digest: seen } = JSON.parse(await oras('manifest', 'fetch', '--descriptor', `${app}:${tag}`))
      assert.equal(seen, digest)
    }
    for (const child of (await childrenOf(`${app}:1`)).split('\n'))
      await ask('crane', 'validate', '--remote', child)
  })

  test('is looked at', async () => {
    const { outputs } = await run({ mode: 'inspect', source: `${app}:1`, platforms: WANTED })
    assert.equal(outputs['digest'], digest)
    for (const platform of WANTED.split(',')) assert.ok(outputs['platforms']?.split(',').includes(platform))
  })

  test('gives the image to others, and takes it from them', async () => {
    const [second, other, back] = [rig.olareg, rig.oldRegistry, rig.olareg].map(freshRepository)
    await run({ mode: 'promote', source: `${app}:1`, tags: `${second}:1\n${other}:1` })
    await run({ mode: 'promote', source: `${other}:1`, tags: `${back}:1` })
    for (const name of [second, other, back]) {
      await sameEverywhere(`${name}:1`, digest)
      for (const child of (await childrenOf(`${name}:1`)).split('\n'))
        await ask('crane', 'validate', '--remote', child)
    }
  })

  test('has what others have attached to the image, wherever it goes', async () => {
    const attached = await attach(`${app}@${digest}`)
    const [second, other, back] = [rig.olareg, rig.oldRegistry, rig.olareg].map(freshRepository)
    await run({ mode: 'promote', source: `${app}:1`, tags: `${second}:1\n${other}:1`, referrers: 'true' })
    // The old registry has a tag for them, the new one finds out by itself.
    await run({ mode: 'promote', source: `${other}:1`, tags: `${back}:1`, referrers: 'true' })
    for (const name of [second, other, back])
      assert.deepEqual(await discover(`${name}@${digest}`), [attached])
    assert.deepEqual(await ask('crane', 'ls', back ?? ''), '1')
  })
})

async function run(inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  await using job = await openJob()
  const main = await job.main({ inputs, env: NO_DOCKER })
  assert.equal(main.code, 0, main.log)
  return main
}

/** The images of an index by digest, one a line. */
async function childrenOf(image: string): Promise<string> {
  const { manifests } = JSON.parse(await ask('crane', 'manifest', image))
  const name = image.replace(/:[^:/]+$/, '')
  return manifests.map((one: { digest: string }) => `${name}@${one.digest}`).join('\n')
}

/** Attaches a file as its own tool does it; the digest of what came of it. */
async function attach(image: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-attach-'))
  const file = join(folder, 'sbom.json')
  await writeFile(file, '{"sbom":true}')
  const said = await oras(
    'attach',
    '--disable-path-validation',
    '--artifact-type',
    'application/x.sbom',
    '--format',
    'json',
    image,
    file,
  )
  await rm(folder, { recursive: true })
  return JSON.parse(said).digest
}

async function discover(image: string): Promise<readonly string[]> {
  const { referrers = [] } = JSON.parse(await oras('discover', '--format', 'json', image))
  return referrers.map((one: { digest: string }) => one.digest)
}

/** oras takes 127.0.0.1 for a host far away. */
async function oras(...args: readonly string[]): Promise<string> {
  return await ask('oras', ...args.slice(0, -1), '--plain-http', args.at(-1) ?? '')
}
