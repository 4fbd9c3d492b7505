import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openJob, type Step } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { freshRepository, noRig, rig, tagsOf } from './rig.ts'

const STAGES = ['RUN echo one', 'FROM $BASE AS first', 'RUN echo two', 'FROM first AS last', 'RUN echo three']
/** What the last stage needs, on two platforms. */
const ALL = ['two', 'two', 'three', 'three']

describe('caches', { skip: noRig }, () => {
  for (const kind of ['local', 'registry'] as const) {
    test(`${kind}: each platform writes one of its own, and hits it in the second run`, async () => {
      await using app = await project(...STAGES)
      await using cache = await place(kind)
      const inputs = { ...app.inputs, 'cache-from': cache.from, 'cache-to': cache.to }
      assert.deepEqual(printed(await step(inputs)), ALL)
      assert.deepEqual(await cache.names(), cache.expected)
      const second = await step(inputs)
      assert.deepEqual(printed(second), [])
      assert.equal(second.log.match(/^#\d+ CACHED$/gm)?.length, 4, second.log)
      assert.match(second.log, /^linux\/arm64 +emulated .*2\/2/m, 'the table says how much was cached')

      const withoutFirst = await step({ ...inputs, 'no-cache-filters': 'first' })
      assert.ok(printed(withoutFirst).includes('two'))
      const withoutLast = await step({ ...inputs, 'no-cache-filters': 'last' })
      assert.deepEqual(printed(withoutLast), ['three', 'three'])
      assert.deepEqual(printed(await step({ ...inputs, 'no-cache': 'true' })), ALL)
    })
  }

  test('one that is for a platform alone has its name, and the others have none', async () => {
    await using app = await project(...STAGES)
    await using cache = await place('registry')
    await step({ ...app.inputs, 'cache-to': `[linux/arm64] ${cache.to}` })
    assert.deepEqual(await cache.names(), ['cache'])
    const second = await step({ ...app.inputs, 'cache-from': `[linux/arm64] ${cache.from}` })
    assert.deepEqual(printed(second), ['two', 'three'], 'linux/amd64 only')
  })

  test('one that cannot be written fails no build, unless it shall', async () => {
    await using app = await project(...STAGES)
    const nowhere = 'type=registry,ref=127.0.0.1:1/cache'
    const main = await step({ ...app.inputs, 'cache-to': nowhere })
    assert.match(main.log, /::warning title=The cache of linux\/arm64 was not written::.*connection refused/)
    await using job = await openJob()
    const inputs = { ...app.inputs, push: 'false', 'cache-to': `${nowhere},ignore-error=false` }
    const strict = await job.main({ inputs })
    assert.equal(strict.code, 1)
    await job.post(strict)
  })
})

/** A place for caches, and how those of two platforms are named there. */
async function place(kind: 'local' | 'registry') {
  if (kind === 'registry') {
    const repository = freshRepository(rig.registry)
    const from = `type=registry,ref=${repository}:cache`
    return {
      ...{ from, to: `${from},mode=max`, expected: ['cache-linux-amd64', 'cache-linux-arm64'] },
      names: () => tagsOf(repository),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-cache-'))
  return {
    ...{ from: `type=local,src=${folder}`, to: `type=local,dest=${folder},mode=max` },
    expected: ['linux-amd64', 'linux-arm64'],
    names: () => readdir(folder),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

async function step(inputs: Step['inputs']) {
  await using job = await openJob()
  const main = await job.main({ inputs: { ...inputs, push: 'false', platforms: 'linux/amd64,linux/arm64' } })
  assert.equal(main.code, 0, main.log)
  assert.equal((await job.post(main)).code, 0)
  return main
}

/** What the Dockerfile's own programs have said; nothing is said of what comes from a cache. */
function printed({ log }: Readonly<{ log: string }>): readonly string[] {
  const said = [...log.matchAll(/^#\d+ [\d.]+ (one|two|three)$/gm)].map(([, word = '']) => word)
  return said.toSorted((a, b) => ALL.indexOf(a) - ALL.indexOf(b))
}
