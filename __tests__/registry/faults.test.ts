import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TagRef } from '../../src/image/reference.ts'
import type { Registry } from '../../src/registry/registry.ts'
import type { RegistryErrorKind } from '../../src/registry/registry-error.ts'
import { octo, openClient, refusalOf, START, tag } from '../fakes/client.ts'
import type { Mishap } from '../fakes/faults.ts'
import { imageNamed } from '../fakes/images.ts'
import { fakeRegistry } from '../fakes/registry.ts'

const image = imageNamed('image')

/** The three kinds of requests that something can happen to. */
const TALKS = {
  get: { on: { verb: 'GET', path: /manifests/ }, act: (r: Registry, ref: TagRef) => r.get(ref) },
  put: { on: { verb: 'PUT', path: /manifests/ }, act: (r: Registry, ref: TagRef) => r.put(ref, image) },
  token: { on: { path: /token/ }, act: (r: Registry, ref: TagRef) => r.put(ref, image) },
} as const

type Trouble = Readonly<{ fault: Mishap & { times?: number }; waits: readonly number[] }>

const date = (seconds: number) => new Date(START + seconds * 1000).toUTCString()
const ghcr = { errors: [{ code: 'TOOMANYREQUESTS', message: 'retry-after: 1.5s, allowed: 2000/minute' }] }

/** What passes, and how long we wait for it. */
const PASSING: Readonly<Record<string, Trouble>> = {
  '429 with seconds': { fault: { status: 429, headers: { 'retry-after': '2' } }, waits: [2000] },
  '429 with words as GHCR has them': { fault: { status: 429, body: ghcr }, waits: [1500] },
  '429 without a word': { fault: { status: 429 }, waits: [250] },
  '503 with a date': { fault: { status: 503, headers: { 'retry-after': date(7) } }, waits: [7000] },
  '500 once': { fault: { status: 500 }, waits: [250] },
  '502 with a page': { fault: { status: 502, body: '<html>Bad Gateway</html>' }, waits: [250] },
  '503 twice': { fault: { status: 503, times: 2 }, waits: [250, 500] },
  '504 five times': { fault: { status: 504, times: 5 }, waits: [250, 500, 1000, 2000, 4000] },
  'a connection reset before a word': { fault: { reset: 'before' }, waits: [250] },
  'a connection reset when it was done': { fault: { reset: 'after' }, waits: [250] },
  'a connection reset twice': { fault: { reset: 'before', times: 2 }, waits: [250, 500] },
}

for (const [kind, { on, act }] of Object.entries(TALKS)) {
  for (const [name, { fault, waits }] of Object.entries(PASSING)) {
    test(`${kind} gets over ${name}`, async () => {
      await using fake = await fakeRegistry({ auth: 'bearer' })
      await using client = openClient({ credential: octo })
      if (kind === 'get') fake.hold(image.bytes, image.mediaType, 'octo/app', '1.0')
      if (kind !== 'token') await client.registry.warm({ registry: fake.host, path: 'octo/app' })
      fake.fault({ ...fault, ...on })
      await act(client.registry, tag(fake, '1.0'))
      assert.deepEqual(client.waits, waits)
      assert.deepEqual(fake.tags(), { 'octo/app:1.0': image.digest })
      assert.equal(client.events.filter(({ kind }) => kind === 'retry').length, waits.length)
    })
  }
}

for (const [name, fault] of Object.entries({
  'a connection reset in the middle': { reset: 'middle' },
  'a body cut short': { truncate: 3 },
} as const)) {
  test(`get gets over ${name}`, async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    fake.hold(image.bytes, image.mediaType, 'octo/app', '1.0')
    fake.fault({ verb: 'GET', ...fault })
    assert.equal((await client.registry.get(tag(fake, '1.0'))).digest, image.digest)
    assert.deepEqual(client.waits, [250])
  })
}

test('headers that do not come are waited for, and asked for again', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient({ timeouts: { headers: 40, body: 40 } })
  for (const verb of ['PUT', 'GET']) fake.fault({ verb, delay: 5000 })
  await client.registry.put(tag(fake, '1.0'), image)
  assert.equal((await client.registry.get(tag(fake, '1.0'))).digest, image.digest)
  const reasons = client.events.map((event) => event.kind === 'retry' && event.reason)
  assert.deepEqual(reasons, ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'])
})

const code = (code: string) => ({ errors: [{ code, message: 'no' }] })

/** What does not pass, and what it is called. */
const FINAL: Readonly<
  Record<string, readonly [fault: Mishap & { times?: number }, kind: RegistryErrorKind]>
> = {
  '400': [{ status: 400, body: code('MANIFEST_INVALID') }, 'refused'],
  '403': [{ status: 403, body: code('DENIED') }, 'denied'],
  '405': [{ status: 405, body: code('UNSUPPORTED') }, 'refused'],
  '413': [{ status: 413 }, 'refused'],
  '501': [{ status: 501 }, 'unavailable'],
  '507': [{ status: 507 }, 'unavailable'],
}

for (const kind of ['get', 'put'] as const) {
  for (const [name, [fault, expected]] of Object.entries(FINAL)) {
    test(`${kind} takes ${name} as final`, async () => {
      await using fake = await fakeRegistry()
      await using client = openClient()
      fake.fault({ ...fault, ...TALKS[kind].on })
      const error = await refusalOf(TALKS[kind].act(client.registry, tag(fake, '1.0')))
      assert.equal(error.kind, expected)
      assert.deepEqual(client.waits, [])
    })
  }
}

test('after six tries it is over, and the error says what was done', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ status: 503, times: 99, body: code('UNAVAILABLE') })
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  assert.equal(error.kind, 'unavailable')
  assert.equal(error.retried, 5)
  assert.equal(error.waited, 250 + 500 + 1000 + 2000 + 4000)
  assert.equal(fake.requests.length, 6)
})

test('a wait that is too long is not begun', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ status: 429, headers: { 'retry-after': '21600' }, body: code('TOOMANYREQUESTS') })
  const error = await refusalOf(client.registry.get(tag(fake, '1.0')))
  assert.equal(error.kind, 'limited')
  assert.match(error.message, /429 TOOMANYREQUESTS: no; asks to wait 21600 s$/)
  assert.deepEqual(client.waits, [])
})

test('all waits of a request together are two minutes at most', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ status: 503, times: 99, headers: { 'retry-after': '50' } })
  const error = await refusalOf(client.registry.get(tag(fake, '1.0')))
  assert.deepEqual(client.waits, [50_000, 50_000])
  assert.match(error.message, /; asks to wait 50 s$/)
})

test('where nobody asked us to wait, the error does not say so', async () => {
  await using fake = await fakeRegistry()
  let now = START
  await using client = openClient({
    now: () => {
      now += 119_900
      return now
    },
  })
  fake.fault({ status: 503, times: 99 })
  const error = await refusalOf(client.registry.get(tag(fake, '1.0')))
  assert.match(error.message, /503 Service Unavailable$/)
})

test('"too many requests" to one is said to all', async () => {
  await using fake = await fakeRegistry()
  const order: string[] = []
  let now = START
  await using client = openClient({
    now: () => now,
    // Time passes for everybody at once, when all have come to wait.
    pause: async (wait) => {
      const until = now + wait
      order.push(`wait ${wait}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
      now = Math.max(now, until)
    },
  })
  await client.registry.put(tag(fake, 'first'), image)
  fake.fault({ status: 429, headers: { 'retry-after': '10' } })
  const limited = client.registry.put(tag(fake, 'limited'), image)
  while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  await Promise.all([limited, client.registry.put(tag(fake, 'other'), image)])
  assert.deepEqual(order, ['wait 10000', 'wait 10000'])
  assert.equal(fake.requests.length, 4)
})

test('nobody there: tried twice', async () => {
  await using client = openClient()
  const error = await refusalOf(client.registry.get({ registry: '127.0.0.1:1', path: 'octo/app', tag: '1' }))
  assert.equal(error.kind, 'unreachable')
  assert.deepEqual(error.codes, ['ECONNREFUSED'])
  assert.equal(error.retried, 1)
  assert.match(error.message, /^GET http:\/\/127.0.0.1:1\/v2\/octo\/app\/manifests\/1: connect ECONNREFUSED/)
  assert(error.cause instanceof Error)
})

test('a retry is told in full', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ status: 503, body: code('UNAVAILABLE') })
  await client.registry.put(tag(fake, '1.0'), image)
  assert.deepEqual(client.events, [
    {
      kind: 'retry',
      host: fake.host,
      method: 'PUT',
      url: `${fake.origin}/v2/octo/app/manifests/1.0`,
      reason: '503 UNAVAILABLE',
      retry: 1,
      wait: 250,
    },
  ])
})

test('closing ends every wait', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient({
    pause: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  })
  fake.fault({ status: 503 })
  const put = assert.rejects(client.registry.put(tag(fake, '1.0'), image), { name: 'AbortError' })
  while (client.events.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  await client.registry.close()
  await put
})
