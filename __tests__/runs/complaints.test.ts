import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { PLUGIN_FOLDERS } from '../../src/builder/plugin.ts'
import { openJob } from './as-a-runner.ts'

const GOOD = { platforms: 'linux/amd64', tags: 'ghcr.io/octo/app:1', context: 'examples/hello' }

test('complains about every input at once, and starts nothing', async () => {
  await using job = await openJob()
  const main = await job.main({
    inputs: {
      platforms: 'arm64,linux/amd64',
      tags: 'ghcr.io/Octo/App:1,ghcr.io/octo/app:bad tag',
      push: 'maybe',
    },
  })
  assert.equal(main.code, 1)
  assert.match(main.log, /::error title=The inputs need a correction::/)
  for (const said of [
    '"arm64" is not a platform',
    'ghcr.io/octo/app:1',
    '"ghcr.io/octo/app:bad tag"',
    '"maybe" is not a switch',
  ]) {
    assert.ok(main.log.includes(said), `the log lacks ${said}:\n${main.log}`)
  }
  assert.deepEqual(main.state, {})
})

test('an input that means nothing in the mode is a mistake, and is named', async () => {
  await using job = await openJob()
  const main = await job.main({
    inputs: { mode: 'promote', source: 'octo/app:1', tags: 'octo/app:2', context: 'app' },
  })
  assert.equal(main.code, 1)
  assert.match(main.log, /input "context": has no meaning in mode promote; it is for mode build and part/)
})

test('says that Docker is missing, where it is', async () => {
  await using job = await openJob()
  const main = await job.main({ inputs: GOOD, env: { PATH: '/nowhere' } })
  assert.equal(main.code, 1)
  assert.match(main.log, /::error title=Docker is not installed::/)
})

test('says that the engine does not answer, where it does not', async () => {
  await using job = await openJob()
  const main = await job.main({ inputs: GOOD, env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } })
  assert.equal(main.code, 1)
  assert.match(main.log, /::error title=The Docker engine does not answer::/)
})

const installed = PLUGIN_FOLDERS.map((folder) => join(folder, 'docker-buildx')).find((path) =>
  existsSync(path),
)

test('says that buildx is missing, where it is', {
  skip: installed && `this machine has ${installed}`,
}, async () => {
  await using job = await openJob()
  // A docker whose engine answers but which knows no buildx: the one thing that a machine with buildx cannot show.
  const folder = await mkdtemp(join(tmpdir(), 'no-buildx-'))
  const version = JSON.stringify({
    Client: { Version: '28.0.0', Context: 'default' },
    Server: { Version: '28.0.0', Os: 'linux', Arch: 'amd64' },
  })
  const answers = `[ "$1" = version ] && echo '${version}' && exit\necho "unknown command: docker $1" >&2; exit 1`
  await writeFile(join(folder, 'docker'), `#!/bin/sh\n${answers}\n`, { mode: 0o755 })
  const main = await job.main({
    inputs: GOOD,
    env: { PATH: `${folder}:/usr/bin:/bin`, DOCKER_CONFIG: folder },
  })
  assert.equal(main.code, 1)
  assert.match(main.log, /::error title=Docker has no buildx::.*unknown command: docker buildx/)
  await rm(folder, { recursive: true })
})

test('a Dockerfile that is not there may be a checkout that is not there', async () => {
  await using job = await openJob()
  const folder = await mkdtemp(join(tmpdir(), 'empty-'))
  const main = await job.main({ inputs: { ...GOOD, context: folder } })
  assert.match(main.log, /::error title=The Dockerfile is missing::.*actions\/checkout/)
  assert.match(
    (await job.main({ inputs: { ...GOOD, context: join(folder, 'gone') } })).log,
    /there is no folder|There is no folder/,
  )
  await rm(folder, { recursive: true })
})

test('post with nothing to undo does nothing', async () => {
  await using job = await openJob()
  const main = await job.main({ inputs: { mode: 'bake' } })
  const post = await job.post(main)
  assert.deepEqual({ code: post.code, log: post.log }, { code: 0, log: '' })
})
