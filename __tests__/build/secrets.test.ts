import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  absentSecrets,
  passwordsIn,
  readSecret,
  type Secret,
  secretEnvironment,
  secretOptions,
} from '../../src/build/secrets.ts'
import { cache, forAll, RECIPE } from '../fakes/recipe.ts'

const SECRETS: readonly Secret[] = [
  { id: 'npm', value: 'hunter2' },
  { id: 'key', path: 'keys/id, old' },
  { id: 'empty', value: '' },
  { id: 'other', path: '/srv/other' },
]
const files = {
  exists: (path: string) => Promise.resolve(path === '/repo/keys/id, old'),
  read: (path: string) => Promise.resolve(path === '/repo/keys/id, old' ? 'of a file' : undefined),
}

test('an option names a variable or a file, and never a value', () => {
  assert.deepEqual(secretOptions(SECRETS), [
    ...['--secret', 'id=npm,env=MULTIARCH_BUILD_SECRET_0', '--secret', 'id=key,"src=keys/id, old"'],
    ...['--secret', 'id=empty,env=MULTIARCH_BUILD_SECRET_2', '--secret', 'id=other,src=/srv/other'],
  ])
  assert.deepEqual(secretEnvironment(SECRETS), {
    MULTIARCH_BUILD_SECRET_0: 'hunter2',
    MULTIARCH_BUILD_SECRET_2: '',
  })
})

test('an id may have a comma, as long as it stays one thing', () => {
  const options = secretOptions([{ id: 'a,b', value: 'hunter2' }])
  assert.deepEqual(options, ['--secret', '"id=a,b",env=MULTIARCH_BUILD_SECRET_0'])
})

test('files are looked for from the workspace on, and those that are missing are named', async () => {
  assert.deepEqual(await absentSecrets(SECRETS, files, '/repo'), [{ id: 'other', path: '/srv/other' }])
})

test('what must not be seen is read from its file too', async () => {
  const seen = await Promise.all(SECRETS.map((secret) => readSecret(secret, files, '/repo')))
  assert.deepEqual(seen, ['hunter2', 'of a file', '', ''])
})

test('a key in a cache is found', () => {
  const recipe = { ...RECIPE, cacheTo: [forAll(cache('type=azblob,secret_access_key=hush'))] }
  assert.deepEqual(passwordsIn(recipe), ['hush'])
})

describe('a password in a URL is found', () => {
  const urls: Readonly<Record<string, readonly string[]>> = {
    'https://octo:hush@git.lan/app.git#main': ['hush'],
    'https://x-access-token:ghs_1@github.com/octo/app.git': ['ghs_1'],
    'ssh://git@git.lan:2222/app.git': [],
    'git@github.com:octo/app.git': [],
    'https://github.com/octo/app.git#main:a@b': [],
    './a:b@c': [],
  }
  for (const [url, passwords] of Object.entries(urls))
    test(`${url}: ${passwords.length}`, () => {
      assert.deepEqual(passwordsIn({ ...RECIPE, context: url }), passwords)
      assert.deepEqual(passwordsIn({ ...RECIPE, file: [forAll(url)] }), passwords)
      assert.deepEqual(passwordsIn({ ...RECIPE, passed: { 'build-contexts': [`src=${url}`] } }), passwords)
    })
})
