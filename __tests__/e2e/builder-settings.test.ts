import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { describe, test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { ask, builderContainers, freshRepository, noRig, rig, runImage } from './rig.ts'

const BUILD = { platforms: 'linux/amd64', push: 'false' }

/** A name of Docker Hub that only the bench's registry has an image for. */
async function onlyMirrored(): Promise<string> {
  const name = `e2e-${randomUUID().slice(0, 8)}/busybox:1`
  await ask('crane', 'copy', rig.baseImage, `${rig.registry}/${name}`)
  return name
}

/** What the BuildKit of a builder was started with; docker copies a tarball, with the text as it is. */
const settingsOf = (container: string) =>
  ask('docker', 'cp', `${container}:/etc/buildkit/buildkitd.toml`, '-')

describe('registries are told to BuildKit', { skip: noRig }, () => {
  test('as mirrors for base images, beside what a file of the user’s says', async () => {
    const base = await onlyMirrored()
    await using app = await project('RUN true')
    await using job = await openJob()
    const file = join(app.folder, 'buildkitd.toml')
    await writeFile(file, 'debug = true\n')
    const inputs = { ...app.inputs, ...BUILD, 'build-args': `BASE=${base}`, 'buildkitd-config': file }
    const main = await job.main({ inputs: { ...inputs, 'registry-mirrors': rig.registry } })
    assert.equal(main.code, 0, main.log)
    const [container = ''] = await builderContainers(main)
    const settings = await settingsOf(container)
    assert.match(settings, /debug = true/)
    assert.ok(settings.includes(rig.registry), settings)
    await job.post(main)
  })

  test('as spoken to without TLS, and to our client as well; no other name is', async () => {
    await using app = await project('RUN uname -m >/machine.txt', 'CMD ["uname", "-m"]')
    await using job = await openJob()
    const path = freshRepository(rig.registry)
    // This machine, by an address that nobody takes for a loopback.
    const host = rig.registry.replace(/^.*:/, '0.0.0.0:')
    const inputs = { ...app.inputs, platforms: 'linux/amd64', tags: path.replace(rig.registry, host) }
    const refused = await job.main({ inputs })
    assert.equal(refused.code, 1, 'a registry without TLS was trusted')
    await job.post(refused)
    const main = await job.main({ inputs: { ...inputs, 'insecure-registries': host } })
    assert.equal(main.code, 0, main.log)
    assert.match(await runImage(path, 'linux/amd64'), /x86_64/)
    await job.post(main)
  })
})

/** A docker context of the user's, to the bench's engine. */
async function context() {
  const name = `e2e-${randomUUID().slice(0, 8)}`
  const host = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'
  await ask('docker', 'context', 'create', name, '--docker', `host=${host}`)
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await ask('docker', 'context', 'rm', '--force', name)
    },
  }
}

describe('a builder is made', { skip: noRig }, () => {
  test('for platforms that its machine emulates, with the emulators that they need', async () => {
    await using app = await project('RUN uname -m >/machine.txt', 'CMD ["uname", "-m"]')
    await using job = await openJob()
    const repository = freshRepository(rig.registry)
    const wanted = { platforms: 'linux/arm64', 'builder-platforms': 'linux/arm64', tags: repository }
    const main = await job.main({ inputs: { ...app.inputs, ...wanted } })
    assert.equal(main.code, 0, main.log)
    assert.match(main.log, /linux\/arm64 qemu-aarch64 is /)
    assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
    await job.post(main)
  })

  test('in a docker context of the user’s, which stays', async () => {
    await using there = await context()
    await using app = await project('RUN true')
    await using job = await openJob()
    const main = await job.main({ inputs: { ...app.inputs, ...BUILD, endpoint: there.name } })
    assert.equal(main.code, 0, main.log)
    assert.equal((await builderContainers(main)).length, 1)
    const post = await job.post(main)
    assert.doesNotMatch(post.log, /::warning/)
    assert.deepEqual(await builderContainers(main), [])
    assert.match(await ask('docker', 'context', 'ls', '--format', '{{.Name}}'), new RegExp(there.name))
  })

  test('on two engines: each has its container, with the same settings, and post removes both', async () => {
    await using there = await context()
    await using app = await project('RUN uname -m >/machine.txt', 'CMD ["uname", "-m"]')
    await using job = await openJob()
    const repository = freshRepository(rig.registry)
    const append = `- endpoint: ${there.name}\n  platforms: linux/arm64\n  driver-opts: network=host`
    const wanted = { append, platforms: 'linux/amd64,linux/arm64', tags: repository }
    const main = await job.main({ inputs: { ...app.inputs, ...wanted, 'registry-mirrors': 'mirror.lan' } })
    assert.equal(main.code, 0, main.log)
    const containers = await builderContainers(main)
    assert.equal(containers.length, 2)
    for (const container of containers) assert.match(await settingsOf(container), /mirror\.lan/)
    assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
    await job.post(main)
    assert.deepEqual(await builderContainers(main), [])
  })
})
