import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Credential } from '../../src/registry/credentials/credential.ts'
import { openClient, refusalOf, tag } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

const image = imageNamed('image')
const octo: Credential = { kind: 'login', username: 'octo', password: 'secret' }
const wrong: Credential = { kind: 'login', username: 'octo', password: 'wrong' }

const statuses = (fake: FakeRegistry) =>
  fake.requests.map(({ method, path, status }) => `${method} ${path.replace(/\?.*/, '')} ${status}`)

const tokens = (fake: FakeRegistry) => fake.requests.filter(({ path }) => path.startsWith('/token'))

test('cold, T tags take T + 2 requests', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  for (const name of ['1.0.0', '1.0', '1', 'latest']) await client.registry.put(tag(fake, name), image)
  assert.deepEqual(statuses(fake), [
    'PUT /v2/octo/app/manifests/1.0.0 401',
    'GET /token 200',
    'PUT /v2/octo/app/manifests/1.0.0 201',
    'PUT /v2/octo/app/manifests/1.0 201',
    'PUT /v2/octo/app/manifests/1 201',
    'PUT /v2/octo/app/manifests/latest 201',
  ])
})

test('warmed, T tags take T requests', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  await client.registry.warm({ registry: fake.host, path: 'octo/app' })
  assert.deepEqual(statuses(fake), ['GET /v2/ 401', 'GET /token 200'])
  await client.registry.put(tag(fake, '1.0'), image)
  await client.registry.put(tag(fake, '1'), image)
  assert.equal(fake.requests.length, 4)
})

test('warming asks for the scope we need, not for the one a ping is answered with', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  await client.registry.warm({ registry: fake.host, path: 'octo/app' })
  const asked = new URL(tokens(fake)[0]?.path ?? '', fake.origin).searchParams
  assert.deepEqual(asked.getAll('scope'), ['repository:octo/app:pull,push'])
})

test('a read asks for the token of the write to come', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  fake.hold(image.bytes, image.mediaType, 'octo/app', '1.0')
  await client.registry.get(tag(fake, '1.0'))
  await client.registry.put(tag(fake, '1.1'), image)
  const asked = new URL(tokens(fake)[0]?.path ?? '', fake.origin).searchParams
  assert.deepEqual(Object.fromEntries(asked), {
    service: 'fake-registry',
    scope: 'repository:octo/app:pull,push',
    client_id: 'multiarch-action',
    account: 'octo',
  })
  assert.equal(fake.requests.length, 4)
})

test('eight at once, cold: one 401, one token', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  const names = Array.from({ length: 8 }, (_, at) => `v${at}`)
  await Promise.all(names.map((name) => client.registry.put(tag(fake, name), image)))
  assert.equal(fake.requests.filter(({ status }) => status === 401).length, 1)
  assert.equal(tokens(fake).length, 1)
  assert.equal(fake.requests.length, 8 + 2)
})

test('warming and putting at the same time ask once', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  const { path, registry } = tag(fake, '1.0')
  await Promise.all([
    client.registry.warm({ registry, path }),
    client.registry.put(tag(fake, '1.0'), image),
    client.registry.put(tag(fake, '1.1'), image),
  ])
  assert.deepEqual(statuses(fake).toSorted(), [
    'GET /token 200',
    'GET /v2/ 401',
    'PUT /v2/octo/app/manifests/1.0 201',
    'PUT /v2/octo/app/manifests/1.1 201',
  ])
})

test('a registry that asks nobody is told nothing', async () => {
  await using fake = await fakeRegistry({ auth: 'none' })
  await using client = openClient({ credential: octo })
  await client.registry.put(tag(fake, '1.0'), image)
  await client.registry.put(tag(fake, '1.1'), image)
  assert.equal(fake.requests.length, 2)
  assert.ok(fake.requests.every(({ authorization }) => authorization === 'none'))
})

test('Basic is asked for once and then shown at once', async () => {
  await using fake = await fakeRegistry({ auth: 'basic' })
  await using client = openClient({ credential: octo })
  await client.registry.put(tag(fake, '1.0'), image)
  await client.registry.put(tag(fake, '1.1'), image)
  assert.deepEqual(
    fake.requests.map(({ status, authorization }) => `${authorization} ${status}`),
    ['none 401', 'basic 201', 'basic 201'],
  )
})

test('a wrong password for Basic is shown once', async () => {
  await using fake = await fakeRegistry({ auth: 'basic' })
  await using client = openClient({ credential: wrong })
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  assert.equal(error.kind, 'unauthorized')
  assert.doesNotMatch(error.message, /no credentials/)
  assert.equal(fake.requests.length, 2)
})

test('Basic without a login says that there is none', async () => {
  await using fake = await fakeRegistry({ auth: 'basic' })
  await using client = openClient()
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  const where = `PUT ${fake.origin}/v2/octo/app/manifests/1.0`
  assert.equal(
    error.message,
    `${where}: 401 UNAUTHORIZED: authentication required; no credentials for ${fake.host}`,
  )
  assert.equal(fake.requests.length, 1)
})

test('the token endpoint does not take a wrong password', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: wrong })
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  assert.equal(error.kind, 'unauthorized')
  assert.equal(error.host, fake.host)
  assert.match(error.message, /^GET http.*\/token\?.*account=REDACTED: 401 UNAUTHORIZED: incorrect username/)
  assert.equal(fake.requests.length, 2)
})

test('a token that could not be had is asked for again, when it is needed again', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  fake.fault({ path: /token/, status: 400, body: 'not today' })
  assert.match((await refusalOf(client.registry.put(tag(fake, '1.0'), image))).message, /400 not today/)
  await client.registry.put(tag(fake, '1.0'), image)
  assert.equal(tokens(fake).length, 2)
})

test('anybody may read what is public', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', anonymous: 'pull' })
  await using client = openClient()
  fake.hold(image.bytes, image.mediaType, 'octo/app', '1.0')
  assert.equal((await client.registry.get(tag(fake, '1.0'))).digest, image.digest)
  assert.equal(tokens(fake)[0]?.authorization, 'none')
})

test('nobody without a login may write; the error says both', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', anonymous: 'pull' })
  await using client = openClient()
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  assert.equal(error.kind, 'unauthorized')
  assert.match(error.message, /authentication required; insufficient_scope; no credentials for 127/)
})

test('where too much is asked of the token endpoint, we ask for less', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', rights: 'pull', refusesTooMuch: true })
  await using client = openClient({ credential: octo })
  fake.hold(image.bytes, image.mediaType, 'octo/app', '1.0')
  assert.equal((await client.registry.get(tag(fake, '1.0'))).digest, image.digest)
  assert.deepEqual(
    tokens(fake).map(({ status }) => status),
    [403, 200],
  )
  const error = await refusalOf(client.registry.put(tag(fake, '1.1'), image))
  assert.match(error.message, /; insufficient_scope$/)
})

test('a token that ran out is replaced once, and the request is sent again', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  await client.registry.put(tag(fake, '1.0'), image)
  fake.expireTokens()
  await client.registry.put(tag(fake, '1.1'), image)
  assert.deepEqual(statuses(fake).slice(3), [
    'PUT /v2/octo/app/manifests/1.1 401',
    'GET /token 200',
    'PUT /v2/octo/app/manifests/1.1 201',
  ])
})

test('eight with an old token at once: eight times 401, one new token', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  await client.registry.put(tag(fake, '1.0'), image)
  fake.expireTokens()
  const names = Array.from({ length: 8 }, (_, at) => `v${at}`)
  await Promise.all(names.map((name) => client.registry.put(tag(fake, name), image)))
  assert.equal(tokens(fake).length, 2)
})

test('a token is replaced before it runs out', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  await client.registry.put(tag(fake, '1.0'), image)
  client.later(289_000)
  await client.registry.put(tag(fake, '1.1'), image)
  assert.equal(tokens(fake).length, 1)
  client.later(2_000)
  await client.registry.put(tag(fake, '1.2'), image)
  assert.equal(tokens(fake).length, 2)
  assert.equal(client.lookUps(), 2)
})

test('a token lives a minute at least, whatever the answer says', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', tokenSeconds: 1 })
  await using client = openClient({ credential: octo })
  await client.registry.put(tag(fake, '1.0'), image)
  client.later(49_000)
  await client.registry.put(tag(fake, '1.1'), image)
  assert.equal(tokens(fake).length, 1)
})

test('a registry that believes no token is not asked for ever', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  const challenge = 'Bearer realm="/token",service="fake-registry",error="invalid_token"'
  fake.fault({ verb: 'PUT', times: 99, status: 401, headers: { 'www-authenticate': challenge } })
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  assert.match(error.message, /; invalid_token$/)
  assert.equal(fake.requests.length, 3)
})

test('Harbor asks for a login when it has refused a token: that is its last word', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  await client.registry.put(tag(fake, '1.0'), image)
  fake.fault({ verb: 'PUT', status: 401, headers: { 'www-authenticate': 'Basic realm="harbor"' } })
  assert.equal((await refusalOf(client.registry.put(tag(fake, '1.1'), image))).kind, 'unauthorized')
  assert.equal(fake.requests.length, 4)
})

test('each repository has a token of its own', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  await client.registry.put(tag(fake, '1.0', 'octo/app'), image)
  await client.registry.put(tag(fake, '1.0', 'octo/other'), image)
  assert.deepEqual(statuses(fake).slice(3), ['GET /token 200', 'PUT /v2/octo/other/manifests/1.0 201'])
})

test('a challenge whose scope is a star gets ours', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', challengeScope: '*' })
  await using client = openClient({ credential: octo })
  await client.registry.put(tag(fake, '1.0'), image)
  assert.equal(fake.requests.length, 3)
})

test('the scope of the challenge comes first, ours after it', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', challengeScope: 'repository:cache/octo/app:pull' })
  await using client = openClient({ credential: octo })
  await client.registry.put(tag(fake, '1.0'), image)
  const asked = new URL(tokens(fake)[0]?.path ?? '', fake.origin).searchParams
  assert.deepEqual(asked.getAll('scope'), ['repository:cache/octo/app:pull', 'repository:octo/app:pull,push'])
})

test('an identity token is exchanged by POST', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', identity: 'refresh-me' })
  await using client = openClient({ credential: { kind: 'identity', token: 'refresh-me' } })
  await client.registry.put(tag(fake, '1.0'), image)
  assert.deepEqual(statuses(fake)[1], 'POST /token 200')
  assert.ok(client.secrets.includes('refresh-me'))
})

test('a refresh token that comes back is the one to show from then on', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', identity: 'refresh-me' })
  await using client = openClient({ credential: { kind: 'identity', token: 'refresh-me' } })
  const given = { token: 'worthless', refresh_token: 'refreshed' }
  fake.fault({ path: /token/, status: 200, body: given })
  fake.fault({ path: /token/, status: 200, body: { token: 'worthless too' } })
  await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  assert.deepEqual(
    tokens(fake).map(({ form }) => new URLSearchParams(form).get('refresh_token')),
    ['refresh-me', 'refreshed', 'refreshed'],
  )
  assert.ok(client.secrets.includes('refreshed'))
})

test('where an identity token is not known, the login beside it is shown', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: { kind: 'identity', token: 'refresh-me', login: octo } })
  await client.registry.put(tag(fake, '1.0'), image)
  assert.deepEqual(statuses(fake).slice(1, 3), ['POST /token 405', 'GET /token 200'])
})

test('a token for the registry itself is shown as it is', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: { kind: 'bearer', token: 'mine' } })
  await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  assert.equal(tokens(fake).length, 0)
  assert.equal(fake.requests[1]?.headers['authorization'], 'Bearer mine')
})

test('every secret is hidden before it can be seen', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  await client.registry.put(tag(fake, '1.0'), image)
  const pair = Buffer.from('octo:secret').toString('base64')
  const token = fake.requests[2]?.headers['authorization']?.replace('Bearer ', '')
  assert.deepEqual(client.secrets, ['secret', pair, token])
})

test('a realm that we must not follow is not followed', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer', realm: 'http://169.254.169.254/latest/meta-data' })
  await using client = openClient({ credential: octo })
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  assert.equal(error.kind, 'unusable')
  assert.match(error.message, /its realm http:\/\/169\.254\.169\.254 is an internal address/)
  assert.equal(fake.requests.length, 1)
})

test('a token endpoint does not send us, with our password, to another place', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using stranger = await fakeRegistry()
  await using client = openClient({ credential: octo })
  fake.fault({ path: /token/, redirect: `${stranger.origin}/token` })
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  assert.match(error.message, /redirects to .*, which is refused: its realm .* is an internal address/)
  assert.equal(stranger.requests.length, 0)
})

test('a way of asking that we do not know is named', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient({ credential: octo })
  fake.fault({ status: 401, headers: { 'www-authenticate': 'Negotiate' } })
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  assert.match(error.message, /401 asks for negotiate; we know Basic and Bearer$/)
})

test('an answer without a token is no token', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  await using client = openClient({ credential: octo })
  fake.fault({ path: /token/, status: 200, body: '<html>login</html>' })
  const error = await refusalOf(client.registry.put(tag(fake, '1.0'), image))
  assert.match(error.message, /^GET http.*\/token\?.*: the answer holds no token$/)
})

test('what goes wrong with a helper is said when a login is needed, and not before', async () => {
  await using open = await fakeRegistry()
  await using closed = await fakeRegistry({ auth: 'basic' })
  const credentialOf = () => Promise.reject(new Error('the helper is broken'))
  await using client = openClient({ credentialOf })
  await client.registry.put(tag(open, '1.0'), image)
  await assert.rejects(client.registry.put(tag(closed, '1.0'), image), /the helper is broken/)
})

test('warming never fails', async () => {
  await using client = openClient()
  await client.registry.warm({ registry: '127.0.0.1:1', path: 'octo/app' })
  await client.registry.warm({ registry: 'ghcr.io:99999', path: 'octo/app' })
})
