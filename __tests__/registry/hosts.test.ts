import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopback } from '../../src/registry/addresses.ts'
import { hostOf, urlOf } from '../../src/registry/hosts.ts'

const SCHEMES = {
  'foo.svc.localhost:1234': 'http:',
  'foo.svc.local:1234': 'https:',
  'registry.local': 'https:',
  '127.0.0.1:1234': 'http:',
  '127.0.0.1.evil.com': 'https:',
  'my127.0.0.1registry.io': 'https:',
  'localhost:8080': 'http:',
  localhost: 'http:',
  'gcr.io': 'https:',
  '::1': 'http:',
  '[::1]:5000': 'http:',
  '[2001:db8::1]:5000': 'https:',
  // Others take private networks for safe; a password on them is as readable as anywhere.
  '10.2.3.4:5000': 'https:',
  '192.168.1.5:5000': 'https:',
  // The port of TLS, even at home.
  'localhost:443': 'https:',
}

for (const [registry, scheme] of Object.entries(SCHEMES)) {
  test(`${registry} is spoken to by ${scheme}`, () => assert.equal(hostOf(registry).base.protocol, scheme))
}

const LOOPBACK = {
  '': false,
  '127.1.1.1': true,
  '127.256.0.1': false,
  '127.0.0.1:5000': true,
  '126.example.com': false,
  localhost: true,
  LOCALHOST: true,
  '[127:0:0:1]': false,
  '[::1]': true,
  '[::1]:': false,
  '127.0.1.1:': false,
  '::1': true,
}

for (const [host, expected] of Object.entries(LOOPBACK)) {
  test(`"${host}" is ${expected ? '' : 'not '}this machine`, () => assert.equal(isLoopback(host), expected))
}

test('Docker Hub answers under another name', () => {
  assert.equal(hostOf('docker.io').base.href, 'https://registry-1.docker.io/')
  assert.equal(hostOf('ghcr.io').base.href, 'https://ghcr.io/')
})

test('plain HTTP for whom the user says so, by the whole name', () => {
  assert.equal(hostOf('10.2.3.4:5000', ['10.2.3.4:5000']).base.href, 'http://10.2.3.4:5000/')
  assert.equal(hostOf('Registry.local', ['registry.LOCAL']).base.protocol, 'http:')
  assert.equal(hostOf('10.2.3.4:5001', ['10.2.3.4:5000']).base.protocol, 'https:')
})

test('TLS on this machine for whom there are certificates, unless plain HTTP is asked for', () => {
  const certified = ['localhost:5000']
  assert.equal(hostOf('localhost:5000', [], certified).base.href, 'https://localhost:5000/')
  assert.equal(hostOf('localhost:5001', [], certified).base.protocol, 'http:')
  assert.equal(hostOf('localhost:5000', ['localhost:5000'], certified).base.protocol, 'http:')
})

test('an address is made of parts', () => {
  const url = urlOf(hostOf('docker.io'), 'library/busybox/manifests/1.36')
  assert.equal(url.href, 'https://registry-1.docker.io/v2/library/busybox/manifests/1.36')
})

test('a port that cannot be is said to be none', () => {
  assert.throws(() => hostOf('ghcr.io:99999'), /"ghcr\.io:99999" is not a registry/)
})

const NAMED: readonly (readonly [registry: string, insecure: string, origin: string])[] = [
  ['registry.corp:5000', 'registry.corp:5000', 'http://registry.corp:5000'],
  ['registry.corp:5000', 'http://Registry.Corp:5000', 'http://registry.corp:5000'],
  ['registry.corp:5000', 'https://registry.corp:5000', 'https://registry.corp:5000'],
  ['registry.corp:5000', 'registry.corp', 'https://registry.corp:5000'],
  ['127.0.0.1:5000', 'https://127.0.0.1:5000', 'https://127.0.0.1:5000'],
]

for (const [registry, insecure, origin] of NAMED) {
  test(`where ${insecure} is insecure, ${registry} answers at ${origin}`, () => {
    assert.equal(hostOf(registry, [insecure]).base.origin, origin)
  })
}
