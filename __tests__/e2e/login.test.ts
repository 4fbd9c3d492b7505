import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { describe, test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { ask, freshRepository, noRig, rig } from './rig.ts'
import { tokenRegistry } from './token-registry.ts'

const HELLO = { ...rig.inputs, context: 'examples/hello', 'build-args': `BASE=${rig.baseImage}` }

describe('a registry behind a login', { skip: noRig }, () => {
  test('takes the image when docker has logged in, and the password stays unseen', async () => {
    await using docker = await dockerFolder({ [rig.loginRegistry]: { auth: btoa(rig.login) } })
    const repository = freshRepository(rig.loginRegistry)
    await using job = await openJob()
    const inputs = {
      ...HELLO,
      platforms: 'linux/amd64,linux/arm64',
      tags: `${repository}:1,${repository}:latest`,
    }
    const main = await job.main({ inputs, env: docker.env })
    assert.equal(main.code, 0, main.log)
    assert.equal((await job.post(main, docker.env)).code, 0)
    assert.equal(
      await ask('env', `DOCKER_CONFIG=${docker.folder}`, 'crane', 'digest', repository),
      main.outputs['digest'],
    )
    const password = rig.login.split(':')[1] ?? ''
    const told = [
      main.log.replaceAll(/^::add-mask::.*$/gm, ''),
      main.summary,
      JSON.stringify([main.outputs, main.state]),
    ]
    assert.ok(!told.join().includes(password))
  })

  test('refuses without one, and the error says how to log in', async () => {
    await using docker = await dockerFolder({})
    await using job = await openJob()
    const inputs = { ...HELLO, platforms: 'linux/amd64', tags: freshRepository(rig.loginRegistry) }
    const main = await job.main({ inputs, env: docker.env })
    assert.equal(main.code, 1)
    assert.match(main.log, /::error title=A platform failed to build::.*(401|authorization|basic auth)/i)
    assert.match(main.log, /::error.*docker\/login-action/)
    await job.post(main, docker.env)
  })
})

describe('a registry that wants tokens', { skip: noRig }, () => {
  test('takes the image; our client asks for one token, with all it will need', async () => {
    await using registry = await tokenRegistry()
    await using docker = await dockerFolder(registry.auths)
    await using job = await openJob()
    const repository = `${registry.host}/octo/app`
    const tags = `${repository}:1.2.3,${repository}:latest`
    const main = await job.main({
      inputs: { ...HELLO, platforms: 'linux/amd64,linux/arm64', tags },
      env: docker.env,
    })
    assert.equal(main.code, 0, main.log)
    assert.equal((await job.post(main, docker.env)).code, 0)
    const { digest = '', image = '' } = main.outputs
    // Not crane: it refuses a token server on the machine itself.
    const inspect = ['docker', 'buildx', 'imagetools', 'inspect', '--format', '{{.Manifest.Digest}}']
    assert.equal(
      await ask('env', `DOCKER_CONFIG=${docker.folder}`, ...inspect, `${repository}:1.2.3`),
      digest,
    )

    registry.asked.length = 0
    const promoted = await job.main({
      inputs: { mode: 'promote', source: image, tags: `${repository}:stable` },
      env: docker.env,
    })
    assert.equal(promoted.code, 0, promoted.log)
    assert.equal(promoted.outputs['digest'], digest)
    assert.deepEqual(registry.asked, ['GET repository:octo/app:pull,push'])
  })

  test('gets an image from a matrix: parts, then a merge that asks for one token', async () => {
    await using registry = await tokenRegistry()
    await using docker = await dockerFolder(registry.auths)
    await using job = await openJob()
    const image = `${registry.host}/octo/parts`
    const records: string[] = []
    for (const platforms of ['linux/amd64', 'linux/arm64']) {
      const part = await job.main({ inputs: { ...HELLO, mode: 'part', platforms, image }, env: docker.env })
      assert.equal(part.code, 0, part.log)
      assert.equal((await job.post(part, docker.env)).code, 0)
      records.push(part.outputs['record'] ?? '')
    }
    registry.asked.length = 0
    const inputs = { mode: 'merge', platforms: 'linux/amd64,linux/arm64', tags: `${image}:1,${image}:latest` }
    const merge = await job.main({ inputs: { ...inputs, records: records.join('\n') }, env: docker.env })
    assert.equal(merge.code, 0, merge.log)
    assert.equal(merge.outputs['platforms'], 'linux/amd64,linux/arm64')
    assert.deepEqual(registry.asked, ['GET repository:octo/parts:pull,push'])
  })

  test('refuses who has not logged in, and no tag appears', async () => {
    await using registry = await tokenRegistry()
    await using docker = await dockerFolder({})
    await using job = await openJob()
    const inputs = {
      mode: 'promote',
      source: `${registry.host}/octo/app:1`,
      tags: `${registry.host}/octo/app:2`,
    }
    const main = await job.main({ inputs, env: docker.env })
    assert.equal(main.code, 1)
    assert.match(main.log, /::error title=The registry does not accept the login::.*docker\/login-action/)
  })
})

/** A DOCKER_CONFIG of its own, with these logins and the plugins of the bench. */
async function dockerFolder(auths: Readonly<Record<string, { auth: string }>>) {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-docker-'))
  const bench = process.env['DOCKER_CONFIG']
  const plugins = bench ? { cliPluginsExtraDirs: [join(bench, 'cli-plugins')] } : {}
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths, ...plugins }))
  return {
    folder,
    env: { DOCKER_CONFIG: folder },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
