import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { describe, test } from 'node:test'
import { findPlugin } from '../../src/builder/plugin.ts'
import { files } from '../../src/system/files.ts'
import { release, releases } from '../fakes/releases.ts'
import { type Job, openJob } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { builderContainers, freshRepository, noRig, rig, runImage } from './rig.ts'

const WANTED = 'v99.0.0'
const MACHINE = `linux-${process.arch === 'arm64' ? 'arm64' : 'amd64'}`

/** The bench's own buildx, published as a release that nobody has. */
async function published() {
  const folder = process.env['DOCKER_CONFIG'] || join(homedir(), '.docker')
  const plugin = (await findPlugin(folder, files)) ?? assert.fail('the bench has no buildx')
  return release(WANTED, await readFile(plugin), MACHINE)
}

/** A job on a machine whose docker has a buildx that can do nothing but tell its age, and notes what it is asked. */
async function oldMachine({ temporary }: Job) {
  const plugins = join(temporary, 'docker/cli-plugins')
  const asked = join(temporary, 'asked')
  const plugin = join(plugins, 'docker-buildx')
  const script = `#!/bin/sh\necho "$*" >>${asked}\n[ "$1" = version ] && echo github.com/docker/buildx v0.1.0 0\n`
  await mkdir(plugins, { recursive: true })
  await writeFile(plugin, script)
  await chmod(plugin, 0o755)
  const cache = join(temporary, 'toolcache')
  return { asked, cache, env: { DOCKER_CONFIG: join(temporary, 'docker'), RUNNER_TOOL_CACHE: cache } }
}

describe('a wanted buildx', { skip: noRig }, () => {
  test('is downloaded once, and alone makes, uses and removes the builder', async () => {
    await using web = await releases(await published())
    await using app = await project('RUN uname -m >/machine.txt', 'CMD ["uname", "-m"]')
    await using job = await openJob()
    const { env, asked } = await oldMachine(job)
    const repository = freshRepository(rig.registry)
    const wish = { 'buildx-version': WANTED, 'buildx-download-url': web.url }
    const inputs = { ...app.inputs, ...wish, platforms: 'linux/amd64,linux/arm64', tags: repository }
    for (const requests of [2, 2]) {
      const main = await job.main({ inputs, env })
      assert.equal(main.code, 0, main.log)
      assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
      assert.equal((await builderContainers(main)).length, 1)
      const post = await job.post(main, env)
      assert.equal(post.code, 0, post.log)
      assert.deepEqual(await builderContainers(main), [])
      assert.equal(web.asked.length, requests)
    }
    assert.equal(await readFile(asked, 'utf8'), 'version\nversion\n')
  })

  test('with another checksum is not started: the step ends before there is a builder', async () => {
    const files = await published()
    await using web = await releases({ ...files, [`/${WANTED}/buildx-${WANTED}.${MACHINE}`]: '#!/bin/sh\n' })
    await using app = await project('RUN true')
    await using job = await openJob()
    const { env, cache } = await oldMachine(job)
    const main = await job.main({
      inputs: { ...app.inputs, push: 'false', 'buildx-version': WANTED, 'buildx-download-url': web.url },
      env,
    })
    assert.equal(main.code, 1, main.log)
    assert.match(main.log, /::error title=Buildx could not be downloaded::.*SHA-256/)
    await assert.rejects(readdir(cache))
    assert.doesNotMatch(main.state['ledger'] ?? '', /builder/)
    await job.post(main, env)
  })
})
