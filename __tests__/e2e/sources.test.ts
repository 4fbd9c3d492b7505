import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { openJob, type Step, type StepResult } from '../runs/as-a-runner.ts'
import { ask, freshRepository, NO_DOCKER, noRig, rig, runImage, sameEverywhere } from './rig.ts'

type Entry = Readonly<{ digest: string; platform: object }>

describe('images that exist become one', { skip: noRig }, () => {
  const near = freshRepository(rig.registry)
  const beside = freshRepository(rig.registry)
  const far = freshRepository(rig.oldRegistry)

  before(async () => {
    const pieces = { [`${near}:amd64`]: 'amd64', [`${beside}:arm64`]: 'arm64', [`${far}:s390x`]: 's390x' }
    for (const [name, architecture] of Object.entries(pieces))
      await ask('crane', 'copy', '--platform', `linux/${architecture}`, rig.baseImage, name)
    await ask('crane', 'copy', `${beside}:arm64`, `${near}:arm64`)
  })

  test('from three repositories of two registries, in two others; all of it is there and runs', async () => {
    const [here, there] = [freshRepository(rig.registry), freshRepository(rig.oldRegistry)]
    const sources = `${near}:amd64\n${beside}:arm64 variant=v8\n${far}:s390x`
    const { outputs } = await merge({ sources, tags: `${here}:1.0.0\n${there}:1.0.0\n${there}:latest` })
    const { digest = '' } = outputs
    assert.equal(outputs['platforms'], 'linux/amd64,linux/arm64,linux/s390x')
    for (const name of [`${here}:1.0.0`, `${there}:1.0.0`, `${there}:latest`]) {
      await sameEverywhere(name, digest)
      const raw = await ask('docker', 'buildx', 'imagetools', 'inspect', '--raw', name)
      assert.equal(raw, await ask('crane', 'manifest', name))
      for (const entry of await entriesOf(name))
        await ask('crane', 'validate', '--remote', `${name.replace(/:[^:]+$/, '')}@${entry.digest}`)
    }
    await runImage(`${there}:latest`, 'linux/amd64')
    assert.deepEqual((await entriesOf(`${here}:1.0.0`))[1]?.platform, {
      ...{ architecture: 'arm64', os: 'linux', variant: 'v8' },
    })
  })

  test('as docker manifest create, annotate and push make it: the same images for the same platforms', async () => {
    const [ours, theirs] = [`${near}:ours`, `${near}:theirs`]
    const edits = { arch: 'arm', variant: 'v6', os: 'linux', 'os-version': '1.2', 'os-features': 'x' }
    const flags = Object.entries(edits).map(([name, value]) => `--${name}=${value}`)
    await ask('docker', 'manifest', 'create', '--insecure', theirs, `${near}:amd64`, `${near}:arm64`)
    await ask('docker', 'manifest', 'annotate', ...flags, theirs, `${near}:arm64`)
    await ask('docker', 'manifest', 'push', '--purge', '--insecure', theirs)
    const words = Object.entries(edits).map(([name, value]) => `${name}=${value}`)
    await merge({ sources: `${near}:amd64\n${near}:arm64 ${words.join(',')}`, tags: ours })
    assert.deepEqual(plain(await entriesOf(ours)), plain(await entriesOf(theirs)))
  })

  test('with the version of Windows that their configuration has', async () => {
    const windows = `${near}:windows`
    await ask(
      'crane',
      'mutate',
      '--set-platform',
      'windows/amd64:10.0.20348.2700',
      '--tag',
      windows,
      `${near}:amd64`,
    )
    const platforms = 'linux/arm64,windows/amd64'
    await merge({ sources: `${near}:arm64,${windows}`, tags: `${near}:both`, platforms })
    const index = `${near}:crane`
    await ask(
      'crane',
      'index',
      'append',
      '--docker-empty-base=false',
      '-m',
      `${near}:arm64`,
      '-m',
      windows,
      '-t',
      index,
    )
    assert.deepEqual(plain(await entriesOf(`${near}:both`)), plain(await entriesOf(index)))
    assert.match(JSON.stringify(await entriesOf(`${near}:both`)), /"os.version":"10.0.20348.2700"/)
  })

  test('or stay one index, where it is the only one: as with imagetools, its digest stays', async () => {
    const append = ['index', 'append', '--docker-empty-base=false', '--flatten=false']
    const images = ['amd64', 'arm64'].flatMap((name) => ['-m', `${near}:${name}`])
    await ask('crane', ...append, ...images, '-t', `${near}:flat`)
    await ask('crane', ...append, '-m', `${near}:flat`, '-t', `${near}:nested`)
    for (const name of ['flat', 'nested']) {
      const [theirs, there] = [`${near}:${name}-theirs`, freshRepository(rig.oldRegistry)]
      await ask('docker', 'buildx', 'imagetools', 'create', '-t', theirs, `${near}:${name}`)
      const digest = await ask('crane', 'digest', `${near}:${name}`)
      assert.equal(await ask('crane', 'digest', theirs), digest)
      const tags = `${near}:${name}-ours\n${there}:1`
      const { outputs } = await merge({ sources: `${near}:${name}`, tags })
      assert.equal(outputs['digest'], digest)
      assert.equal(outputs['platforms'], 'linux/amd64,linux/arm64')
      for (const tag of tags.split('\n')) await sameEverywhere(tag, digest)
      for (const entry of await entriesOf(`${near}:flat`))
        await ask('crane', 'validate', '--remote', `${there}@${entry.digest}`)
    }
  })

  test('but for an image that does not say what it runs on, until somebody does', async () => {
    const silent = `${near}:silent`
    await ask('crane', 'append', '--new_layer', '/dev/null', '--new_tag', silent)
    const sources = `${near}:arm64\n${silent}`
    const main = await run({ sources, tags: `${near}:unsaid` })
    assert.match(main.log, new RegExp(`::error title=The image cannot be used::${silent} does not say`))
    assert.match(main.log, /both os= and arch= after the image, like .*@sha256:\w+ os=linux,arch=amd64/)
    const said = await merge({ sources: `${sources} os=linux,arch=riscv64`, tags: `${near}:said` })
    assert.equal(said.outputs['platforms'], 'linux/arm64,linux/riscv64')
  })

  test('as a list of manifest-tool has it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'multiarch-list-'))
    const app = freshRepository(rig.registry)
    const text = `
image: ${app}:1.10
tags: [1.1, latest]
manifests:
  - image: ${near}:amd64
    platform: { os: linux, architecture: amd64 }
  - image: ${far}:s390x
`
    await writeFile(join(folder, 'images.yml'), text)
    const { outputs } = await merge({ sources: 'images.yml' }, { cwd: folder })
    await rm(folder, { recursive: true })
    for (const tag of ['1.10', '1.1', 'latest'])
      await sameEverywhere(`${app}:${tag}`, outputs['digest'] ?? '')
    assert.equal(outputs['platforms'], 'linux/amd64,linux/s390x')
  })

  for (const [name, registry] of [
    ['distribution 3', rig.registry],
    ['docker-registry 2.8', rig.oldRegistry],
  ] as const) {
    test(`one after the other, in ${name}; what imagetools would append to is what we add to`, async () => {
      const app = freshRepository(registry)
      const first = await merge({ sources: `${near}:amd64`, tags: `${app}:1`, append: 'true' })
      assert.match(first.log, /there is no .*:1 yet, so it is made/)
      await ask('docker', 'buildx', 'imagetools', 'create', '--append', '-t', `${app}:1`, `${beside}:arm64`)
      const third = await merge({ sources: `${far}:s390x`, tags: `${app}:1\n${app}:2`, append: 'true' })
      assert.equal(third.outputs['platforms'], 'linux/amd64,linux/arm64,linux/s390x')
      const before = await entriesOf(`${app}:1`)
      const again = `${far}:s390x arch=arm64`
      const { outputs } = await merge({ sources: again, tags: `${app}:1`, append: 'true' })
      const after = await entriesOf(`${app}:1`)
      // The image of s390x is now that of arm64 as well, in its place.
      const [amd64, , s390x] = before.map(({ digest }) => digest)
      assert.deepEqual(
        after.map(({ digest }) => digest),
        [amd64, s390x, s390x],
      )
      assert.match(JSON.stringify(after[1]?.platform), /"arm64"/)
      await sameEverywhere(`${app}:1`, outputs['digest'] ?? '')
      for (const { digest } of after) await ask('crane', 'validate', '--remote', `${app}@${digest}`)
    })
  }

  test('but not under a tag that must not move: before a build, a merge or a promotion begins', async () => {
    const tag = `${near}:v1.0.0`
    await merge({ sources: `${near}:amd64`, tags: tag, 'immutable-tags': 'v*' })
    await merge({ sources: `${near}:amd64`, tags: `${tag},${near}:v1`, 'immutable-tags': 'v*.*' })
    const digest = await ask('crane', 'digest', tag)
    for (const inputs of [
      { mode: 'merge', sources: `${near}:arm64` },
      { mode: 'promote', source: `${near}:arm64` },
      { mode: 'build', platforms: 'linux/amd64', context: 'examples/hello' },
    ]) {
      const tags = `${near}:v2.0.0,${tag}`
      const main = await run({ ...inputs, tags, 'immutable-tags': 'v*' })
      assert.equal(main.code, 1)
      assert.match(main.log, new RegExp(`::error title=A tag is taken::${tag} is ${digest} already`))
      await assert.rejects(ask('crane', 'digest', `${near}:v2.0.0`))
    }
    assert.equal(await ask('crane', 'digest', tag), digest)
  })

  test('unless two are for one platform: both are named, and nothing is', async () => {
    const sources = `${near}:amd64\n${near}:arm64 arch=amd64`
    const main = await run({ sources, tags: `${near}:twice` })
    assert.equal(main.code, 1)
    assert.match(
      main.log,
      /::error title=The parts do not make the image::Built twice: .*sha256:\w+ in .*sha256:\w+ in /,
    )
    await assert.rejects(ask('crane', 'digest', `${near}:twice`))
  })
})

async function entriesOf(image: string): Promise<readonly Entry[]> {
  return JSON.parse(await ask('crane', 'manifest', image)).manifests
}

/** What is listed for whom, in the order of digests. */
function plain(entries: readonly (Entry | undefined)[]) {
  return entries
    .map((entry) => ({ digest: entry?.digest ?? '', platform: entry?.platform }))
    .toSorted((one, other) => (one.digest < other.digest ? -1 : 1))
}

async function run(inputs: Readonly<Record<string, string>>, more: Partial<Step> = {}): Promise<StepResult> {
  await using job = await openJob()
  return await job.main({ inputs: { mode: 'merge', ...inputs }, env: NO_DOCKER, ...more })
}

async function merge(
  inputs: Readonly<Record<string, string>>,
  more: Partial<Step> = {},
): Promise<StepResult> {
  const main = await run(inputs, more)
  assert.equal(main.code, 0, main.log)
  return main
}
