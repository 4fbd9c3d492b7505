import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openJob, type Step } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { freshRepository, noRig, rig, tagsOf } from './rig.ts'

describe('a Dockerfile is asked', { skip: noRig }, () => {
  test('for its mistakes: each is an annotation, the step fails, and nothing is built', async () => {
    await using app = await project('MAINTAINER nobody', 'WORKDIR relative', 'RUN exit 3')
    const repository = freshRepository(rig.registry)
    const main = await step({
      ...app.inputs,
      call: 'check',
      platforms: 'linux/amd64,linux/s390x',
      tags: repository,
    })
    assert.equal(main.code, 1)
    assert.match(main.log, /::error title=The Dockerfile does not pass::.*MaintainerDeprecated/)
    assert.match(main.log, /::warning title=MaintainerDeprecated,file=[^,]*Dockerfile,line=3,/)
    assert.equal(main.log.match(/^WARNING: MaintainerDeprecated/gm)?.length, 1, 'once for all platforms')
    assert.doesNotMatch(main.log, /Build linux|qemu/)
    assert.deepEqual(await tagsOf(repository), [])
  })

  test('and passes', async () => {
    const inline = { context: '-', 'dockerfile-inline': `FROM ${rig.baseImage}\nRUN exit 3` }
    const main = await step({ ...rig.inputs, ...inline, call: 'check' })
    assert.equal(main.code, 0, main.log)
    assert.match(main.log, /^Check complete, no warnings found\.$/m)
    assert.match(main.summary, /asked for `check`/)
    assert.equal(main.outputs['digest'], '')
  })

  test('for its stages, and for the arguments of one', async () => {
    await using app = await project('RUN true', 'FROM scratch AS slim', '# WHO is greeted', 'ARG WHO=you')
    const stages = await step({ ...app.inputs, call: 'targets', push: 'false' })
    assert.equal(stages.code, 0, stages.log)
    assert.match(stages.log, /^slim \(default\)/m)
    const outline = await step({ ...app.inputs, call: 'outline', target: 'slim', mode: 'part' })
    assert.match(outline.log, /^WHO\s+you\s+is greeted/m)
  })

  test('where each platform has a Dockerfile of its own, each', async () => {
    await using app = await project('FROM scratch AS one', 'FROM scratch AS two')
    const target = '[linux/amd64] one\n[linux/arm64] two'
    const main = await step({ ...app.inputs, call: 'outline', platforms: 'linux/amd64,linux/arm64', target })
    assert.match(main.log, /^TARGET: one$[\s\S]*^TARGET: two$/m)
  })
})

async function step(inputs: Step['inputs']) {
  await using job = await openJob()
  const main = await job.main({ inputs })
  assert.equal((await job.post(main)).code, 0)
  return main
}
