import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { remoteBuildkit } from './remote-buildkit.ts'
import { freshRepository, noRig, rig, runImage } from './rig.ts'

const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' }

describe('where no Docker engine answers', { skip: noRig, timeout: 60_000 }, () => {
  test('a BuildKit elsewhere builds every platform that it can', async () => {
    await using remote = await remoteBuildkit()
    await using app = await project('RUN uname -m >/machine.txt', 'CMD ["uname", "-m"]')
    await using job = await openJob()
    const repository = freshRepository(rig.registry)
    const elsewhere = { driver: 'remote', endpoint: remote.address, 'driver-opts': '', 'buildkit-image': '' }
    const inputs = { ...app.inputs, ...elsewhere, platforms: 'linux/amd64,linux/arm64', tags: repository }
    const main = await job.main({ inputs, env: NO_ENGINE })
    assert.equal(main.code, 0, main.log)
    assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
    assert.doesNotMatch(main.summary, /undefined|Docker \d/)
    const post = await job.post(main, NO_ENGINE)
    assert.equal(post.code, 0, post.log)
    assert.doesNotMatch(post.log, /::warning/)
  })

  const clusters: Readonly<Record<string, readonly [settings: string, told: RegExp]>> = {
    'is not told of': ['', /no such file or directory.*name it in the env of this step: KUBECONFIG/],
    'does not answer': [
      'clusters: [{ name: x, cluster: { server: "http://127.0.0.1:1" } }]',
      /127\.0\.0\.1:1: connect: connection refused.*Check that this runner reaches the server/,
    ],
  }
  for (const [how, [settings, told]] of Object.entries(clusters)) {
    test(`a cluster that ${how} is an error with what to do`, async () => {
      await using app = await project('RUN true')
      await using job = await openJob()
      const config = join(job.temporary, 'kubeconfig')
      const contexts = 'current-context: x\ncontexts: [{ name: x, context: { cluster: x } }]'
      if (settings !== '') await writeFile(config, `${contexts}\n${settings}\n`)
      const inputs = { ...app.inputs, driver: 'kubernetes', 'driver-opts': '', push: 'false' }
      const main = await job.main({ inputs, env: { ...NO_ENGINE, KUBECONFIG: config } })
      assert.equal(main.code, 1, main.log)
      assert.match(main.log, /::error title=The builder did not start::/)
      assert.match(main.log, told)
      await job.post(main, { ...NO_ENGINE, KUBECONFIG: config })
    })
  }
})
