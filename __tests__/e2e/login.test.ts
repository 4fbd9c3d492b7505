import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { describe, test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { ask, freshRepository, noRig, rig } from './rig.ts'

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
