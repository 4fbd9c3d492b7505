import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { ask, freshRepository, noRig, rig, runImage } from './rig.ts'

describe('one step publishes to several registries', { skip: noRig }, () => {
  test('one digest under all tags, and all of it runs', async () => {
    await using job = await openJob()
    const repositories = [rig.registry, rig.oldRegistry, rig.registry].map(freshRepository)
    const tags = repositories.flatMap((name) => [`${name}:1.2.3`, `${name}:latest`])
    const hello = { ...rig.inputs, context: 'examples/hello', 'build-args': `BASE=${rig.baseImage}` }
    const main = await job.main({
      inputs: { ...hello, platforms: 'linux/amd64,linux/arm64', tags: tags.join('\n') },
    })
    assert.equal((await job.post(main)).code, 0)
    assert.equal(main.code, 0, main.log)
    assert.equal(main.outputs['tags'], tags.join('\n'))
    const { digest } = main.outputs
    for (const tag of tags) {
      assert.equal(await ask('crane', 'digest', tag), digest)
      assert.equal(await ask('regctl', 'image', 'digest', tag), digest)
      assert.match(await runImage(tag, 'linux/arm64'), /aarch64/)
    }
    assert.equal(main.log.match(/^copied to /gm)?.length, 2)
    for (const { digest } of JSON.parse(await ask('crane', 'manifest', tags[2] ?? '')).manifests)
      await ask('crane', 'validate', '--remote', `${repositories[1]}@${digest}`)
  })

  test('no tag is moved where one of them does not take it', async () => {
    await using job = await openJob()
    const good = freshRepository(rig.registry)
    const hello = { ...rig.inputs, context: 'examples/hello', 'build-args': `BASE=${rig.baseImage}` }
    const tags = `${good}:1\n${freshRepository(rig.mirror)}:1`
    const main = await job.main({ inputs: { ...hello, platforms: 'linux/arm64', tags } })
    await job.post(main)
    assert.equal(main.code, 1)
    assert.match(main.log, /::error title=The image could not be copied::/)
    await assert.rejects(ask('crane', 'digest', `${good}:1`))
  })
})
