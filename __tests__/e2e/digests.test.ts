import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { folder } from '../layout/layouts.ts'
import { openJob, type StepResult } from '../runs/as-a-runner.ts'
import { type OwnOlareg, ownOlareg } from './own-registry.ts'
import { ask, freshRepository, NO_DOCKER, noRig, rig } from './rig.ts'

// olareg knows sha512 and several tags in a request; distribution knows neither. regctl makes the images, and judges.

describe('an image that is named by sha512', { skip: noRig }, () => {
  let olareg: OwnOlareg
  let digest = ''
  const app = () => `${olareg.host}/octo/app`
  const regctl = (...args: readonly string[]) => ask('regctl', ...olareg.regctl, ...args)
  const digestOf = (image: string) => regctl('image', 'digest', image)

  before(async () => {
    olareg = await ownOlareg()
    await regctl('image', 'mod', rig.baseImage, '--digest-algo', 'sha512', '--create', `${app()}:1`)
    digest = await digestOf(`${app()}:1`)
    assert.match(digest, /^sha512:[a-f0-9]{128}$/)
  })
  after(() => olareg[Symbol.asyncDispose]())

  test('is looked at by it, and says it', async () => {
    for (const source of [`${app()}:1`, `${app()}@${digest}`]) {
      const { outputs } = await run({ mode: 'inspect', source, platforms: 'linux/arm64,linux/s390x' })
      assert.equal(outputs['digest'], digest)
      assert.match(outputs['digests'] ?? '', /"linux\/arm64":"sha512:/)
    }
  })

  test('keeps it in its repository and in another, where regctl, crane and oras see it', async () => {
    const copy = `${olareg.host}/octo/copy`
    const tags = [`${app()}:1.2.3`, `${app()}:latest`, `${copy}:a`, `${copy}:b`]
    const { outputs } = await run({
      ...{ mode: 'promote', source: `${app()}@${digest}`, tags: tags.join('\n') },
      'if-digest': digest,
    })
    assert.equal(outputs['digest'], digest)
    for (const tag of tags) {
      assert.equal(await digestOf(tag), digest)
      assert.equal(await ask('crane', 'digest', tag), digest)
      const seen = await ask('oras', 'manifest', 'fetch', '--descriptor', '--plain-http', tag)
      assert.equal(JSON.parse(seen).digest, digest)
    }
    // regctl reads every blob, and checks it by its digest.
    await using own = await folder()
    await regctl('image', 'copy', `${copy}:a`, `ocidir://${own.at('layout')}:a`)
  })

  test('is merged with others, each under its own name', async () => {
    const { manifests } = JSON.parse(await regctl('manifest', 'get', `${app()}:1`, '--format', 'raw-body'))
    const strong: string = manifests[0].digest
    const merged = `${olareg.host}/octo/merged`
    const { outputs } = await run({ mode: 'merge', sources: `${app()}@${strong}`, tags: `${merged}:1` })
    const index = JSON.parse(await regctl('manifest', 'get', `${merged}:1`, '--format', 'raw-body'))
    assert.deepEqual(
      index.manifests.map((one: { digest: string }) => one.digest),
      [strong],
    )
    assert.match(outputs['digest'] ?? '', /^sha256:/)
    assert.equal(await digestOf(`${merged}:1`), outputs['digest'])
  })

  test('goes to another registry, with what is attached to it', async () => {
    await using other = await ownOlareg()
    const far = `${other.host}/octo/app`
    const attached = ['--artifact-type', 'application/x.sbom', '--file', 'package.json']
    await regctl('artifact', 'put', ...attached, '--subject', `${app()}@${digest}`)
    await run({ mode: 'promote', source: `${app()}:1`, tags: `${far}:1`, referrers: 'true' })
    assert.equal(await ask('crane', 'digest', `${far}:1`), digest)
    const list = ['artifact', 'list', '--format', '{{len .Descriptors}}', `${far}@${digest}`]
    assert.equal(await ask('regctl', ...other.regctl, ...list), '1')
    await using own = await folder()
    await ask('regctl', ...other.regctl, 'image', 'copy', `${far}:1`, `ocidir://${own.at('layout')}:1`)
  })

  test('is added to, and keeps what it lists', async () => {
    const grown = `${app()}:grown`
    await regctl('image', 'copy', `${app()}:1`, grown)
    await run({ mode: 'merge', append: 'true', sources: `${rig.baseImage}:amd64`, tags: grown })
    const { manifests } = JSON.parse(await regctl('manifest', 'get', grown, '--format', 'raw-body'))
    const algorithms = manifests.map((one: { digest: string }) => one.digest.replace(/:.*/, ''))
    assert.deepEqual(algorithms.toSorted(), ['sha256', 'sha512', 'sha512', 'sha512'])
    await ask('crane', 'digest', '--platform', 'linux/s390x', grown)
  })

  test('is refused by a registry that knows sha256 only, and no tag is there', async () => {
    const far = freshRepository(rig.registry)
    await using job = await openJob()
    const inputs = { mode: 'promote', source: `${app()}:1`, tags: `${far}:1` }
    const main = await job.main({ inputs, env: NO_DOCKER })
    assert.notEqual(main.code, 0)
    assert.match(main.log, /DIGEST_INVALID/)
    assert.match(main.log, /knows images by sha256 only/)
    await assert.rejects(ask('crane', 'digest', `${far}:1`), /MANIFEST_UNKNOWN|NAME_UNKNOWN/)
  })
})

describe('several tags', { skip: noRig }, () => {
  const NAMES = ['latest', '1.2.3', '1.2', '1']

  for (const [name, inputs, requests] of [
    ['go together after the first', {}, ['1.2.3', 'D?tag=latest&tag=1.2&tag=1']],
    ['go together', { 'multi-tag': 'true' }, ['D?tag=1.2.3&tag=latest&tag=1.2&tag=1']],
  ] as const) {
    test(`${name} to a registry that takes them so`, async () => {
      await using olareg = await ownOlareg()
      const app = `${olareg.host}/octo/app`
      await ask('crane', 'copy', rig.baseImage, `${app}:edge`)
      const before = (await olareg.asked('PUT')).length
      const tags = NAMES.map((tag) => `${app}:${tag}`)
      const main = await run({ mode: 'promote', source: `${app}:edge`, tags: tags.join(','), ...inputs })
      const digest = main.outputs['digest'] ?? ''
      for (const tag of tags) assert.equal(await ask('crane', 'digest', tag), digest)
      const puts = (await olareg.asked('PUT')).slice(before)
      assert.deepEqual(
        puts.map((url) => url.replace('/v2/octo/app/manifests/', '').replace(digest, 'D')),
        requests,
      )
    })
  }

  test('are all there where the registry was thought to take them so, and does not', async () => {
    const far = freshRepository(rig.registry)
    await ask('crane', 'copy', rig.baseImage, `${far}:edge`)
    const tags = NAMES.map((tag) => `${far}:${tag}`)
    const inputs = { mode: 'promote', source: `${far}:edge`, tags: tags.join(','), 'multi-tag': 'true' }
    const { outputs } = await run(inputs)
    for (const tag of tags) assert.equal(await ask('crane', 'digest', tag), outputs['digest'])
  })
})

async function run(inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  await using job = await openJob()
  const main = await job.main({ inputs, env: NO_DOCKER })
  assert.equal(main.code, 0, main.log)
  return main
}
