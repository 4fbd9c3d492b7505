import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ProxySettings, proxyFor } from '../../src/registry/transport/proxy.ts'

const both = { http: 'http://plain:1', https: 'http://safe:2' }

const CHOICES: readonly (readonly [url: string, settings: ProxySettings, expected: string | undefined])[] = [
  ['https://ghcr.io/', both, 'http://safe:2'],
  ['http://registry.corp/', both, 'http://plain:1'],
  ['https://ghcr.io/', { http: 'http://plain:1' }, 'http://plain:1'],
  ['https://ghcr.io/', { http: 'http://plain:1', https: '' }, 'http://plain:1'],
  ['http://registry.corp/', { https: 'http://safe:2' }, undefined],
  ['https://ghcr.io/', { https: 'proxy:3128' }, 'http://proxy:3128'],
  ['https://ghcr.io/', {}, undefined],
  ['http://127.0.0.1:5000/', both, undefined],
  ['http://[::1]:5000/', both, undefined],
  ['https://localhost/', both, undefined],
  ['http://registry.localhost/', both, undefined],
]

for (const [url, settings, expected] of CHOICES) {
  test(`${url} with ${JSON.stringify(settings)} goes to ${expected ?? 'nobody'}`, () => {
    assert.equal(proxyFor(new URL(url), settings), expected)
  })
}

/** As Go's httpproxy, which Docker and buildx use. */
const EXCLUSIONS: readonly (readonly [no: string, excluded: readonly string[], asked: readonly string[]])[] =
  [
    ['*', ['ghcr.io', '10.1.2.3'], []],
    ['', [], ['ghcr.io']],
    ['corp', ['corp', 'registry.corp', 'a.b.corp'], ['notcorp', 'corp.io']],
    ['.corp', ['registry.corp'], ['corp', 'notcorp']],
    ['*.corp', ['registry.corp'], ['corp']],
    ['REGISTRY.Corp', ['registry.corp'], []],
    ['registry.corp:443', ['registry.corp'], ['registry.corp:8443']],
    ['registry.corp:8443', ['registry.corp:8443'], ['registry.corp']],
    ['10.0.0.0/8', ['10.255.1.2', '10.1.2.3:5000'], ['11.0.0.1', 'ghcr.io']],
    ['10.1.2.3', ['10.1.2.3', '10.1.2.3:5000'], ['10.1.2.4', '110.1.2.3']],
    ['10.1.2.3:5000', ['10.1.2.3:5000'], ['10.1.2.3']],
    ['fd00::/8', ['[fd12::1]', '[fd12::1]:5000'], ['[2001:db8::1]']],
    ['2001:db8::1', ['[2001:db8::1]'], ['[2001:db8::2]']],
    ['[2001:db8::1]:5000', ['[2001:db8::1]:5000'], ['[2001:db8::1]']],
    ['2001:0db8:0::1', ['[2001:db8::1]'], []],
    ['a.io, b.io\tc.io', ['a.io', 'b.io', 'c.io'], ['d.io']],
    ['10.0.0.0/99,10.0.0/8,/8', [], ['10.1.2.3', 'ghcr.io']],
  ]

for (const [no, excluded, asked] of EXCLUSIONS) {
  test(`NO_PROXY="${no}" keeps ${excluded.join(', ') || 'nobody'} from the proxy`, () => {
    for (const host of excluded)
      assert.equal(proxyFor(new URL(`https://${host}/`), { ...both, no }), undefined, host)
    for (const host of asked)
      assert.equal(proxyFor(new URL(`https://${host}/`), { ...both, no }), 'http://safe:2', host)
  })
}
