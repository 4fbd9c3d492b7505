import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Job, openJob, type StepResult } from '../runs/as-a-runner.ts'
import { unregister } from './kernel.ts'
import { project } from './project.ts'
import { containersNamed, noRig } from './rig.ts'

describe('the steps of a job', { skip: noRig }, () => {
  test('share a builder and its cache; the first takes it away, when the job ends', async () => {
    await using app = await project(
      'RUN sleep 1 && cat /proc/sys/kernel/random/uuid >/id',
      'LABEL step=first',
    )
    await using job = await openJob()
    const inputs = { ...app.inputs, platforms: 'linux/amd64', push: 'false' }
    const first = await good(job.main({ inputs }))
    const second = await good(job.main({ inputs: { ...inputs, labels: 'step=second' } }))
    assert.equal(builderOf(second), builderOf(first))
    assert.match(second.log, /of an earlier step is one like this/)
    assert.match(second.log, /RUN sleep 1[^\n]*\n#\d+ CACHED/)
    await good(job.post(second))
    assert.equal((await containersNamed(builderOf(first))).length, 1, 'the next step would have none')
    await good(job.post(first))
    assert.deepEqual(await containersNamed(builderOf(first)), [])
  })

  test('share it also where the second needs an emulator, of which buildkitd is told', async () => {
    await unregister('qemu-s390x')
    await using app = await project('RUN uname -m')
    await using job = await openJob()
    const first = await good(job.main({ inputs: { ...app.inputs, platforms: 'linux/amd64', push: 'false' } }))
    const inputs = { ...app.inputs, platforms: 'linux/amd64,linux/s390x', push: 'false' }
    const second = await good(job.main({ inputs }))
    assert.equal(builderOf(second), builderOf(first))
    assert.match(second.log, /buildkitd was there before the emulator of linux\/s390x: it looks again/)
    await endAll(job, [second, first])
  })

  test('share none that is to be another one, or that is gone', async () => {
    await using app = await project('RUN true')
    await using job = await openJob()
    const inputs = { ...app.inputs, platforms: 'linux/amd64', push: 'false' }
    const first = await good(job.main({ inputs }))
    const other = await good(job.main({ inputs: { ...inputs, 'buildkitd-flags': '--debug' } }))
    assert.notEqual(builderOf(other), builderOf(first))
    await endAll(job, [other, first])
    const later = await good(job.main({ inputs }))
    assert.notEqual(builderOf(later), builderOf(first))
    await endAll(job, [later])
  })
})

async function good(running: Promise<StepResult>): Promise<StepResult> {
  const result = await running
  assert.equal(result.code, 0, result.log)
  return result
}

async function endAll(job: Job, mains: readonly StepResult[]): Promise<void> {
  for (const main of mains) assert.doesNotMatch((await good(job.post(main))).log, /::warning/)
  for (const main of mains) assert.deepEqual(await containersNamed(builderOf(main)), [])
}

function builderOf({ summary }: StepResult): string {
  const [, name = ''] = /Builder (multiarch-\w+) /.exec(summary) ?? []
  assert.notEqual(name, '', summary)
  return name
}
