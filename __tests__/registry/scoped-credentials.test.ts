import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CredentialLookup } from '../../src/registry/credentials/credential.ts'
import { credentialsFrom } from '../../src/registry/credentials/credentials.ts'
import { openClient } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

/** A config.json in which a registry has a user of this name. */
const config = (host: string, username: string) =>
  JSON.stringify({ auths: { [host]: { auth: Buffer.from(`${username}:secret`).toString('base64') } } })

function lookUpIn(folders: readonly string[], host = 'ghcr.io', others = {}): CredentialLookup {
  return credentialsFrom({
    config: config(host, 'main'),
    scoped: folders.map((folder) => ({ folder, text: config(host, folder) })),
    run: () => Promise.reject(new Error('no helper')),
    warn: (text) => assert.fail(text),
    ...others,
  })
}

async function userFor(lookUp: CredentialLookup, host: string, ...scopes: readonly string[]) {
  const credential = await lookUp(host, scopes)
  return credential.kind === 'login' ? credential.username : credential.kind
}

const APP = 'repository:octo/app:pull,push'

/** As in buildx, configprovider.go. */
const CHOICES: readonly (readonly [folders: readonly string[], scopes: readonly string[], user: string])[] = [
  [[], [APP], 'main'],
  [['ghcr.io'], [APP], 'ghcr.io'],
  [['ghcr.io', 'ghcr.io/octo/app'], [APP], 'ghcr.io/octo/app'],
  [['ghcr.io@push', 'ghcr.io/octo/app'], [APP], 'ghcr.io/octo/app'],
  [['ghcr.io/octo/app', 'ghcr.io/octo/app@push'], [APP], 'ghcr.io/octo/app@push'],
  [['ghcr.io/octo/app@push', 'ghcr.io/octo/app@pull,push'], [APP], 'ghcr.io/octo/app@pull,push'],
  [['ghcr.io/octo/app@push'], ['repository:octo/app:pull'], 'main'],
  [['ghcr.io@push'], ['repository:octo/app:pull'], 'main'],
  [['ghcr.io@push'], [APP], 'ghcr.io@push'],
  [['ghcr.io/octo/other', 'quay.io/octo/app'], [APP], 'main'],
  // For one repository only; nobody knows which of two would be meant.
  [['ghcr.io/octo/app'], [APP, 'repository:octo/base:pull'], 'main'],
  [['ghcr.io/octo/app'], [], 'main'],
]

for (const [folders, scopes, user] of CHOICES) {
  test(`of ${folders.join(', ') || 'nothing'}, ${scopes.join(' ') || 'nothing'} gets ${user}`, async () => {
    assert.equal(await userFor(lookUpIn(folders), 'ghcr.io', ...scopes), user)
  })
}

test("Docker Hub's folder has the name of its server", async () => {
  const lookUp = lookUpIn(['registry-1.docker.io/octo/app'], 'https://index.docker.io/v1/')
  assert.equal(await userFor(lookUp, 'docker.io', APP), 'registry-1.docker.io/octo/app')
})

test('DOCKER_AUTH_CONFIG goes before', async () => {
  const lookUp = lookUpIn(['ghcr.io'], 'ghcr.io', { authConfig: config('ghcr.io', 'environment') })
  assert.equal(await userFor(lookUp, 'ghcr.io', APP), 'environment')
})

test("Docker's other registries take a login to Docker Hub, unless they have one", async () => {
  const hub = lookUpIn([], 'https://index.docker.io/v1/')
  assert.equal(await userFor(hub, 'dhi.io', APP), 'main')
  assert.equal(await userFor(hub, 'registry.scout.docker.com', APP), 'main')
  assert.equal(await userFor(hub, 'quay.io', APP), 'none')
  assert.equal(await userFor(lookUpIn([], 'dhi.io'), 'dhi.io', APP), 'main')
})

for (const auth of ['basic', 'bearer'] as const) {
  test(`${auth}: each repository is shown the login for it`, async () => {
    await using fake = await fakeRegistry({ auth })
    const asked: string[] = []
    await using client = openClient({
      credentialOf: (registry, scopes = []) => {
        asked.push(`${registry === fake.host} ${scopes.join(' ')}`)
        const mine = scopes.every((scope) => scope.includes('octo/app'))
        return Promise.resolve(mine ? { kind: 'login', ...fake.login } : { kind: 'none' })
      },
    })
    const image = imageNamed('image')
    const put = (fake: FakeRegistry, path: string) =>
      client.registry.put({ registry: fake.host, path, tag: '1' }, image)
    await put(fake, 'octo/app')
    await assert.rejects(put(fake, 'octo/other'), { kind: 'unauthorized', message: /no credentials/ })
    await put(fake, 'octo/app')
    assert.ok(asked.every((line) => line.startsWith('true repository:octo/')))
  })
}
