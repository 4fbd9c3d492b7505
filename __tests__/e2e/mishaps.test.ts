import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openJob, type Step } from '../runs/as-a-runner.ts'
import { openFront } from './front.ts'
import { project } from './project.ts'
import { freshRepository, noRig, rig, runImage } from './rig.ts'

const [MIRROR = '', ...BASE] = rig.baseImage.split('/')

describe('what is nobody’s fault', { skip: noRig }, () => {
  for (const [how, broken] of Object.entries({
    'cuts its connections': 'cut',
    'has no time': 503,
  } as const)) {
    test(`a registry that ${how} during a build: the platform is built once more`, async () => {
      await using front = await tiredRegistry(broken)
      await using app = await project('RUN true', 'CMD ["uname", "-m"]')
      const repository = freshRepository(rig.registry)
      const main = await run({
        ...{ ...app.inputs, platforms: 'linux/arm64', tags: repository },
        'build-args': `BASE=${[front.host, ...BASE].join('/')}`,
      })
      assert.equal(main.code, 0, main.log)
      assert.ok(front.refused() > 0)
      assert.match(main.log, /^linux\/arm64: the network failed, so it is built once more$/m)
      assert.match(main.summary, /linux\/arm64 was built twice, because the network failed/)
      assert.doesNotMatch(main.log, /::(warning|error).*network/)
      assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
    })
  }

  test('an emulator that crashes: the platform is built once more', async () => {
    await using app = await project(
      'ARG TARGETARCH',
      // The first process of a container would not hear of its signal.
      'RUN --mount=type=cache,target=/once [ $TARGETARCH = amd64 -o -f /once/been ] || { touch /once/been; sh -c "kill -SEGV \\$\\$"; exit $?; }',
    )
    const repository = freshRepository(rig.registry)
    const main = await run({ ...app.inputs, platforms: 'linux/amd64,linux/s390x', tags: repository })
    assert.equal(main.code, 0, main.log)
    assert.match(main.log, /qemu: uncaught target signal 11/)
    assert.match(main.log, /^linux\/s390x: the emulator crashed, so it is built once more$/m)
    assert.equal(main.outputs['platforms'], 'linux/amd64,linux/s390x')
  })

  test('a program that fails is tried once only', async () => {
    await using app = await project('RUN --mount=type=cache,target=/once echo tried; exit 3')
    const main = await run({ ...app.inputs, platforms: 'linux/arm64', push: 'false' })
    assert.equal(main.code, 1)
    assert.doesNotMatch(main.log, /once more/)
    assert.equal(main.log.match(/^#\d+ [\d.]+ tried$/gm)?.length, 1, main.log)
  })
})

async function run(inputs: Step['inputs']) {
  await using job = await openJob()
  const main = await job.main({ inputs })
  assert.equal((await job.post(main)).code, 0)
  return main
}

/**
 * The mirror, in front of which somebody refuses every blob of the first build. It is over when a second build asks what
 * the tag names: BuildKit itself is patient, and asks for a blob several times.
 */
async function tiredRegistry(broken: 'cut' | 503) {
  let [builds, refused] = [0, 0]
  const front = await openFront(MIRROR, ({ incoming, outgoing, passOn }) => {
    const { url = '', method } = incoming
    if (method === 'HEAD' && url.includes('/manifests/')) builds += 1
    if (!url.includes('/blobs/') || builds >= 2) return passOn()
    refused += 1
    if (broken === 'cut') incoming.socket.resetAndDestroy()
    else outgoing.writeHead(broken).end()
  })
  return { ...front, refused: () => refused }
}
