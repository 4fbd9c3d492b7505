import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { blobNamed } from '../fakes/blobs.ts'
import { fakeRegistry } from '../fakes/registry.ts'

const run = promisify(execFile)

/** A process that does this with a `registry` and then has nothing more to do. */
async function lifeOf(code: string): Promise<string> {
  const script = `
    import { setTimeout } from 'node:timers/promises'
    import { openRegistry } from '${new URL('../../src/registry/client.ts', import.meta.url)}'
    let retries = 0
    const registry = openRegistry({
      now: Date.now, random: Math.random,
      pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
      userAgent: 'test', note: () => { retries += 1 }, mask: () => {},
      credentialOf: async () => ({ kind: 'login', username: 'octo', password: 'secret' }),
    })
    ${code}
    console.log('the end')`
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script]
  const { stdout } = await run(process.execPath, args, { timeout: 20_000 })
  return stdout.trim()
}

test('node ends by itself after close', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  const repository = JSON.stringify({ registry: fake.host, path: 'octo/app' })
  const said = await lifeOf(`
    await registry.warm(${repository})
    await registry.head({ ...${repository}, tag: '1' })
    await registry.close()`)
  assert.equal(said, 'the end')
  assert.equal(fake.requests.length, 3)
})

test('node ends by itself though requests were under way and waiting', async () => {
  await using fake = await fakeRegistry()
  fake.fault({ verb: 'GET', path: /slow/, delay: 60_000, times: 9 })
  fake.fault({ verb: 'GET', path: /later/, status: 503, headers: { 'retry-after': '60' }, times: 9 })
  const name = JSON.stringify({ registry: fake.host, path: 'octo/app' })
  const said = await lifeOf(`
    await registry.warm(${name})
    const ends = ['slow', 'later'].map((tag) => registry.get({ ...${name}, tag }).catch((error) => error.name))
    while (retries === 0) await setTimeout(5)
    await registry.close()
    console.log((await Promise.all(ends)).join(' '))`)
  assert.equal(said, 'RegistryError AbortError\nthe end')
})

test('node ends by itself though streams are open, uploads are under way and others wait for their turn', async () => {
  await using fake = await fakeRegistry()
  const layer = blobNamed('layer', 4_000_000)
  fake.holdBlob('octo/app', layer.bytes)
  fake.fault({ verb: 'PUT', path: /uploads/, delay: 60_000, times: 99 })
  const said = await lifeOf(`
    const here = ${JSON.stringify({ registry: fake.host, path: 'octo/app' })}
    const blob = ${JSON.stringify(layer.blob)}
    await registry.openBlob(here, blob)
    const open = async () => (async function* () { yield new Uint8Array(10) })()
    const put = () => registry.putBlob(here, { ...blob, size: 10_000 }, open)
    const ends = Array.from({ length: 9 }, () => put().catch((error) => error.name))
    await registry.tags(here)
    await registry.close()
    console.log(new Set(await Promise.all(ends)))
    await registry.tags(here).catch((error) => console.log(error.codes))`)
  assert.equal(said, "Set(1) { 'RegistryError' }\n[ 'CLOSED' ]\nthe end")
})
