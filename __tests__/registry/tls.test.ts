import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { openWire, type WireOptions } from '../../src/registry/transport/transport.ts'
import { trustFor } from '../../src/registry/transport/trust.ts'
import type { Request } from '../../src/registry/wire.ts'
import { openClient } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { fakeProxy } from '../fakes/proxy.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { type Authority, noOpenssl, ownAuthority, type Pair, tlsFront } from '../fakes/tls.ts'

const skip = noOpenssl
const image = imageNamed('image')

let authority: Authority
let server: Pair
let ours: Pair

before(async () => {
  if (skip) return
  authority = await ownAuthority()
  server = await authority.issue('server', 'IP:127.0.0.1,DNS:registry.test')
  ours = await authority.issue('octo', 'DNS:octo')
})
after(() => authority?.[Symbol.asyncDispose]())

/** Asks for `/v2/` of a registry on this machine, but by TLS. */
async function ask(host: string, options: Partial<WireOptions> = {}, registry = host) {
  const wire = openWire({ userAgent: 'test', now: Date.now, ...options })
  const base = new URL(`https://${registry}/`)
  const request: Request = {
    ...{ method: 'GET', url: new URL(`https://${host}/v2/`), headers: {}, limit: 1000, scopes: [] },
    host: { registry, base },
  }
  try {
    return await wire.send(request)
  } finally {
    await wire.close()
  }
}

test('an authority of our own is believed where it is given, and only there', { skip }, async () => {
  await using fake = await fakeRegistry()
  await using front = await tlsFront(fake.host, server)
  const asked: string[] = []
  const certificates = (host: string) => {
    asked.push(host)
    return Promise.resolve({ ca: authority.ca })
  }
  assert.equal((await ask(front.host, { certificates })).status, 200)
  assert.deepEqual(asked, [front.host])
  await assert.rejects(ask(front.host), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  const another = { certificates: () => Promise.resolve(undefined) }
  await assert.rejects(ask(front.host, another), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  assert.equal(fake.requests.length, 1)
})

test('a certificate for another name is refused, whoever signed it', { skip }, async () => {
  await using fake = await fakeRegistry()
  await using front = await tlsFront(fake.host, await authority.issue('other', 'DNS:other.test'))
  const certificates = () => Promise.resolve({ ca: authority.ca })
  await assert.rejects(ask(front.host, { certificates }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  assert.equal(fake.requests.length, 0)
})

test('our own certificate is shown to the registry, and not to where it sends us', { skip }, async () => {
  await using fake = await fakeRegistry()
  await using front = await tlsFront(fake.host, { ...server, clients: authority.ca })
  const certificates = (host: string) =>
    Promise.resolve(
      host === front.host || host === 'registry.test' ? { ca: authority.ca, ...ours } : undefined,
    )
  await ask(front.host, { certificates })
  assert.deepEqual(front.clients, ['octo'])
  // A neighbour of the registry: its authority is good for it, our certificate is not.
  await using neighbour = await tlsFront(fake.host, { ...server, clients: authority.ca })
  assert.equal((await ask(neighbour.host, { certificates }, 'registry.test')).status, 200)
  assert.deepEqual(neighbour.clients, [''])
})

test('whoever is named is not checked, and nobody else', { skip }, async () => {
  await using fake = await fakeRegistry()
  await using front = await tlsFront(fake.host, server)
  await using client = openClient({ insecure: [`https://${front.host}`] })
  await client.registry.put({ registry: front.host, path: 'octo/app', tag: '1' }, image)
  assert.deepEqual(fake.tags(), { 'octo/app:1': image.digest })
  await assert.rejects(ask(front.host, { insecure: ['https://127.0.0.1:1', front.host] }))
})

test('a certificate that is not believed is said at once', { skip }, async () => {
  await using fake = await fakeRegistry()
  await using front = await tlsFront(fake.host, server)
  await using proxy = await fakeProxy({ tunnelTo: front.host })
  await using client = openClient({ proxy: { https: proxy.url } })
  const name = { registry: 'registry.test', path: 'octo/app', tag: '1' }
  await assert.rejects(client.registry.get(name), {
    kind: 'unreachable',
    codes: ['UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    retried: 0,
  })
  assert.deepEqual(proxy.asked, ['CONNECT registry.test:443'])
})

test('through a proxy the same is believed', { skip }, async () => {
  await using fake = await fakeRegistry()
  await using front = await tlsFront(fake.host, { ...server, clients: authority.ca })
  await using proxy = await fakeProxy({ tunnelTo: front.host })
  const certificates = () => Promise.resolve({ ca: authority.ca, ...ours })
  await using client = openClient({ proxy: { https: proxy.url }, certificates })
  await client.registry.put({ registry: 'registry.test', path: 'octo/app', tag: '1' }, image)
  assert.deepEqual(proxy.asked, ['CONNECT registry.test:443'])
  assert.deepEqual(front.clients, ['octo'])
  assert.deepEqual(fake.tags(), { 'octo/app:1': image.digest })
})

test('NODE_EXTRA_CA_CERTS is believed, beside what else is given', { skip }, async () => {
  await using fake = await fakeRegistry()
  await using front = await tlsFront(fake.host, server)
  await using other = await ownAuthority('another authority')
  for (const certificates of ['undefined', `async () => ({ ca: ${JSON.stringify(other.ca)} })`]) {
    const script = `
      import { openWire } from '${new URL('../../src/registry/transport/transport.ts', import.meta.url)}'
      const wire = openWire({ userAgent: 'test', now: Date.now, certificates: ${certificates} })
      const url = new URL('https://${front.host}/v2/')
      const host = { registry: url.host, base: new URL('/', url) }
      const { status } = await wire.send({ method: 'GET', url, headers: {}, limit: 1000, scopes: [], host })
      console.log(status)
      await wire.close()`
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority.file }
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script]
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 20_000 })
    assert.equal(stdout.trim(), '200')
  }
})

test('where nothing is given, nothing is changed', async () => {
  const host = { registry: 'ghcr.io', base: new URL('https://ghcr.io/') }
  assert.deepEqual(await trustFor({ url: host.base, host }, {}), {})
  assert.deepEqual(await trustFor({ url: host.base, host }, { insecure: ['ghcr.io'] }), {})
  // A certificate without its key is none.
  const certificates = () => Promise.resolve({ cert: 'x' })
  assert.deepEqual(await trustFor({ url: host.base, host }, { certificates }), {})
})

test('a file that holds no certificate is an error like any other of the way there', async () => {
  const pem = '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----'
  await using client = openClient({ certificates: () => Promise.resolve({ cert: pem, key: pem }) })
  const name = { registry: 'registry.test', path: 'octo/app', tag: '1' }
  await assert.rejects(client.registry.get(name), { name: 'RegistryError', kind: 'unreachable', retried: 0 })
})

test('neither is an address that is none', async () => {
  await using client = openClient({ proxy: { https: 'http://proxy:port' } })
  const name = { registry: 'registry.test', path: 'octo/app', tag: '1' }
  await assert.rejects(client.registry.get(name), { name: 'RegistryError', kind: 'unreachable', retried: 0 })
})
