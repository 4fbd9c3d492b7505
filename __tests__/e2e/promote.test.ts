import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { openJob, type StepResult } from '../runs/as-a-runner.ts'
import { ask, freshRepository, NO_DOCKER, noRig, rig, runImage, sameEverywhere } from './rig.ts'

const PLATFORMS = 'linux/amd64,linux/arm64'

describe('an image that exists gets more names', { skip: noRig }, () => {
  const app = freshRepository(rig.registry)
  const edge = `${app}:edge`
  let digest = ''

  before(async () => {
    await using job = await openJob()
    const inputs = { ...rig.inputs, context: 'examples/hello', 'build-args': `BASE=${rig.baseImage}` }
    const main = await job.main({ inputs: { ...inputs, platforms: PLATFORMS, tags: edge } })
    assert.equal((await job.post(main)).code, 0)
    assert.equal(main.code, 0, main.log)
    digest = main.outputs['digest'] ?? ''
  })

  test('in its repository; the referees see one digest', async () => {
    const inputs = { source: edge, tags: `${app}:1.2.3,${app}:latest`, 'if-digest': digest }
    const { outputs, log, summary } = await promote({ ...inputs, platforms: 'linux/arm64' })
    assert.equal(outputs['digest'], digest)
    assert.equal(outputs['platforms'], PLATFORMS)
    assert.equal(outputs['image'], `${app}@${digest}`)
    assert.deepEqual(Object.keys(JSON.parse(outputs['digests'] ?? '')), PLATFORMS.split(','))
    for (const tag of ['1.2.3', 'latest']) await sameEverywhere(`${app}:${tag}`, digest)
    assert.match(log, new RegExp(`${app}:latest is ${digest}`))
    assert.match(summary, new RegExp(digest))
  })

  for (const [name, registry] of [
    ['another repository of its registry', rig.registry],
    ['docker-registry 2.8', rig.oldRegistry],
  ] as const) {
    test(`in ${name}: every byte the same, and it runs there`, async () => {
      const to = freshRepository(registry)
      const { outputs } = await promote({ source: edge, tags: `${to}:1` })
      assert.equal(outputs['digest'], digest)
      await sameEverywhere(`${to}:1`, digest)
      await identical(edge, `${to}:1`)
      assert.match(await runImage(`${to}:1`, 'linux/arm64'), /aarch64/)
      const { log } = await promote({ source: edge, tags: `${to}:1` })
      assert.match(log, /is sha256:[a-f0-9]+ already/)
    })
  }

  test('behind a login, from a registry without one', async () => {
    await using docker = await dockerFolder({ [rig.loginRegistry]: { auth: btoa(rig.login) } })
    const to = freshRepository(rig.loginRegistry)
    await promote({ source: edge, tags: `${to}:1` }, docker.env)
    const crane = (...args: readonly string[]) =>
      ask('env', `DOCKER_CONFIG=${docker.folder}`, 'crane', ...args)
    assert.equal(await crane('digest', `${to}:1`), digest)
    await crane('validate', '--remote', `${to}:1`)
  })

  test('as the single manifest that it is', async () => {
    const from = await ask('crane', 'digest', '--platform', 'linux/arm64', edge)
    const to = freshRepository(rig.oldRegistry)
    const { outputs } = await promote({ source: `${app}@${from}`, tags: `${to}:arm` })
    assert.equal(outputs['digest'], from)
    assert.equal(outputs['platforms'], 'linux/arm64')
    await sameEverywhere(`${to}:arm`, from)
    await ask('crane', 'validate', '--remote', `${to}:arm`)
  })

  test('with what was attached to it, where that is asked for', async () => {
    const to = freshRepository(rig.oldRegistry)
    const file = join(await mkdtemp(join(tmpdir(), 'multiarch-sbom-')), 'sbom.json')
    await writeFile(file, '{"sbom":true}')
    await ask(
      'regctl',
      'artifact',
      'put',
      '--artifact-type',
      'application/x.sbom',
      '--subject',
      edge,
      '-f',
      file,
    )
    await promote({ source: edge, tags: `${to}:1`, referrers: 'true' })
    const listed = (image: string) =>
      ask('regctl', 'artifact', 'list', '--format', '{{json .Descriptors}}', image)
    const [here, there] = [await listed(`${app}@${digest}`), await listed(`${to}@${digest}`)].map((text) =>
      JSON.parse(text),
    )
    assert.equal(here.length, 1)
    assert.deepEqual(
      there.map((one: { digest: string }) => one.digest),
      here.map((one: { digest: string }) => one.digest),
    )
    assert.equal(await ask('regctl', 'artifact', 'get', '--subject', `${to}:1`), '{"sbom":true}')
  })

  test('unless a wanted platform is missing: then no tag is moved', async () => {
    const to = freshRepository(rig.registry)
    const main = await run({ source: edge, tags: `${to}:1`, platforms: 'linux/riscv64' })
    assert.equal(main.code, 1)
    assert.match(
      main.log,
      /::error title=A platform is missing::.*linux\/riscv64; it has linux\/amd64, linux\/arm64/,
    )
    await assert.rejects(ask('crane', 'digest', `${to}:1`))
  })

  test('unless the source is another image by now', async () => {
    const old = await ask('crane', 'digest', rig.baseImage)
    const main = await run({ source: edge, tags: `${app}:other`, 'if-digest': old })
    assert.match(main.log, new RegExp(`::error title=The source is another image::.*not ${old}`))
    await assert.rejects(ask('crane', 'digest', `${app}:other`))
  })

  test('unless there is none', async () => {
    const main = await run({ source: `${app}:lost`, tags: `${app}:other` })
    assert.equal(main.code, 1)
    assert.match(main.log, /::error title=The registry refuses::.*404/)
  })
})

describe('an image is looked at', { skip: noRig }, () => {
  test('and its platforms are those that crane sees', async () => {
    await using job = await openJob()
    const main = await job.main({ inputs: { mode: 'inspect', source: rig.baseImage }, env: NO_DOCKER })
    assert.equal(main.code, 0, main.log)
    const index = JSON.parse(await ask('crane', 'manifest', rig.baseImage))
    assert.equal(main.outputs['digest'], await ask('crane', 'digest', rig.baseImage))
    assert.deepEqual(
      Object.values(JSON.parse(main.outputs['digests'] ?? '')).toSorted(),
      index.manifests.map(({ digest }: { digest: string }) => digest).toSorted(),
    )
    assert.match(main.summary, /\| platform \| pull size \| attestations \| digest \|/)
  })

  test('and one that lacks a platform is refused', async () => {
    await using job = await openJob()
    const inputs = { mode: 'inspect', source: rig.baseImage, platforms: 'plan9/amd64' }
    const main = await job.main({ inputs, env: NO_DOCKER })
    assert.equal(main.code, 1)
    assert.match(main.log, /::error title=A platform is missing::.*lacks plan9\/amd64; it has linux\//)
  })
})

async function run(inputs: Readonly<Record<string, string>>, env = {}): Promise<StepResult> {
  await using job = await openJob()
  return await job.main({ inputs: { mode: 'promote', ...inputs }, env: { ...NO_DOCKER, ...env } })
}

async function promote(inputs: Readonly<Record<string, string>>, env = {}): Promise<StepResult> {
  const main = await run(inputs, env)
  assert.equal(main.code, 0, main.log)
  return main
}

/** The same bytes of the index and of each manifest; crane reads every layer and checks it. */
async function identical(one: string, other: string): Promise<void> {
  const index = await ask('crane', 'manifest', one)
  assert.equal(await ask('crane', 'manifest', other), index)
  for (const { digest } of JSON.parse(index).manifests) {
    const [from, to] = [one, other].map((name) => `${name.replace(/:[^:/]+$/, '')}@${digest}`)
    assert.equal(await ask('crane', 'manifest', to ?? ''), await ask('crane', 'manifest', from ?? ''))
    await ask('crane', 'validate', '--remote', to ?? '')
  }
}

/** A DOCKER_CONFIG of its own, with these logins. */
async function dockerFolder(auths: Readonly<Record<string, { auth: string }>>) {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-docker-'))
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }))
  return {
    folder,
    env: { DOCKER_CONFIG: folder },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
