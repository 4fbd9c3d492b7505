import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openJob, type StepResult } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { ask, freshRepository, noRig, rig, runImage } from './rig.ts'
import { sbomGenerator } from './sbom-generator.ts'

const TWO = 'linux/amd64,linux/arm64'

describe('what a build can ask', { skip: noRig }, () => {
  test('without attestations there is one manifest a platform, and nothing else', async () => {
    const { manifest, repository } = await build({ platforms: TWO, provenance: 'false' })
    assert.deepEqual(manifest.manifests.map(platformOf), ['linux/amd64', 'linux/arm64'])
    assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
  })

  test('annotations reach the index, the manifests and the entries', async () => {
    const { manifest, main, repository } = await build({
      platforms: TWO,
      provenance: 'false',
      annotations: [
        'org.opencontainers.image.description=An app, and more',
        'manifest[linux/arm64]:only=arm',
        'manifest-descriptor:where=entry',
      ].join('\n'),
    })
    assert.equal(manifest.mediaType, 'application/vnd.oci.image.index.v1+json')
    assert.deepEqual(manifest.annotations, { 'org.opencontainers.image.description': 'An app, and more' })
    assert.deepEqual(
      manifest.manifests.map(({ annotations }) => annotations?.['where']),
      ['entry', 'entry'],
    )
    const digests: Record<string, string> = JSON.parse(main.outputs['digests'] ?? '')
    const arm = JSON.parse(await ask('crane', 'manifest', `${repository}@${digests['linux/arm64']}`))
    assert.deepEqual(arm.annotations, {
      only: 'arm',
      'org.opencontainers.image.description': 'An app, and more',
    })
    const amd = JSON.parse(await ask('crane', 'manifest', `${repository}@${digests['linux/amd64']}`))
    assert.equal(amd.annotations.only, undefined)
  })

  test('build arguments, labels and a target are docker/build-push-action’s', async () => {
    await using app = await project(
      'RUN echo never built >/hello.txt',
      'FROM $BASE AS wanted',
      'ARG WHO',
      'RUN echo "hello $WHO" >/hello.txt',
      'CMD ["cat", "/hello.txt"]',
      'FROM wanted AS unwanted',
      'RUN exit 1',
    )
    const { repository, main } = await build({
      context: app.folder,
      target: 'wanted',
      platforms: 'linux/arm64',
      'build-args': `BASE=${rig.baseImage}\n"WHO=you, and me"`,
      labels: 'org.example.note=a=b, c',
    })
    assert.equal(await runImage(repository, 'linux/arm64'), 'hello you, and me')
    const config = JSON.parse(await ask('crane', 'config', `${repository}@${digestOf(main, 'linux/arm64')}`))
    assert.equal(config.config.Labels['org.example.note'], 'a=b, c')
  })

  const config = `[registry."docker.io"]\n  mirrors = ["${rig.mirror}"]\n[registry."${rig.mirror}"]\n  http = true\n`
  const mirrored: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'buildkitd-config-inline': { 'buildkitd-config-inline': config },
    'registry-mirrors': { 'registry-mirrors': rig.mirror, 'insecure-registries': rig.mirror },
  }
  for (const [name, inputs] of Object.entries(mirrored)) {
    test(`${name} reaches BuildKit: a base image comes through the mirror it names`, async () => {
      const app = await mkdtemp(join(tmpdir(), 'multiarch-mirrored-'))
      await writeFile(join(app, 'Dockerfile'), 'FROM docker.io/library/busybox\nRUN uname -m >/machine.txt\n')
      const { main } = await build({ platforms: TWO, context: app, ...inputs })
      assert.match(main.log, /FROM docker\.io\/library\/busybox:latest@sha256/)
      await rm(app, { recursive: true })
    })
  }

  for (const [input, text] of [
    ['sbom', 'generator='],
    ['attests', 'type=sbom,generator='],
  ] as const)
    test(`an SBOM is made by the generator that ${input} names, and stays with its image`, async () => {
      const { image } = await sbomGenerator()
      const { manifest, repository } = await build({ platforms: TWO, [input]: `${text}${image}` })
      const [first] = manifest.manifests.filter(
        ({ annotations }) => annotations?.['vnd.docker.reference.digest'],
      )
      const attestation = JSON.parse(await ask('crane', 'manifest', `${repository}@${first?.digest}`))
      const predicates = attestation.layers.map(
        (layer: Entry) => layer.annotations?.['in-toto.io/predicate-type'],
      )
      assert.ok(predicates.includes('https://spdx.dev/Document'), predicates.join())
    })

  test('an existing builder is used, and stays', async () => {
    const name = `users-own-${randomUUID().slice(0, 8)}`
    const options = ['--driver-opt', 'network=host', '--driver-opt', `image=${rig.inputs['buildkit-image']}`]
    await ask('docker', 'buildx', 'create', '--name', name, '--driver', 'docker-container', ...options)
    try {
      const { repository } = await build({ platforms: TWO, builder: name, 'driver-opts': '' })
      assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
      assert.match(await ask('docker', 'buildx', 'inspect', name), /Status:\s+running/)
    } finally {
      await ask('docker', 'buildx', 'rm', name)
    }
  })

  test('keep-emulators: false takes back what it added, and nothing else', async () => {
    await ask(
      'docker',
      'run',
      '--rm',
      '--privileged',
      rig.inputs['binfmt-image'] ?? '',
      '--uninstall',
      'qemu-s390x',
    )
    await ask('docker', 'run', '--rm', '--privileged', rig.inputs['binfmt-image'] ?? '', '--install', 'arm64')
    const { main } = await build({ platforms: `${TWO},linux/s390x`, 'keep-emulators': 'false' })
    assert.match(main.log, /installed qemu-s390x/)
    const left = await ask('docker', 'run', '--rm', '--privileged', rig.inputs['binfmt-image'] ?? '')
    assert.deepEqual(
      JSON.parse(left).emulators.filter((name: string) => /aarch64|s390x/.test(name)),
      ['qemu-aarch64'],
    )
  })
})

type Entry = {
  digest: string
  platform: { os: string; architecture: string }
  annotations?: Record<string, string>
}
type Index = { mediaType: string; manifests: Entry[]; annotations?: Record<string, string> }

/** Builds examples/hello with these inputs, main and post, and fetches what was published. */
async function build(inputs: Readonly<Record<string, string>>) {
  const repository = freshRepository(rig.registry)
  await using job = await openJob()
  const hello = { ...rig.inputs, context: 'examples/hello', 'build-args': `BASE=${rig.baseImage}` }
  const main = await job.main({ inputs: { ...hello, tags: repository, ...inputs } })
  const post = await job.post(main)
  succeeded(main)
  succeeded(post)
  const manifest: Index = JSON.parse(await ask('crane', 'manifest', repository))
  return { main, repository, manifest }
}

function succeeded({ code, log }: StepResult): void {
  assert.equal(code, 0, log)
}

function platformOf({ platform }: Entry): string {
  return `${platform.os}/${platform.architecture}`
}

function digestOf(main: StepResult, platform: string): string {
  return JSON.parse(main.outputs['digests'] ?? '{}')[platform]
}
