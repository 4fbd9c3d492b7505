import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { ask, builderContainers, containersNamed, freshRepository, noRig, rig, tagsOf } from './rig.ts'

describe('a run that fails moves no tag', { skip: noRig }, () => {
  test('one platform fails: it is named, with the end of its log', async () => {
    await using app = await project(
      'ARG TARGETARCH',
      'RUN if [ "$TARGETARCH" = s390x ]; then echo the compiler gave up; exit 3; fi',
    )
    const repository = freshRepository(rig.registry)
    await using job = await openJob()
    const main = await job.main({
      inputs: { ...app.inputs, platforms: 'linux/amd64,linux/arm64,linux/s390x', tags: repository },
    })
    assert.equal(main.code, 1)
    assert.match(
      main.log,
      /::error title=A platform failed to build,file=.*\/Dockerfile,line=4,endLine=4::The build of linux\/s390x ended with exit code 1/,
    )
    assert.match(main.log, /::error.*the compiler gave up/)
    assert.match(
      main.summary,
      /^## A platform failed to build\n[\s\S]*the compiler gave up[\s\S]*### Timeline/,
    )
    assert.deepEqual(await tagsOf(repository), [])
    assert.equal((await job.post(main)).code, 0)
    assert.deepEqual(await builderContainers(main), [])
  })

  test('killed in the middle of a build: no tag, and post removes the builder', async () => {
    await using app = await project('RUN sleep 4321')
    const repository = freshRepository(rig.registry)
    await using job = await openJob()
    const main = await job.main({
      inputs: { ...app.inputs, platforms: 'linux/amd64,linux/arm64', tags: repository },
      meanwhile: (step) => void whenRunning('sleep 4321').finally(() => step.kill('SIGKILL')),
    })
    assert.equal(main.signal, 'SIGKILL')
    assert.equal((await builderContainers(main)).length, 1)
    const post = await job.post(main)
    assert.equal(post.code, 0, post.log)
    assert.deepEqual(await builderContainers(main), [])
    assert.deepEqual(await tagsOf(repository), [])
  })

  test('a registry that refuses says why', async () => {
    await using app = await project('RUN true')
    await using job = await openJob()
    const main = await job.main({
      inputs: { ...app.inputs, platforms: 'linux/amd64', tags: freshRepository(rig.mirror) },
    })
    assert.equal(main.code, 1)
    assert.match(
      main.log,
      /::error title=A platform failed to build.*::[\s\S]*(405|UNSUPPORTED|not allowed|unsupported)/i,
    )
    await job.post(main)
  })
})

/** Resolves when some builder of ours runs this command. It polls a real condition, for a minute at most. */
async function whenRunning(command: string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    const containers = await containersNamed('buildx_buildkit_multiarch-')
    const processes = await Promise.all(
      containers.map((name) => ask('docker', 'top', name, '-eo', 'pid,args').catch(() => '')),
    )
    if (processes.join().includes(command)) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`no builder ran "${command}"`)
}
