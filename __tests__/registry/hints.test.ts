import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type HintFor, hintFor } from '../../src/registry/auth/hints.ts'
import { readRealm } from '../../src/registry/auth/realm.ts'
import { hostOf } from '../../src/registry/hosts.ts'
import { openClient, tag } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { fakeProxy } from '../fakes/proxy.ts'
import { type FakeOptions, type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

// What large registries are known to ask for: registry.md, 1.4.8.

const image = imageNamed('image')
const octo = { kind: 'login', username: 'octo', password: 'secret' } as const

const KNOWN: Readonly<Record<string, readonly [realm: string, service: string]>> = {
  'docker.io': ['https://auth.docker.io/token', 'registry.docker.io'],
  'ghcr.io': ['https://ghcr.io/token', 'ghcr.io'],
  'registry.gitlab.com': ['https://gitlab.com/jwt/auth', 'container_registry'],
  'quay.io': ['https://quay.io/v2/auth', 'quay.io'],
  'octo.azurecr.io': ['https://octo.azurecr.io/oauth2/token', 'octo.azurecr.io'],
}

for (const [registry, [realm, service]] of Object.entries(KNOWN)) {
  test(`${registry} is asked for with a token from ${realm}`, () => {
    const host = hostOf(registry)
    assert.deepEqual(hintFor(host), { scheme: 'bearer', parameters: { realm, service } })
    assert.ok('url' in readRealm(realm, host.base, host.base), 'a realm that a challenge may name, too')
  })
}

for (const registry of [
  '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
  '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
  '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn',
])
  test(`${registry} is shown the login at once`, () => {
    assert.deepEqual(hintFor(hostOf(registry)), { scheme: 'basic', parameters: {} })
  })

for (const registry of [
  'registry.example.com',
  'ghcr.io:8443',
  'ghcr.io.evil.example',
  'evil-ghcr.io',
  'azurecr.io',
  'a.b.azurecr.io',
  'octo.azurecr.io.evil.example',
  '123456789012.dkr.ecr.evil.example',
  '123456789012.dkr.ecr.eu-central-1.amazonaws.com.evil.example',
  '127.0.0.1:5000',
])
  test(`nothing is known of ${registry}`, () => assert.equal(hintFor(hostOf(registry)), undefined))

test('nothing is known of a registry that is spoken to without TLS', () => {
  assert.equal(hintFor(hostOf('ghcr.io', ['ghcr.io'])), undefined)
})

test('Docker Hub’s tokens are asked for before Docker Hub, without anybody having to say so', async () => {
  await using proxy = await fakeProxy({ connect: 407 })
  await using client = openClient({ credential: octo, proxy: { https: proxy.url } })
  const hub = { registry: 'docker.io', path: 'octo/app', tag: '1' }
  await assert.rejects(client.registry.put(hub, image), { kind: 'unreachable', host: 'docker.io' })
  assert.deepEqual(proxy.asked, ['CONNECT auth.docker.io:443', 'CONNECT registry-1.docker.io:443'])
})

/** Takes the fake for one of the large ones. */
const known = (realm: string): HintFor => {
  return () => ({ scheme: 'bearer', parameters: { realm, service: 'fake-registry' } })
}
const basic: HintFor = () => ({ scheme: 'basic', parameters: {} })

async function putAll(
  fake: FakeRegistry,
  hintFor: HintFor,
  { warm = false } = {},
): Promise<readonly string[]> {
  await using client = openClient({ credential: octo, hintFor })
  if (warm) await client.registry.warm({ registry: fake.host, path: 'octo/app' })
  await Promise.all(['1', '2', '3'].map((name) => client.registry.put(tag(fake, name), image)))
  assert.deepEqual(Object.keys(fake.tags()).length, 3)
  return fake.requests.map(({ method, path, status }) => `${method} ${path.replace(/\?.*/, '')} ${status}`)
}

const PUTS = ['1', '2', '3'].map((name) => `PUT /v2/octo/app/manifests/${name} 201`)

describe('a registry that is known', () => {
  for (const warm of [false, true])
    test(`costs one request less: T tags take T + 1${warm ? ', warmed or not' : ''}`, async () => {
      await using fake = await fakeRegistry({ auth: 'bearer' })
      const log = await putAll(fake, known(`${fake.origin}/token`), { warm })
      assert.equal(log[0], 'GET /token 200')
      assert.deepEqual(log.slice(1).toSorted(), PUTS)
    })

  test('and wants a login is shown it at once: T tags take T', async () => {
    await using fake = await fakeRegistry({ auth: 'basic' })
    assert.deepEqual((await putAll(fake, basic)).toSorted(), PUTS)
  })

  test('is not shown a login that nobody has', async () => {
    await using fake = await fakeRegistry({ auth: 'basic' })
    await using client = openClient({ hintFor: basic })
    await assert.rejects(client.registry.put(tag(fake, '1'), image), { kind: 'unauthorized' })
    assert.deepEqual(
      fake.requests.map(({ authorization }) => authorization),
      ['none'],
    )
  })
})

const WRONG: Readonly<Record<string, readonly [FakeOptions, (fake: FakeRegistry) => HintFor]>> = {
  'gives no tokens there': [
    { auth: 'bearer' },
    (fake) => {
      fake.fault({ path: /token/, status: 404 })
      return known(`${fake.origin}/token`)
    },
  ],
  'is asked where nobody may be sent': [{ auth: 'bearer' }, () => known('http://169.254.169.254/token')],
  'has another service': [
    { auth: 'bearer' },
    (fake) => () => ({ scheme: 'bearer', parameters: { realm: `${fake.origin}/token`, service: 'other' } }),
  ],
}

describe('a hint is wrong, and the registry is asked as any other, where it', () => {
  for (const [name, [options, hint]] of Object.entries(WRONG))
    test(name, async () => {
      await using fake = await fakeRegistry(options)
      const log = await putAll(fake, hint(fake))
      const tail = log.slice(-5)
      assert.match(tail[0] ?? '', /^PUT \S+ 401$/)
      assert.equal(tail[1], 'GET /token 200')
      assert.deepEqual(tail.slice(2).toSorted(), PUTS)
    })

  test('has another realm by now: its token is refused, and another one is got', async () => {
    await using old = await fakeRegistry({ auth: 'bearer' })
    await using fake = await fakeRegistry({ auth: 'bearer' })
    const log = await putAll(fake, known(`${old.origin}/token`))
    assert.equal(old.requests.length, 1)
    assert.equal(log.filter((line) => line === 'GET /token 200').length, 1)
    assert.deepEqual(log.filter((line) => line.endsWith(' 201')).toSorted(), PUTS)
  })

  test('wants a login by now: all who came with a token are asked for it', async () => {
    await using old = await fakeRegistry({ auth: 'bearer' })
    await using fake = await fakeRegistry({ auth: 'basic' })
    await using client = openClient({ credential: octo, hintFor: known(`${old.origin}/token`) })
    await Promise.all(['1', '2', '3'].map((name) => client.registry.put(tag(fake, name), image)))
    assert.equal(Object.keys(fake.tags()).length, 3)
    fake.violations.length = 0
  })
})
