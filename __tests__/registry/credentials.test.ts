import assert from 'node:assert/strict'
import { test } from 'node:test'
import { basicOf, CredentialError } from '../../src/registry/credentials/credential.ts'
import type { RunHelper } from '../../src/registry/credentials/credential-helper.ts'
import { credentialsFrom } from '../../src/registry/credentials/credentials.ts'
import {
  choose,
  hostnameOf,
  readAuthConfig,
  readDockerConfig,
} from '../../src/registry/credentials/docker-config.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const login = (username: string, password: string) => ({ kind: 'login', username, password }) as const
const none = { kind: 'none' } as const

const chosen = (config: unknown, registry: string) =>
  choose(readDockerConfig(JSON.stringify(config)), registry)

const HOSTNAMES = {
  'https://example.com/v2/': 'example.com',
  'http://example.com:6555': 'example.com:6555',
  'https://[::1]:6555/v2/': '[::1]:6555',
  'https://::1:6555/v2/': '[::1]:6555',
  '[::1]': '[::1]',
  '::1': '::1',
  'unix:///var/run/docker.sock': 'unix:',
  'ftp://example.com': 'example.com',
  '127.0.0.1:6556': '127.0.0.1:6556',
  'example.com/v1/': 'example.com',
}

for (const [address, host] of Object.entries(HOSTNAMES)) {
  test(`a login to ${address} is one to ${host}`, () => assert.equal(hostnameOf(address), host))
}

test('a login is in base64, split at the first colon', () => {
  const config = { auths: { 'ghcr.io': { auth: base64('octo:se:cret\0\0') } } }
  assert.deepEqual(chosen(config, 'ghcr.io'), login('octo', 'se:cret'))
})

test('a login may also stand in the open', () => {
  const config = { auths: { 'ghcr.io': { username: 'octo', password: 'secret' } } }
  assert.deepEqual(chosen(config, 'ghcr.io'), login('octo', 'secret'))
})

test('Docker Hub has many names', () => {
  for (const key of [
    'https://index.docker.io/v1/',
    'https://index.docker.io/v1',
    'docker.io',
    'index.docker.io',
  ])
    assert.deepEqual(chosen({ auths: { [key]: { auth: base64('a:b') } } }, 'docker.io'), login('a', 'b'))
})

test('an old key is an address', () => {
  const config = { auths: { 'https://registry.example.com/v2/': { auth: base64('a:b') } } }
  assert.deepEqual(chosen(config, 'registry.example.com'), login('a', 'b'))
  assert.deepEqual(chosen(config, 'example.com'), none)
})

test('a login to one port is none to another', () => {
  const config = { auths: { 'localhost:5000': { auth: base64('a:b') } } }
  assert.deepEqual(chosen(config, 'localhost:5001'), none)
  assert.deepEqual(chosen(config, 'localhost'), none)
})

test('an empty entry is no login', () => {
  assert.deepEqual(chosen({ auths: { 'ghcr.io': {} } }, 'ghcr.io'), none)
  assert.deepEqual(chosen({}, 'ghcr.io'), none)
  assert.deepEqual(chosen({ auths: { 'ghcr.io': null } }, 'ghcr.io'), none)
  assert.deepEqual(chosen({ auths: null, credHelpers: null, credsStore: null }, 'ghcr.io'), none)
})

test('tokens go before logins', () => {
  const auth = base64('octo:secret')
  assert.deepEqual(chosen({ auths: { 'r.io': { auth, identitytoken: 'I' } } }, 'r.io'), {
    kind: 'identity',
    token: 'I',
    login: login('octo', 'secret'),
  })
  const nobody = base64('00000000-0000-0000-0000-000000000000:')
  assert.deepEqual(chosen({ auths: { 'r.io': { auth: nobody, identitytoken: 'I' } } }, 'r.io'), {
    kind: 'identity',
    token: 'I',
  })
  assert.deepEqual(chosen({ auths: { 'r.io': { auth, registrytoken: 'R' } } }, 'r.io'), {
    kind: 'bearer',
    token: 'R',
  })
})

test('a login that is none is said so, without its secret', () => {
  assert.throws(() => chosen({ auths: { 'ghcr.io': 'octo:secret' } }, 'ghcr.io'), {
    name: 'CredentialError',
    message: 'no credentials for ghcr.io: its login in the configuration is not a JSON object',
  })
  const config = { auths: { 'ghcr.io': { auth: base64('nonsense') } } }
  assert.throws(() => chosen(config, 'ghcr.io'), {
    name: 'CredentialError',
    message: 'no credentials for ghcr.io: the "auth" of its login is not user:password in base64',
  })
})

test('a helper stands for its registry; the store for all others', () => {
  const config = {
    auths: { 'ghcr.io': { auth: base64('a:b') } },
    credHelpers: { 'public.ecr.aws': 'ecr-login' },
  }
  assert.deepEqual(chosen(config, 'public.ecr.aws'), {
    kind: 'helper',
    name: 'ecr-login',
    key: 'public.ecr.aws',
  })
  assert.deepEqual(chosen(config, 'ghcr.io'), login('a', 'b'))
  const stored = { ...config, credsStore: 'pass' }
  assert.deepEqual(chosen(stored, 'ghcr.io'), { kind: 'helper', name: 'pass', key: 'ghcr.io' })
  assert.deepEqual(chosen(stored, 'docker.io'), {
    kind: 'helper',
    name: 'pass',
    key: 'https://index.docker.io/v1/',
  })
})

test('DOCKER_AUTH_CONFIG is strict', () => {
  const good = { auths: { 'ghcr.io': { auth: base64('a:b') } } }
  assert.deepEqual(choose(readAuthConfig(JSON.stringify(good)), 'ghcr.io'), login('a', 'b'))
  for (const broken of [
    { ...good, credsStore: 'pass' },
    { auths: { 'ghcr.io': { auth: base64('a:b'), email: 'x' } } },
    { auths: { 'ghcr.io': {} } },
    {},
    [],
  ])
    assert.throws(() => readAuthConfig(JSON.stringify(broken)), JSON.stringify(broken))
})

test('a pair for Basic', () => {
  assert.equal(basicOf(login('Aladdin', 'open sesame')), 'QWxhZGRpbjpvcGVuIHNlc2FtZQ==')
  assert.equal(basicOf(login('test', '123£')), 'dGVzdDoxMjPCow==')
})

const neverRun: RunHelper = () => Promise.reject(new Error('nothing to run'))
const config = JSON.stringify({ auths: { 'ghcr.io': { auth: base64('file:one') } } })

test('the variable goes before the file, for the registries it names', async () => {
  const authConfig = JSON.stringify({ auths: { 'quay.io': { auth: base64('env:two') } } })
  const lookUp = credentialsFrom({ config, authConfig, run: neverRun, warn: assert.fail })
  assert.deepEqual(await lookUp('quay.io'), login('env', 'two'))
  assert.deepEqual(await lookUp('ghcr.io'), login('file', 'one'))
  assert.deepEqual(await lookUp('docker.io'), none)
})

test('a source that cannot be read counts for nothing, and is said once', async () => {
  const warnings: string[] = []
  const lookUp = credentialsFrom({
    config,
    authConfig: '{"auths"',
    run: neverRun,
    warn: (text) => warnings.push(text),
  })
  assert.deepEqual(await lookUp('ghcr.io'), login('file', 'one'))
  await lookUp('quay.io')
  assert.deepEqual(warnings, ['DOCKER_AUTH_CONFIG cannot be read, so the logins in it are not used'])
})

function helper(code: number, stdout: string, stderr = '') {
  const calls: unknown[] = []
  const run: RunHelper = (...call) => {
    calls.push(call)
    return Promise.resolve({ code, stdout, stderr })
  }
  const config = JSON.stringify({ credHelpers: { 'r.io': 'test' } })
  return { calls, lookUp: credentialsFrom({ config, run, warn: assert.fail }) }
}

test('a helper is given the name on stdin and answers in JSON', async () => {
  const { calls, lookUp } = helper(0, '{"ServerURL":"r.io","Username":"AWS","Secret":"s3"}\n')
  assert.deepEqual(await lookUp('r.io'), login('AWS', 's3'))
  assert.deepEqual(calls, [['docker-credential-test', ['get'], 'r.io\n']])
})

test('a helper may answer with an identity token', async () => {
  const { lookUp } = helper(0, '{"Username":"<token>","Secret":"refresh"}')
  assert.deepEqual(await lookUp('r.io'), { kind: 'identity', token: 'refresh' })
})

test('a helper may know nothing', async () => {
  const { lookUp } = helper(1, 'credentials not found in native keychain\n')
  assert.deepEqual(await lookUp('r.io'), none)
})

test('a helper that fails is quoted', async () => {
  const { lookUp } = helper(1, '', 'no AWS credentials in this shell')
  await assert.rejects(lookUp('r.io'), {
    name: 'CredentialError',
    program: 'docker-credential-test',
    message: 'no credentials for r.io: docker-credential-test failed: no AWS credentials in this shell',
  })
})

// docker-credential-helpers says these on stdout, like what it does not find; but here something is wrong.
for (const words of ['no credentials server URL', 'no credentials username']) {
  test(`a helper that says "${words}" has failed`, async () => {
    const { lookUp } = helper(1, `${words}\n`)
    const message = `no credentials for r.io: docker-credential-test failed: ${words}`
    await assert.rejects(lookUp('r.io'), { name: 'CredentialError', message })
  })
}

test('what a helper says wrongly is not shown: it may be the secret', async () => {
  const { lookUp } = helper(0, 'hunter2')
  await assert.rejects(lookUp('r.io'), (error: unknown) => {
    assert(error instanceof CredentialError)
    assert.ok(!`${error.message} ${error.cause}`.includes('hunter2'))
    return true
  })
})

test('a helper that is not there is named', async () => {
  const config = JSON.stringify({ credsStore: 'osxkeychain' })
  const lookUp = credentialsFrom({ config, run: neverRun, warn: assert.fail })
  await assert.rejects(lookUp('r.io'), /docker-credential-osxkeychain could not be run/)
})

test('the name of a helper is no path', async () => {
  const config = JSON.stringify({ credsStore: '../../bin/sh' })
  await assert.rejects(credentialsFrom({ config, run: neverRun, warn: assert.fail })('r.io'), CredentialError)
})
