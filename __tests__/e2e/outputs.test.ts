import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { ask, freshRepository, noRig, rig, runImage, tagsOf } from './rig.ts'

const TWO = 'linux/amd64,linux/arm64'
const HELLO = { ...rig.inputs, context: 'examples/hello', 'build-args': `BASE=${rig.baseImage}` }

describe('other results than a push', { skip: noRig }, () => {
  test('an OCI tarball and a layout hold one index of all platforms, the very one that is pushed', async () => {
    await using out = await folder()
    const repository = freshRepository(rig.registry)
    const [tarball, layout] = [join(out.path, 'deep/image.tar'), join(out.path, 'layout')]
    const outputs = [`type=oci,dest=${tarball}`, `type=oci,dest=${layout},tar=false`].join('\n')
    const tags = `${repository}:1,${repository}:2`
    // A provenance names its subject, which is another in a registry.
    const main = await build({ platforms: TWO, tags, outputs, push: 'true', provenance: 'false' })
    const { digest = '' } = main.outputs

    for (const place of [`oci-archive:${tarball}`, `oci:${layout}`])
      for (const tag of ['1', '2']) assert.equal(await skopeoDigest(`${place}:${tag}`), digest)
    assert.equal(await ask('crane', 'digest', `${repository}:1`), digest)
    for (const [architecture, machine] of [
      ['amd64', 'amd64'],
      ['arm64', 'arm64'],
    ] as const) {
      const override = ['--override-arch', architecture]
      const seen = await ask('skopeo', ...override, 'inspect', '--config', `oci:${layout}:1`)
      assert.equal(JSON.parse(seen).architecture, machine)
    }

    // Others push what we wrote, and it is the same image.
    const [imported, copied] = [freshRepository(rig.registry), freshRepository(rig.registry)]
    await ask('regctl', 'image', 'copy', `ocidir://${layout}:2`, `${copied}:x`)
    assert.equal(await ask('crane', 'digest', `${copied}:x`), digest)
    await ask('regctl', 'image', 'import', `${imported}:1`, tarball)
    assert.equal(await ask('crane', 'digest', `${imported}:1`), digest)
    assert.match(await runImage(`${imported}:1`, 'linux/arm64'), /aarch64/)
  })

  test('a layout that is there gets the image as one more, and crane pushes it', async () => {
    await using out = await folder()
    const inputs = { platforms: TWO, provenance: 'mode=max', outputs: `type=oci,dest=${out.path},tar=false` }
    const first = await build({ ...inputs, tags: 'octo/app:1' })
    const second = await build({ ...inputs, tags: 'octo/app:2', labels: 'is=another' })
    assert.equal(await skopeoDigest(`oci:${out.path}:1`), first.outputs['digest'])
    assert.equal(await skopeoDigest(`oci:${out.path}:2`), second.outputs['digest'])
    const pushed = freshRepository(rig.registry)
    await ask('crane', 'push', '--index', out.path, `${pushed}:both`)
    const index = JSON.parse(await ask('crane', 'manifest', `${pushed}:both`))
    assert.deepEqual(
      index.manifests.map(({ digest }: { digest: string }) => digest),
      [first.outputs['digest'], second.outputs['digest']],
    )
  })

  test('without tags and push nothing is published, and results are where they were asked for', async () => {
    await using out = await folder()
    const { outputs } = await build({
      platforms: TWO,
      outputs: [
        `type=local,dest=${join(out.path, 'files')}`,
        `type=tar,dest=${join(out.path, 'files.tar')}`,
        'type=cacheonly',
      ].join('\n'),
    })
    assert.equal(outputs['digest'], '')
    for (const [name, machine] of [
      ['linux_amd64', 'x86_64'],
      ['linux_arm64', 'aarch64'],
    ] as const) {
      assert.match(await readFile(join(out.path, 'files', name, 'hello.txt'), 'utf8'), new RegExp(machine))
      const said = await ask(
        'tar',
        '--extract',
        '--to-stdout',
        '--file',
        join(out.path, 'files.tar'),
        `${name}/hello.txt`,
      )
      assert.match(said, new RegExp(machine))
    }
    const listed = (await ask('tar', '--list', '--file', join(out.path, 'files.tar'))).split('\n')
    assert.deepEqual([...new Set(listed.map((name) => name.split('/')[0]))], ['linux_amd64', 'linux_arm64'])
  })

  test('one platform is written as buildx writes it: no folder of its own', async () => {
    await using out = await folder()
    const [file, tarball] = [join(out.path, 'files.tar'), join(out.path, 'image.tar')]
    const outputs = [join(out.path, 'files'), `type=tar,dest=${file}`, `type=docker,dest=${tarball}`].join(
      '\n',
    )
    await build({ platforms: 'linux/arm64', tags: 'octo/app:test', outputs })
    assert.match(await readFile(join(out.path, 'files/hello.txt'), 'utf8'), /aarch64/)
    assert.match(await ask('tar', '--extract', '--to-stdout', '--file', file, 'hello.txt'), /aarch64/)
    const seen = await ask('skopeo', 'inspect', '--config', `docker-archive:${tarball}`)
    assert.equal(JSON.parse(seen).architecture, 'arm64')
  })

  test('platforms may share a folder, each with files of its own name', async () => {
    await using out = await folder()
    const outputs = `type=local,dest=${out.path},platform-split=false`
    await build({ platforms: TWO, outputs, provenance: 'mode=max' })
    for (const name of ['provenance.linux_amd64.json', 'provenance.linux_arm64.json', 'hello.txt'])
      await access(join(out.path, name))
  })

  test('estargz is what it says: every layer has a table of contents', async () => {
    const repository = freshRepository(rig.registry)
    const outputs = 'type=image,compression=estargz,force-compression=true,oci-mediatypes=true'
    await build({ platforms: TWO, tags: repository, outputs, push: 'true', provenance: 'false' })
    const { manifests }: { manifests: Entry[] } = JSON.parse(await ask('crane', 'manifest', repository))
    for (const { digest } of manifests) {
      const { layers }: { layers: Entry[] } = JSON.parse(
        await ask('crane', 'manifest', `${repository}@${digest}`),
      )
      for (const { annotations } of layers)
        assert.ok(annotations?.['containerd.io/snapshot/stargz/toc.digest'])
    }
    assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
  })

  test('compression, media types and annotations reach what is pushed by digest', async () => {
    const repository = freshRepository(rig.registry)
    const attributes = 'compression=zstd,force-compression=true,annotation-index.org.example.note=of all'
    const outputs = `type=image,"name=ignored,ignored:too",oci-mediatypes=true,${attributes}`
    const { outputs: made } = await build({ platforms: TWO, tags: repository, outputs, push: 'true' })
    const index = JSON.parse(await ask('crane', 'manifest', repository))
    assert.deepEqual(index.annotations, { 'org.example.note': 'of all' })
    const digests: Record<string, string> = JSON.parse(made['digests'] ?? '')
    for (const digest of Object.values(digests)) {
      const { layers } = JSON.parse(await ask('crane', 'manifest', `${repository}@${digest}`))
      for (const { mediaType } of layers)
        assert.equal(mediaType, 'application/vnd.oci.image.layer.v1.tar+zstd')
    }
    assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
  })

  test('two builds of the same source with rewritten time stamps are the same image', async () => {
    const outputs = 'type=image,rewrite-timestamp=true,source-date-epoch=1700000000'
    const inputs = { platforms: TWO, outputs, provenance: 'false', push: 'true', 'no-cache': 'true' }
    const digests: (string | undefined)[] = []
    for (const repository of [freshRepository(rig.registry), freshRepository(rig.registry)])
      digests.push((await build({ ...inputs, tags: repository })).outputs['digest'])
    assert.equal(digests[0], digests[1])
    const plain = { ...inputs, outputs: 'type=image,source-date-epoch=1700000000' }
    const other = await build({ ...plain, tags: freshRepository(rig.registry) })
    assert.notEqual(other.outputs['digest'], digests[0], 'rewriting makes no difference')
  })

  test('by digest alone: what the docs of build-push-action tell users to write', async () => {
    const repository = freshRepository(rig.registry)
    const outputs = `type=image,name=${repository},push-by-digest=true,name-canonical=true,push=true`
    const { outputs: made } = await build({ platforms: TWO, outputs })
    assert.equal(made['image'], `${repository}@${made['digest']}`)
    assert.equal(made['tags'], '')
    assert.deepEqual(await tagsOf(repository), [])
    assert.equal(await ask('crane', 'digest', made['image'] ?? ''), made['digest'])
    await ask(
      'docker',
      'buildx',
      'imagetools',
      'create',
      '--tag',
      `${repository}:by-hand`,
      made['image'] ?? '',
    )
    assert.match(await runImage(`${repository}:by-hand`, 'linux/arm64'), /aarch64/)
  })

  test('one platform may be a plain manifest, in the registry and in a layout', async () => {
    await using out = await folder()
    const repository = freshRepository(rig.registry)
    const inputs = {
      'single-platform': 'manifest',
      outputs: `type=oci,dest=${out.path},tar=false`,
      push: 'true',
    }
    const { outputs: made } = await build({ ...inputs, platforms: 'linux/arm64', tags: `${repository}:1` })
    const manifest = JSON.parse(await ask('crane', 'manifest', `${repository}:1`))
    assert.match(manifest.mediaType, /manifest\.v\d\+json$/)
    assert.equal(await ask('crane', 'digest', `${repository}:1`), made['digest'])
    assert.deepEqual(JSON.parse(made['digests'] ?? ''), { 'linux/arm64': made['digest'] })
    assert.equal(
      JSON.parse(await ask('skopeo', 'inspect', '--config', `oci:${out.path}:1`)).architecture,
      'arm64',
    )
    assert.match(await runImage(`${repository}:1`, 'linux/arm64'), /aarch64/)
  })
})

type Entry = { digest: string; annotations?: Record<string, string> }

/** Builds examples/hello with these inputs, main and post. */
async function build(inputs: Readonly<Record<string, string>>) {
  await using job = await openJob()
  const main = await job.main({ inputs: { ...HELLO, ...inputs } })
  const post = await job.post(main)
  assert.equal(main.code, 0, main.log)
  assert.equal(post.code, 0, post.log)
  return main
}

async function skopeoDigest(image: string): Promise<string> {
  return await ask('skopeo', 'inspect', '--raw', image).then(
    (raw) => `sha256:${createHash('sha256').update(raw).digest('hex')}`,
  )
}

/** A folder that is gone after the test. */
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'multiarch-outputs-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
