import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { remoteBuildkit } from './remote-buildkit.ts'
import { ask, builderContainers, containersNamed, freshRepository, noRig, rig, runImage } from './rig.ts'
import { tlsEngine } from './tls-engine.ts'

const TWO = 'linux/amd64,linux/arm64'

describe('the builder that is asked for', { skip: noRig }, () => {
  test('is a BuildKit elsewhere, by the remote driver; post removes its entry and leaves it running', async () => {
    await using remote = await remoteBuildkit()
    await using app = await project('RUN uname -m >/machine.txt', 'CMD ["uname", "-m"]')
    await using job = await openJob()
    const repository = freshRepository(rig.registry)
    const inputs = {
      ...app.inputs,
      ...{ 'driver-opts': '', 'buildkit-image': '' },
      platforms: TWO,
      tags: repository,
    }
    const main = await job.main({ inputs: { ...inputs, driver: 'remote', endpoint: remote.address } })
    assert.equal(main.code, 0, main.log)
    assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
    const post = await job.post(main)
    assert.equal(post.code, 0, post.log)
    assert.deepEqual(await containersNamed(remote.name), [remote.name])
  })

  test('gets flags and a buildkitd.toml', async () => {
    await using app = await project('RUN --security=insecure true')
    await using job = await openJob()
    const inputs = { ...app.inputs, platforms: 'linux/amd64', push: 'false' }
    const main = await job.main({ inputs: { ...inputs, 'buildkitd-flags': '--debug' } })
    assert.equal(main.code, 1, 'an entitlement that nobody has given was used')
    const [container = ''] = await builderContainers(main)
    assert.match(await ask('docker', 'inspect', '--format', '{{json .Args}}', container), /--debug/)
    await job.post(main)
  })

  test('is made on an engine behind TLS, through a docker context that post removes', async () => {
    await using engine = await tlsEngine()
    await using app = await project('RUN uname -m >/machine.txt', 'CMD ["uname", "-m"]')
    await using job = await openJob()
    const repository = freshRepository(rig.registry)
    const main = await job.main({
      inputs: { ...app.inputs, platforms: TWO, tags: repository },
      env: engine.env,
    })
    assert.equal(main.code, 0, main.log)
    assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
    const post = await job.post(main, engine.env)
    assert.equal(post.code, 0, post.log)
    assert.match(post.log, /Removed the docker context multiarch-/)
    assert.doesNotMatch(post.log, /::warning/)
    assert.deepEqual(await builderContainers(main), [])
  })

  test('stays among the user’s own where cleanup is off', async () => {
    await using app = await project('RUN true')
    await using job = await openJob()
    const main = await job.main({
      inputs: { ...app.inputs, platforms: 'linux/amd64', push: 'false', cleanup: 'false' },
    })
    assert.equal(main.code, 0, main.log)
    await job.post(main)
    const name = /Builder (multiarch-\w+) /.exec(main.summary)?.[1] ?? ''
    assert.match(await ask('docker', 'buildx', 'inspect', name), /Status:\s+running/)
    await ask('docker', 'buildx', 'rm', name)
  })

  test('leaves its cache where keep-state is on', async () => {
    await using app = await project('RUN true')
    await using job = await openJob()
    const main = await job.main({
      inputs: { ...app.inputs, platforms: 'linux/amd64', push: 'false', 'keep-state': 'true' },
    })
    assert.equal(main.code, 0, main.log)
    const [container = ''] = await builderContainers(main)
    await job.post(main)
    assert.deepEqual(await builderContainers(main), [])
    assert.equal(
      await ask('docker', 'volume', 'ls', '--quiet', '--filter', `name=${container}_state`),
      `${container}_state`,
    )
    await ask('docker', 'volume', 'rm', `${container}_state`)
  })
})
