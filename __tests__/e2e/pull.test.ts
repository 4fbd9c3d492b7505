import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { ask, freshRepository, noRig, rig } from './rig.ts'

/** Only an engine's own BuildKit uses images that are on the machine; in a container it always asks the registry. */
test('pull asks for the base image of today, where the machine has one of yesterday', {
  skip: noRig,
}, async () => {
  const base = `${freshRepository(rig.registry)}:moving`
  await publish(base, 'yesterday')
  await ask('docker', 'pull', '--quiet', base)
  await publish(base, 'today')
  try {
    assert.equal(await builtOn(base, {}), 'yesterday')
    assert.equal(await builtOn(base, { pull: 'true' }), 'today')
  } finally {
    await ask('docker', 'image', 'rm', '--force', base)
  }
})

async function publish(name: string, day: string): Promise<void> {
  await ask(
    'crane',
    'mutate',
    rig.baseImage,
    '--platform',
    'linux/amd64',
    '--label',
    `day=${day}`,
    '--tag',
    name,
  )
}

/** Which base an image has that the engine builds and keeps. */
async function builtOn(base: string, inputs: Readonly<Record<string, string>>): Promise<string> {
  await using app = await project('RUN true')
  await using job = await openJob()
  const name = `multiarch.test/pull:${process.pid}`
  const main = await job.main({
    inputs: {
      ...{ context: app.folder, driver: 'docker', load: 'true', provenance: 'false', tags: name },
      ...{ 'build-args': `BASE=${base}`, ...inputs },
    },
  })
  assert.equal(main.code, 0, main.log)
  assert.equal((await job.post(main)).code, 0)
  const day = await ask('docker', 'image', 'inspect', '--format', '{{index .Config.Labels "day"}}', name)
  await ask('docker', 'image', 'rm', '--force', name)
  return day
}
