import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseChallenges } from '../../src/registry/auth/challenge.ts'

const read = (...values: string[]) =>
  parseChallenges(values).map(({ scheme, parameters }) => [scheme, { ...parameters }])

const HUB = 'realm="https://auth.docker.io/token",service="registry.docker.io"'
const hub = { realm: 'https://auth.docker.io/token', service: 'registry.docker.io' }

const CASES: Record<string, [header: string, expected: unknown]> = {
  'the plain case': [
    `Bearer ${HUB},scope="repository:docker/docker:pull"`,
    [['bearer', { ...hub, scope: 'repository:docker/docker:pull' }]],
  ],
  'comma and space inside quotes': [
    `Bearer ${HUB},scope="repository:library/alpine:pull,push repository:ubuntu:pull"`,
    [['bearer', { ...hub, scope: 'repository:library/alpine:pull,push repository:ubuntu:pull' }]],
  ],
  'unknown parameters and escapes': [
    'Bearer realm="https://auth.example.com/token",service="registry.example.com",other=fun,slashed="he\\"\\l\\lo"',
    [
      [
        'bearer',
        {
          realm: 'https://auth.example.com/token',
          service: 'registry.example.com',
          other: 'fun',
          slashed: 'he"llo',
        },
      ],
    ],
  ],
  'spaces around everything': [
    'Bearer realm = "https://auth.example.io/token"   ,service=registry.example.io, scope  ="repository:library/hello-world:pull,push"  ',
    [
      [
        'bearer',
        {
          realm: 'https://auth.example.io/token',
          service: 'registry.example.io',
          scope: 'repository:library/hello-world:pull,push',
        },
      ],
    ],
  ],
  'escaped quotes': [
    'Bearer foo="foo\\"bar",hello="\\"hello world\\""',
    [['bearer', { foo: 'foo"bar', hello: '"hello world"' }]],
  ],
  'an empty value that says so': [
    'Bearer realm="r",empty="",service="s"',
    [['bearer', { realm: 'r', empty: '', service: 's' }]],
  ],
  'a tail without a value': ['Bearer realm="r",service', [['bearer', { realm: 'r' }]]],
  'a tail with an equals sign': ['Bearer realm="r",service=', [['bearer', { realm: 'r' }]]],
  'a tail with an equals sign and a space': ['Bearer realm="r",service= ', [['bearer', { realm: 'r' }]]],
  'a tail without its last quote': ['Bearer realm="r",service="registry', [['bearer', { realm: 'r' }]]],
  'no service': [
    'Bearer realm="http://127.0.0.1:5000/openshift/token"',
    [['bearer', { realm: 'http://127.0.0.1:5000/openshift/token' }]],
  ],
  basic: ['Basic realm="GitHub Package Registry"', [['basic', { realm: 'GitHub Package Registry' }]]],
  'any case': ['BaSiC ReAlM="Case insensitive key"', [['basic', { realm: 'Case insensitive key' }]]],
  'no quotes': ['Basic realm=unquoted', [['basic', { realm: 'unquoted' }]]],
  'no quotes and a slash': ['Basic realm=/', [['basic', { realm: '/' }]]],
  'a charset': ['Basic realm="Dev", charset="UTF-8"', [['basic', { realm: 'Dev', charset: 'UTF-8' }]]],
  'quotes in the wrong places': ['"Basic" "realm"=/', [['basic', { realm: '/' }]]],
  'a scheme alone': ['BASIC', [['basic', {}]]],
  'a scheme and spaces': ['Basic  ', [['basic', {}]]],
  'bearer alone': ['Bearer', [['bearer', {}]]],
  'bearer and spaces': ['Bearer  ', [['bearer', {}]]],
  'two challenges in one header': [
    `Bearer ${HUB}, scope="repository:docker/docker:pull", Basic realm="GitHub Package Registry"`,
    [
      ['bearer', { ...hub, scope: 'repository:docker/docker:pull' }],
      ['basic', { realm: 'GitHub Package Registry' }],
    ],
  ],
  'a bare scheme before another': [
    'Negotiate, Basic realm="x"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ],
  ],
  'a scheme nobody knows': ['foo bar', [['foo', {}]]],
  nothing: ['', []],
  'a forgotten comma': ['Basic realm="Dev" charset="UTF-8"', [['basic', { realm: 'Dev', charset: 'UTF-8' }]]],
  'an error': [
    `Bearer ${HUB},scope="repository:library/this-does-not-exist:pull",error="insufficient_scope"`,
    [
      [
        'bearer',
        { ...hub, scope: 'repository:library/this-does-not-exist:pull', error: 'insufficient_scope' },
      ],
    ],
  ],
  'an error about what is no repository': [
    'Bearer realm="https://myregistry.azurecr.io/oauth2/token",service="myregistry.azurecr.io",scope="registry:catalog:*",error="invalid_token"',
    [
      [
        'bearer',
        {
          realm: 'https://myregistry.azurecr.io/oauth2/token',
          service: 'myregistry.azurecr.io',
          scope: 'registry:catalog:*',
          error: 'invalid_token',
        },
      ],
    ],
  ],
  'a scope that is none': [
    'Bearer realm="https://gitea.dev-tower.net/v2/token",service="container_registry",scope="*"',
    [
      [
        'bearer',
        { realm: 'https://gitea.dev-tower.net/v2/token', service: 'container_registry', scope: '*' },
      ],
    ],
  ],
}

for (const [name, [header, expected]] of Object.entries(CASES)) {
  test(`reads ${name}`, () => assert.deepEqual(read(header), expected))
}

test('reads several headers', () => {
  assert.deepEqual(read('Negotiate', 'Basic realm="x"'), [
    ['negotiate', {}],
    ['basic', { realm: 'x' }],
  ])
})

test('any text is read to its end, in any order of quotes and commas', () => {
  const text = fc.string({
    unit: fc.constantFrom('"', ',', '=', ' ', '\\', 'a', 'Basic', 'é'),
    maxLength: 60,
  })
  fc.assert(fc.property(text, (header) => Array.isArray(parseChallenges([header]))))
})

test('what is quoted well comes back whole', () => {
  const value = fc.string({ unit: fc.constantFrom('"', '\\', ',', '=', ' ', 'a', 'b'), maxLength: 20 })
  fc.assert(
    fc.property(value, (realm) => {
      const quoted = realm.replaceAll(/["\\]/g, '\\$&')
      assert.deepEqual(read(`Bearer realm="${quoted}", service=s`), [['bearer', { realm, service: 's' }]])
    }),
  )
})
