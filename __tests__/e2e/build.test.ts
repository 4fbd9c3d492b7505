import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { type Job, openJob, type StepResult } from '../runs/as-a-runner.ts'
import { ask, builderContainers, freshRepository, noRig, rig, runImage, tagsOf } from './rig.ts'

const PLATFORMS = 'linux/amd64,linux/arm64,linux/s390x'
const MACHINES = { 'linux/amd64': 'x86_64', 'linux/arm64': 'aarch64', 'linux/s390x': 's390x' }
const HELLO = { ...rig.inputs, context: 'examples/hello', 'build-args': `BASE=${rig.baseImage}` }

type Entry = {
  digest: string
  platform: { os: string; architecture: string }
  annotations?: Record<string, string>
}

describe('one step builds, merges and pushes', { skip: noRig }, () => {
  for (const [name, registry] of Object.entries({
    'the reference registry': rig.registry,
    'docker-registry 2.8': rig.oldRegistry,
  })) {
    test(`three platforms under two tags, to ${name}; the referees agree`, async () => {
      await using job = await openJob()
      const repository = freshRepository(registry)
      const main = await job.main({
        inputs: { ...HELLO, platforms: PLATFORMS, tags: `${repository}:1.2.3\n${repository}:latest` },
      })
      assert.equal(main.code, 0, main.log)
      const { digest = '', digests = '{}', platforms, image, tags } = main.outputs
      assert.equal(platforms, PLATFORMS)
      assert.equal(image, `${repository}@${digest}`)
      assert.equal(tags, `${repository}:1.2.3\n${repository}:latest`)

      for (const tag of ['1.2.3', 'latest']) {
        assert.equal(await ask('crane', 'digest', '--insecure', `${repository}:${tag}`), digest)
        assert.equal(
          await ask(
            'regctl',
            '--host',
            `reg=${registry},tls=disabled`,
            'image',
            'digest',
            `${repository}:${tag}`,
          ),
          digest,
        )
        assert.equal(await skopeoDigest(`${repository}:${tag}`), digest)
      }
      assert.deepEqual((await tagsOf(repository)).toSorted(), ['1.2.3', 'latest'])

      const index: { mediaType: string; manifests: Entry[] } = JSON.parse(
        await ask('docker', 'buildx', 'imagetools', 'inspect', '--raw', `${repository}:latest`),
      )
      assert.equal(index.mediaType, 'application/vnd.oci.image.index.v1+json')
      const images = index.manifests.slice(0, 3)
      const attestations = index.manifests.slice(3)
      assert.deepEqual(
        images.map((entry) => [`${entry.platform.os}/${entry.platform.architecture}`, entry.digest]),
        Object.entries(JSON.parse(digests)),
      )
      assert.deepEqual(
        attestations.map((entry) => entry.annotations?.['vnd.docker.reference.digest']),
        images.map((entry) => entry.digest),
      )
      for (const [platform, machine] of Object.entries(MACHINES)) {
        assert.match(await runImage(`${repository}:latest`, platform), new RegExp(machine))
      }
      await assertTidy(main, job)
    })
  }

  test('a second run on the same machine installs nothing and says the same platforms', async () => {
    const repository = freshRepository(rig.registry)
    await using job = await openJob()
    const runs = [await job.main({ inputs: { ...HELLO, platforms: PLATFORMS, tags: repository } })]
    runs.push(await job.main({ inputs: { ...HELLO, platforms: PLATFORMS, tags: repository } }))
    for (const main of runs) {
      assert.equal(main.code, 0, main.log)
      assert.equal(main.outputs['platforms'], PLATFORMS)
      assert.equal(main.outputs['tags'], `${repository}:latest`)
      assert.equal((await job.post(main)).code, 0)
    }
    assert.match(runs[1]?.log ?? '', /qemu-aarch64 is registered/)
    assert.doesNotMatch(runs[1]?.log ?? '', /installed qemu/)
  })

  test('tags in two repositories of one registry name the same index', async () => {
    const [one, two] = [freshRepository(rig.registry), freshRepository(rig.registry)]
    await using job = await openJob()
    const main = await job.main({
      inputs: { ...HELLO, platforms: 'linux/amd64,linux/arm64', tags: `${one}:a,${two}:b` },
    })
    assert.equal(main.code, 0, main.log)
    assert.equal(await ask('crane', 'digest', `${one}:a`), main.outputs['digest'])
    assert.equal(await ask('crane', 'digest', `${two}:b`), main.outputs['digest'])
    assert.match(await runImage(`${two}:b`, 'linux/arm64'), /aarch64/)
    await assertTidy(main, job)
  })

  test('push: false builds every platform and publishes nothing', async () => {
    const repository = freshRepository(rig.registry)
    await using job = await openJob()
    const main = await job.main({
      inputs: { ...HELLO, platforms: PLATFORMS, tags: repository, push: 'false' },
    })
    assert.equal(main.code, 0, main.log)
    assert.match(main.log, /RUN/)
    assert.deepEqual(await tagsOf(repository), [])
    const { digest, platforms, digests, image, tags } = main.outputs
    assert.deepEqual(
      { digest, platforms, digests, image, tags },
      { digest: '', platforms: PLATFORMS, digests: '', image: '', tags: '' },
    )
    await assertTidy(main, job)
  })

  test('the metadata file and the summary tell the whole story', async () => {
    const repository = freshRepository(rig.registry)
    await using job = await openJob()
    const main = await job.main({ inputs: { ...HELLO, platforms: 'linux/arm64', tags: repository } })
    assert.equal(main.code, 0, main.log)
    const metadata = JSON.parse(await readFile(main.outputs['metadata-file'] ?? '', 'utf8'))
    assert.equal(metadata.digest, main.outputs['digest'])
    const [platform] = metadata.platforms
    assert.equal(platform.emulated, true)
    assert.deepEqual([platform.steps.total, platform.steps.cached], [2, 0])
    assert.equal(platform.pullSize, await sizeByCrane(`${repository}@${platform.descriptor.digest}`))
    for (const said of [
      repository,
      main.outputs['digest'],
      'linux/arm64',
      'emulated',
      `docker pull ${repository}`,
    ]) {
      assert.ok(main.summary.includes(said ?? ''), `the summary lacks ${said}:\n${main.summary}`)
    }
    await assertTidy(main, job)
  })
})

/** Post is quiet, and nothing of the run is left. */
async function assertTidy(main: StepResult, job: Job): Promise<void> {
  assert.equal((await builderContainers(main)).length, 1)
  const post = await job.post(main)
  assert.equal(post.code, 0, post.log)
  assert.doesNotMatch(post.log, /::warning/)
  assert.deepEqual(await builderContainers(main), [])
  const left = await readdir(job.temporary)
  assert.deepEqual(
    left.filter((name) => name.startsWith('multiarch-')),
    [],
  )
}

async function skopeoDigest(image: string): Promise<string> {
  return await ask('skopeo', 'inspect', '--tls-verify=false', '--format', '{{.Digest}}', `docker://${image}`)
}

async function sizeByCrane(image: string): Promise<number> {
  const { config, layers } = JSON.parse(await ask('crane', 'manifest', image))
  return [config, ...layers].reduce((sum: number, { size }: { size: number }) => sum + size, 0)
}
