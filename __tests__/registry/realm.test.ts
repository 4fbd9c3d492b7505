import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRealm } from '../../src/registry/auth/realm.ts'

const HTTPS = 'https://registry.example.com'

const REFUSED: readonly (readonly [realm: string | undefined, registry: string])[] = [
  ['https://0.0.0.0/token', HTTPS],
  ['https://[::]:8443/token', HTTPS],
  ['https://127.0.0.1/token', HTTPS],
  ['https://[::1]/token', HTTPS],
  ['https://10.0.0.1/token', HTTPS],
  ['https://172.16.3.4/token', HTTPS],
  ['https://192.168.1.1/token', HTTPS],
  ['https://169.254.169.254/token', HTTPS],
  ['https://[::ffff:169.254.169.254]/token', HTTPS],
  ['https://2130706433/token', HTTPS],
  ['https://[fd00::1]/token', HTTPS],
  ['http://registry.example.com/token', HTTPS],
  ['http://auth.example.com/token', HTTPS],
  ['ftp://auth.example.com/token', HTTPS],
  ['file:///etc/passwd', HTTPS],
  ['http://127.0.0.1:5001/auth', 'http://10.0.0.1:5000'],
  ['https://10.0.0.2/auth', 'https://10.0.0.1'],
  ['http://10.0.0.1/auth', 'https://10.0.0.1'],
  ['https://', HTTPS],
  ['', HTTPS],
  [undefined, HTTPS],
]

for (const [realm, registry] of REFUSED) {
  test(`${registry} must not send us to ${realm}`, () => {
    const found = readRealm(realm, new URL('/v2/', registry), new URL(registry))
    assert.ok('problem' in found, JSON.stringify(found))
  })
}

const ACCEPTED: readonly (readonly [realm: string, registry: string, url: string])[] = [
  ['https://8.8.8.8/token', HTTPS, 'https://8.8.8.8/token'],
  ['https://registry.example.com/token', HTTPS, 'https://registry.example.com/token'],
  ['https://auth.example.com/token?a=b', HTTPS, 'https://auth.example.com/token?a=b'],
  ['http://127.0.0.1:5000/auth', 'http://127.0.0.1:5000', 'http://127.0.0.1:5000/auth'],
  ['https://10.0.0.1/auth', 'https://10.0.0.1', 'https://10.0.0.1/auth'],
  ['https://10.0.0.1:443/auth', 'https://10.0.0.1', 'https://10.0.0.1/auth'],
  ['http://127.0.0.1:5001/auth', 'http://127.0.0.1:5000', 'http://127.0.0.1:5001/auth'],
  ['http://127.0.0.1:5001/auth', 'http://localhost:5000', 'http://127.0.0.1:5001/auth'],
  ['https://10.0.0.1/jwt/auth', 'https://10.0.0.1:5050', 'https://10.0.0.1/jwt/auth'],
  ['/v2/token', HTTPS, 'https://registry.example.com/v2/token'],
]

for (const [realm, registry, url] of ACCEPTED) {
  test(`${registry} may send us to ${realm}`, () => {
    const found = readRealm(realm, new URL('/v2/', registry), new URL(registry))
    assert.equal('url' in found && found.url.href, url)
  })
}
