import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostOf } from '../../src/registry/hosts.ts'
import { objectionTo, withRedirects } from '../../src/registry/layers/redirect.ts'
import { NO_EFFORT, type Request, type Response } from '../../src/registry/wire.ts'
import { octo, openClient, tag } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { fakeRegistry } from '../fakes/registry.ts'

const image = imageNamed('image')
const path = '/v2/octo/app/manifests/1.0'

for (const code of [301, 302, 303, 307, 308] as const) {
  test(`${code} to another place is followed, without our token`, async () => {
    await using store = await fakeRegistry()
    await using fake = await fakeRegistry({ auth: 'bearer' })
    await using client = openClient({ credential: octo })
    store.hold(image.bytes, image.mediaType, 'octo/app', '1.0')
    await client.registry.warm({ registry: fake.host, path: 'octo/app' })
    fake.fault({ path: /manifests/, redirect: `${store.origin}${path}?signature=abc`, code })
    assert.equal((await client.registry.get(tag(fake))).digest, image.digest)
    assert.equal(fake.requests.at(-1)?.authorization, 'bearer')
    assert.deepEqual(
      store.requests.map(({ authorization, headers }) => [authorization, headers['accept']?.slice(0, 11)]),
      [['none', 'application']],
    )
  })
}

test('a redirect within the registry keeps the token', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  fake.hold(image.bytes, image.mediaType, 'octo/app', '1.0')
  fake.hold(image.bytes, image.mediaType, 'octo/app', 'moved')
  await client.registry.warm({ registry: fake.host, path: 'octo/app' })
  fake.fault({ path: /manifests/, redirect: 'moved' })
  await client.registry.get(tag(fake))
  assert.equal(fake.requests.at(-1)?.path, '/v2/octo/app/manifests/moved')
  assert.equal(fake.requests.at(-1)?.authorization, 'bearer')
})

test('a token that was left behind is not found again on the way back', async () => {
  await using store = await fakeRegistry()
  await using fake = await fakeRegistry({ auth: 'basic' })
  await using client = openClient({ credential: octo })
  fake.hold(image.bytes, image.mediaType, 'octo/app', '1.0')
  await client.registry.get(tag(fake))
  fake.fault({ redirect: `${store.origin}/away` })
  store.fault({ redirect: `${fake.origin}${path}` })
  await assert.rejects(client.registry.get(tag(fake)), /401/)
  assert.equal(fake.requests.filter(({ authorization }) => authorization === 'none').length, 2)
})

test('a 401 from another place is no question to us', async () => {
  await using store = await fakeRegistry({ auth: 'basic' })
  await using fake = await fakeRegistry({ auth: 'basic' })
  await using client = openClient({ credential: octo })
  fake.fault({ times: 2, redirect: `${store.origin}${path}` })
  await assert.rejects(client.registry.get(tag(fake)), { kind: 'unauthorized', status: 401 })
  assert.deepEqual(
    store.requests.map(({ authorization }) => authorization),
    ['none'],
  )
})

test('a circle has an end', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ times: 99, redirect: path })
  await assert.rejects(client.registry.get(tag(fake)), /which is refused: more than 5 redirects/)
  assert.equal(fake.requests.length, 6)
})

test('a PUT is not sent to another place', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ redirect: '/v2/octo/app/manifests/other' })
  await assert.rejects(client.registry.put(tag(fake), image), { status: 307, kind: 'unusable' })
  assert.equal(fake.requests.length, 1)
})

const OBJECTIONS: readonly (readonly [registry: string, to: string, expected: RegExp | undefined])[] = [
  ['ghcr.io', 'https://pkg-containers.githubusercontent.com/x', undefined],
  ['ghcr.io', 'http://pkg-containers.githubusercontent.com/x', /not https/],
  ['ghcr.io', 'https://127.0.0.1/x', /inside/],
  ['ghcr.io', 'https://localhost/x', /inside/],
  ['ghcr.io', 'https://[::1]/x', /inside/],
  ['ghcr.io', 'https://169.254.169.254/x', /inside/],
  ['ghcr.io', 'https://0.0.0.0/x', /inside/],
  ['ghcr.io', 'file:///etc/passwd', /file:/],
  // A registry within a company may keep its content there as well.
  ['registry.corp', 'https://10.1.2.3/x', undefined],
  ['127.0.0.1:5000', 'http://127.0.0.1:9000/x', undefined],
]

for (const [registry, to, expected] of OBJECTIONS) {
  test(`${registry} ${expected ? 'must not' : 'may'} send us to ${to}`, () => {
    const found = objectionTo(new URL(to), request(registry))
    if (expected) assert.match(found ?? '', expected)
    else assert.equal(found, undefined)
  })
}

test('a password in the address of a redirect is not ours to show', async () => {
  const asked: Request[] = []
  const send = withRedirects()((request) => {
    asked.push(request)
    const headers = asked.length === 1 ? { location: ['https://octo:pw@cdn.example.com/x'] } : {}
    const status = asked.length === 1 ? 307 : 200
    const response: Response = {
      status,
      headers,
      body: new Uint8Array(),
      url: request.url,
      effort: NO_EFFORT,
    }
    return Promise.resolve(response)
  })
  await send(request('ghcr.io'))
  assert.equal(asked[1]?.url.href, 'https://cdn.example.com/x')
  assert.deepEqual(asked[1]?.headers, {})
})

function request(registry: string): Request {
  const host = hostOf(registry)
  const headers = { authorization: 'Bearer x', cookie: 'a=b' }
  return { method: 'GET', url: new URL('/v2/', host.base), headers, host, scopes: [], limit: 1 }
}
