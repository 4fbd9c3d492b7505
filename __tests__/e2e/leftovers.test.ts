import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { ask, containersNamed, freshRepository, noRig, rig, tagsOf } from './rig.ts'

describe('what a run leaves', { skip: noRig }, () => {
  // Spread over the second that set-up, builds and publishing take here.
  for (const moment of [150, 350, 450, 600, 900, 1300]) {
    test(`is nothing, when it is killed after ${moment} ms and post runs at once`, async () => {
      await using app = await project('RUN uname -m >/machine.txt')
      await using job = await openJob()
      const repository = freshRepository(rig.registry)
      const main = await job.main({
        inputs: { ...app.inputs, platforms: 'linux/amd64', tags: repository },
        meanwhile: (step) => void setTimeout(() => step.kill('SIGKILL'), moment),
      })
      const post = await job.post(main)
      assert.equal(post.code, 0, post.log)
      const name = builderIn(main.state)
      await orphansOf(job.temporary)
      if (name !== undefined) {
        assert.deepEqual(await containersNamed(name), [])
        assert.equal(await ask('docker', 'volume', 'ls', '--quiet', '--filter', `name=${name}`), '')
      }
      const left = await readdir(job.temporary)
      assert.deepEqual(
        left.filter((entry) => entry.startsWith('multiarch-')),
        [],
      )
      const tags = await tagsOf(repository)
      if (tags.length > 0) assert.match(await ask('crane', 'manifest', repository), /"linux"/)
    })
  }

  test('is nothing of the other’s, when two run at once', async () => {
    await using app = await project('RUN uname -m >/machine.txt')
    await using one = await openJob()
    await using two = await openJob()
    const start = (job: typeof one) =>
      job.main({
        inputs: { ...app.inputs, platforms: 'linux/amd64,linux/arm64', tags: freshRepository(rig.registry) },
      })
    const [first, second] = await Promise.all([start(one), start(two)])
    assert.equal(first.code, 0, first.log)
    assert.equal(second.code, 0, second.log)
    await one.post(first)
    assert.equal((await containersNamed(builderIn(second.state) ?? 'none')).length, 1)
    await two.post(second)
    assert.equal((await containersNamed(builderIn(second.state) ?? 'none')).length, 0)
  })
})

function builderIn(state: Readonly<Record<string, string>>): string | undefined {
  const ledger: readonly { kind: string; name: string }[] = JSON.parse(state['ledger'] ?? '[]')
  return ledger.find(({ kind }) => kind === 'builder')?.name
}

/** Waits until no program is left that the killed step had started: each still has the step's folder in its environment. */
async function orphansOf(temporary: string): Promise<void> {
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline) {
    const running = await ask(
      'sh',
      '-c',
      'grep -lsa "$0" /proc/[0-9]*/environ || true',
      `BUILDX_CONFIG=${temporary}`,
    )
    if (running === '') return
    await new Promise((done) => setTimeout(done, 50))
  }
  assert.fail('programs of the killed step are still running')
}
