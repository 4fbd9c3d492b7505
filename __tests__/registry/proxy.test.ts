import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openClient } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { fakeProxy } from '../fakes/proxy.ts'
import { fakeRegistry } from '../fakes/registry.ts'

const image = imageNamed('image')
const registry = 'registry.test'
const name = { registry, path: 'octo/app', tag: '1.0' }

test('goes through the proxy, with the name and the password that belong to it', async () => {
  await using fake = await fakeRegistry()
  await using proxy = await fakeProxy({ to: fake.host })
  const http = proxy.url.replace('//', '//me:pw@')
  await using client = openClient({ insecure: [registry], proxy: { http } })
  await client.registry.put(name, image)
  assert.deepEqual(proxy.asked, ['PUT http://registry.test/v2/octo/app/manifests/1.0'])
  assert.equal(proxy.headers()['proxy-authorization'], `Basic ${Buffer.from('me:pw').toString('base64')}`)
  assert.deepEqual(fake.tags(), { 'octo/app:1.0': image.digest })
})

test('a proxy may be named without a scheme', async () => {
  await using fake = await fakeRegistry()
  await using proxy = await fakeProxy({ to: fake.host })
  await using client = openClient({ insecure: [registry], proxy: { http: proxy.url.replace('http://', '') } })
  await client.registry.put(name, image)
  assert.equal(proxy.asked.length, 1)
})

test('never asks a proxy for this machine', async () => {
  await using fake = await fakeRegistry()
  await using proxy = await fakeProxy({ to: fake.host })
  await using client = openClient({ proxy: { http: proxy.url, https: proxy.url } })
  await client.registry.put({ ...name, registry: fake.host }, image)
  assert.deepEqual(proxy.asked, [])
})

test('never asks a proxy for what the user excludes', async () => {
  await using proxy = await fakeProxy()
  await using client = openClient({ insecure: [registry], proxy: { http: proxy.url, no: '.test' } })
  await assert.rejects(client.registry.get(name), { kind: 'unreachable' })
  assert.deepEqual(proxy.asked, [])
})

test('reads no proxy from the environment by itself', async () => {
  await using fake = await fakeRegistry()
  await using proxy = await fakeProxy({ to: fake.host })
  process.env['http_proxy'] = proxy.url
  try {
    await using client = openClient({ insecure: [registry] })
    await assert.rejects(client.registry.get(name), { kind: 'unreachable' })
    assert.deepEqual(proxy.asked, [])
  } finally {
    delete process.env['http_proxy']
  }
})

test('says what the proxy says to TLS', async () => {
  await using proxy = await fakeProxy({ connect: 407 })
  await using client = openClient({ proxy: { https: proxy.url } })
  await assert.rejects(client.registry.get({ ...name, registry: 'registry.example.com' }), {
    kind: 'unreachable',
    message: /407/,
  })
  assert.deepEqual(proxy.asked, ['CONNECT registry.example.com:443'])
})
