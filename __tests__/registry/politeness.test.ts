import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostOf } from '../../src/registry/hosts.ts'
import { isScarce, type Quota, readQuota } from '../../src/registry/layers/quota.ts'
import { withTurns } from '../../src/registry/layers/turns.ts'
import { NO_EFFORT, type Request, type Response } from '../../src/registry/wire.ts'
import { blobNamed } from '../fakes/blobs.ts'
import { openClient, tag } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { fakeRegistry } from '../fakes/registry.ts'

const image = imageNamed('image')

/** A host that answers when it is told to. */
function slowHost(origin = 'https://registry.example') {
  const open: ((status: number) => void)[] = []
  const send = withTurns()((request) => {
    const { promise, resolve } = Promise.withResolvers<Response>()
    const { url } = request
    open.push((status) => resolve({ status, url, headers: {}, body: new Uint8Array(), effort: NO_EFFORT }))
    return promise
  })
  const host = hostOf(new URL(origin).host)
  const request: Request = { method: 'GET', url: new URL(origin), headers: {}, limit: 1, host, scopes: [] }
  return {
    ask: async (count: number, more: Partial<Request> = {}) => {
      for (let left = count; left > 0; left--) void send({ ...request, ...more })
      await new Promise(setImmediate)
    },
    open: () => open.length,
    answer: async (...statuses: readonly number[]) => {
      for (const status of statuses) open.shift()?.(status)
      await new Promise(setImmediate)
    },
  }
}

test('six at a time for a host; another host has turns of its own', async () => {
  const host = slowHost()
  await host.ask(10)
  assert.equal(host.open(), 6)
  await host.ask(10, { url: new URL('https://other.example') })
  assert.equal(host.open(), 12)
})

test('six uploads beside six small ones', async () => {
  const host = slowHost()
  await host.ask(10)
  await host.ask(8, { body: { size: 1, open: () => Promise.reject(new Error('nobody reads')) } })
  assert.equal(host.open(), 12)
})

test('"too many requests" halves the turns, until five answers in a row are good', async () => {
  const host = slowHost()
  await host.ask(40)
  await host.answer(429)
  assert.equal(host.open(), 5) // Those under way end first.
  await host.answer(200, 200, 200)
  assert.equal(host.open(), 3)
  await host.answer(200, 404, 200)
  assert.equal(host.open(), 6) // The fifth good one.
})

test('a second "too many requests" halves them again, down to one', async () => {
  const host = slowHost()
  await host.ask(60)
  await host.answer(429, 429, 429, 429, 429, 429)
  assert.equal(host.open(), 1)
  await host.answer(200)
  await host.answer(200)
  await host.answer(429)
  for (let good = 0; good < 4; good++) await host.answer(200)
  assert.equal(host.open(), 1)
  await host.answer(200)
  assert.equal(host.open(), 6)
})

test('a turn is given back by whoever fails', async () => {
  let asked = 0
  const send = withTurns()(() => {
    asked += 1
    return Promise.reject(new Error('no'))
  })
  const host = hostOf('registry.example')
  const request: Request = { method: 'GET', url: host.base, headers: {}, limit: 1, host, scopes: [] }
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => send(request)))
  assert.ok(all.every(({ status }) => status === 'rejected'))
  assert.equal(asked, 20)
})

test("Docker Hub's quota is told when it changes; it is scarce when little is left", async () => {
  await using fake = await fakeRegistry()
  const told: Quota[] = []
  await using client = openClient({ quota: (quota) => told.push(quota) })
  fake.hold(image.bytes, image.mediaType, 'octo/app', '1')
  const say = (remaining: string) =>
    fake.fault({
      withHeaders: {
        'ratelimit-limit': '100;w=21600',
        'ratelimit-remaining': remaining,
        'docker-ratelimit-source': '192.0.2.7',
      },
    })
  for (const remaining of ['76;w=21600', '9;w=21600', '9;w=21600', '8;w=21600', 'soon']) {
    say(remaining)
    await client.registry.get(tag(fake, '1'))
  }
  const quota = { host: fake.host, limit: 100, window: 21_600, source: '192.0.2.7' }
  assert.deepEqual(told, [
    { ...quota, remaining: 76 },
    { ...quota, remaining: 9 },
    { ...quota, remaining: 8 },
  ])
  assert.deepEqual(told.map(isScarce), [false, true, true])
})

test('a quota without a window is one', () => {
  const headers = { 'ratelimit-remaining': ['3'] }
  const rest = { limit: undefined, window: undefined, source: undefined }
  assert.deepEqual(readQuota('docker.io', { headers }), { host: 'docker.io', remaining: 3, ...rest })
  assert.equal(readQuota('docker.io', { headers: {} }), undefined)
})

test('where a limit for everything is set, no wait goes beyond it', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient({ timeLimit: 5000 })
  fake.fault({ status: 503, times: 99, headers: { 'retry-after': '2' } })
  await assert.rejects(client.registry.get(tag(fake, '1')), { kind: 'unavailable' })
  assert.deepEqual(client.waits, [2000, 2000])
  client.later(2000)
  const asked = fake.requests.length
  const late = { kind: 'unreachable', codes: ['OUT_OF_TIME'] }
  await assert.rejects(client.registry.get(tag(fake, '1')), late)
  const layer = blobNamed('layer')
  await assert.rejects(client.registry.readBlob(tag(fake, '1'), layer.blob), late)
  assert.equal(fake.requests.length, asked)
})

test('every retry is told, whatever it is of', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const layer = blobNamed('layer')
  fake.holdBlob('octo/app', layer.bytes)
  fake.fault({ verb: 'GET', truncate: 10 })
  fake.fault({ verb: 'PUT', path: /uploads/, hangUpAfter: 10 })
  fake.fault({ verb: 'HEAD', status: 503, path: /copy/ })
  const open = () => client.registry.openBlob(tag(fake, '1'), layer.blob)
  await client.registry.putBlob({ registry: fake.host, path: 'octo/copy' }, layer.blob, open)
  const retries = client.events.map((event) => event.kind === 'retry' && `${event.method} ${event.retry}`)
  assert.deepEqual(retries.toSorted(), ['GET 1', 'HEAD 1', 'PUT 1'])
})
