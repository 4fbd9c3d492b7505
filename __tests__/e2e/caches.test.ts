import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openJob, type Step } from '../runs/as-a-runner.ts'
import { noAzurite } from './azurite.ts'
import { nowhere, STORES } from './cache-stores.ts'
import { watchCommandLines } from './command-lines.ts'
import { project } from './project.ts'
import { freshRepository, noRig, rig } from './rig.ts'

const STAGES = ['RUN echo one', 'FROM $BASE AS first', 'RUN echo two', 'FROM first AS last', 'RUN echo three']
/** What the last stage needs, on two platforms. */
const ALL = ['two', 'two', 'three', 'three']

describe('caches', { skip: noRig }, () => {
  for (const kind of ['local', 'registry', 's3', 'azblob', 'gha'] as const) {
    const skip = ['azblob', 'gha'].includes(kind) && noAzurite
    test(`${kind}: each platform writes one of its own, and hits it in the second run`, {
      skip,
    }, async () => {
      await using app = await project(...STAGES)
      await using cache = await STORES[kind]()
      const inputs = { ...app.inputs, 'cache-from': cache.from, 'cache-to': cache.to }
      const { env } = cache
      const first = await step(inputs, env)
      assert.deepEqual(printed(first), ALL)
      assert.doesNotMatch(first.log, /::warning title=The cache/)
      assert.deepEqual(await cache.names(), cache.expected)
      await using commands = watchCommandLines()
      const second = await step(inputs, env)
      assert.deepEqual(printed(second), [])
      assert.equal(second.log.match(/^#\d+ CACHED$/gm)?.length, 4, second.log)
      assert.match(second.log, /^linux\/arm64 +emulated .*2\/2/m, 'the table says how much was cached')

      const { key } = cache
      const shown = second.log.replaceAll(/^::add-mask::.*$/gm, '') + second.summary
      assert.ok(key === undefined || !shown.includes(key), 'the key is shown')
      // BuildKit takes that of Azure on a command line alone.
      const spelt = [...commands.seen].filter((line) => key !== undefined && line.includes(key))
      assert.ok(kind === 'azblob' || spelt.length === 0, spelt.join('\n'))
    })
  }

  test('inline: each platform finds its own in the image that was published', async () => {
    await using app = await project(...STAGES)
    const tags = freshRepository(rig.registry)
    const from = `type=registry,ref=${tags}:latest`
    const inputs = { ...app.inputs, push: 'true', tags, 'cache-from': from, 'cache-to': 'type=inline' }
    assert.deepEqual(printed(await step(inputs)), ALL)
    assert.deepEqual(printed(await step(inputs)), [])
  })

  test('no-cache and no-cache-filters leave it out, whole or for the stages that they name', async () => {
    await using app = await project(...STAGES)
    await using cache = await STORES.registry()
    const inputs = { ...app.inputs, 'cache-from': cache.from, 'cache-to': cache.to }
    await step(inputs)
    const withoutFirst = await step({ ...inputs, 'no-cache-filters': 'first' })
    assert.ok(printed(withoutFirst).includes('two'))
    const withoutLast = await step({ ...inputs, 'no-cache-filters': 'last' })
    assert.deepEqual(printed(withoutLast), ['three', 'three'])
    assert.deepEqual(printed(await step({ ...inputs, 'no-cache': 'true' })), ALL)
  })

  test('one that is for a platform alone has its name, and the others have none', async () => {
    await using app = await project(...STAGES)
    await using cache = await STORES.registry()
    await step({ ...app.inputs, 'cache-to': `[linux/arm64] ${cache.to}` })
    assert.deepEqual(await cache.names(), ['cache'])
    const second = await step({ ...app.inputs, 'cache-from': `[linux/arm64] ${cache.from}` })
    assert.deepEqual(printed(second), ['two', 'three'], 'linux/amd64 only')
  })

  for (const [kind, entry] of Object.entries(nowhere()))
    test(`${kind}: one that nobody answers for fails no build, and is a warning`, async () => {
      await using app = await project(...STAGES)
      const main = await step({ ...app.inputs, 'cache-from': entry, 'cache-to': entry })
      const warning =
        /::warning title=The cache of linux\/arm64 was not written::.*(connection refused|could not open its store)/
      assert.match(main.log, warning)
    })

  test('one that nobody answers for fails a build that shall not be without it', async () => {
    await using app = await project(...STAGES)
    await using job = await openJob()
    const cacheTo = `${nowhere()['registry']},ignore-error=false`
    const main = await job.main({ inputs: { ...app.inputs, push: 'false', 'cache-to': cacheTo } })
    assert.equal(main.code, 1)
    assert.match(main.log, /::error title=A platform failed to build::.*connection refused/)
    await job.post(main)
  })
})

async function step(inputs: Step['inputs'], env: Step['env'] = {}) {
  await using job = await openJob()
  const main = await job.main({
    inputs: { push: 'false', platforms: 'linux/amd64,linux/arm64', ...inputs },
    env,
  })
  assert.equal(main.code, 0, main.log)
  assert.equal((await job.post(main)).code, 0)
  return main
}

/** What the Dockerfile's own programs have said; nothing is said of what comes from a cache. */
function printed({ log }: Readonly<{ log: string }>): readonly string[] {
  const said = [...log.matchAll(/^#\d+ [\d.]+ (one|two|three)$/gm)].map(([, word = '']) => word)
  return said.toSorted((a, b) => ALL.indexOf(a) - ALL.indexOf(b))
}
