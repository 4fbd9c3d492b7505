import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { project } from './project.ts'
import { freshRepository, noRig, rig, tagsOf } from './rig.ts'
import { groupOf, seen } from './seen.ts'

const TWO = 'linux/amd64,linux/arm64'
const THREE = `${TWO},linux/s390x`

describe('of platforms that are built together', { skip: noRig }, () => {
  test('one fails for good: it is to blame, with its line of the Dockerfile, and the others are stopped', async () => {
    await using app = await project(
      'ARG TARGETARCH',
      'RUN if [ $TARGETARCH = s390x ]; then echo the compiler gave up; exit 3; fi; sleep 4321',
    )
    const repository = freshRepository(rig.registry)
    const { main, commands } = await seen({ inputs: { ...app.inputs, platforms: THREE, tags: repository } })
    assert.equal(main.code, 1)
    assert.deepEqual(commands, ['bake'], 'nothing is tried again')
    assert.match(
      main.log,
      /::error title=A platform failed to build,file=.*\/Dockerfile,line=4,endLine=4::The build of linux\/s390x /,
    )
    const [title = '', ...lines] = groupOf(main, 'linux/s390x')
    assert.match(title, /, failed \(/)
    assert.match(
      lines.join('\n'),
      /the compiler gave up[\s\S]*Dockerfile:4[\s\S]*\nERROR: failed to build: failed to solve: /,
    )
    for (const platform of TWO.split(',')) {
      const [title = '', ...lines] = groupOf(main, platform)
      assert.match(title, /, stopped \(/)
      assert.equal(lines.at(-1), 'Stopped, as the build of another platform has failed.')
      assert.doesNotMatch(lines.join('\n'), /^#\d+ [\d.]+ the compiler gave up|ERROR|Dockerfile:4/m)
    }
    assert.doesNotMatch(main.log, /\blinux-(amd64|arm64|s390x)\b/)
    assert.deepEqual(await tagsOf(repository), [])
  })

  test('none is stopped by an optional one, which is built beside them', async () => {
    await using app = await project('ARG TARGETARCH', 'RUN [ $TARGETARCH != s390x ] || exit 3', 'RUN sleep 1')
    const { main, commands } = await seen({
      inputs: { ...app.inputs, platforms: THREE, 'optional-platforms': 'linux/s390x', push: 'false' },
    })
    assert.equal(main.code, 0, main.log)
    assert.deepEqual(commands.toSorted(), ['bake', 'build'])
    assert.equal(main.outputs['platforms'], TWO)
    assert.match(main.log, /::warning title=An optional platform failed to build::/)
  })

  test('one has a mishap: it is built once more, and so are those that it has stopped', async () => {
    await using app = await project(
      'ARG TARGETARCH',
      // The first process of a container would not hear of its signal.
      'RUN --mount=type=cache,target=/once [ $TARGETARCH != s390x -o -f /once/been ] || { touch /once/been; sh -c "kill -SEGV \\$\\$"; exit $?; }',
      'RUN sleep 2',
    )
    const repository = freshRepository(rig.registry)
    const { main, commands } = await seen({ inputs: { ...app.inputs, platforms: THREE, tags: repository } })
    assert.equal(main.code, 0, main.log)
    assert.deepEqual(commands.toSorted(), ['bake', 'build', 'build', 'build'])
    assert.match(main.log, /^linux\/s390x: the emulator crashed, so it is built once more$/m)
    const why = 'the failure of linux/s390x has stopped it, so it is built by itself'
    for (const platform of TWO.split(',')) {
      assert.ok(main.log.split('\n').includes(`${platform}: ${why}`), main.log)
      assert.ok(groupOf(main, platform).includes(`${platform}: ${why}`))
    }
    assert.match(main.summary, /linux\/s390x was built twice, because the emulator crashed/)
    assert.doesNotMatch(main.summary, /linux\/arm64 was built twice/)
    assert.equal(main.outputs['platforms'], THREE)
  })

  test('each is built by itself where bake refuses them, and says what is wrong in its own words', async () => {
    await using app = await project('RUN true')
    const { main } = await seen({
      inputs: { ...app.inputs, platforms: TWO, push: 'false', 'shm-size': 'plenty' },
    })
    assert.equal(main.code, 1)
    const line = /^linux\/amd64: docker buildx bake has failed \(.*plenty.*\), so it is built by itself$/m
    assert.match(main.log, line)
    assert.match(main.log, /::error title=A platform failed to build::.*plenty.*shm-size/)
  })
})
