import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { InputError, type InputName, readInputs } from '../../src/action/inputs.ts'
import { toRequest } from '../../src/action/request.ts'
import { parseVersionWish } from '../../src/builder/version.ts'
import type { BuildRequest } from '../../src/flows/build.ts'
import { formatPlatform } from '../../src/image/platform.ts'
import { NOWHERE } from '../fakes/recipe.ts'
import { SPEC } from '../fakes/world.ts'

type Texts = Partial<Record<InputName, string>>

function request(texts: Texts): BuildRequest {
  const reading = readInputs((name) => ({ push: 'false', ...texts })[name as InputName] ?? '', parse)
  const asked = toRequest(reading, NOWHERE)
  return asked.mode === 'build' ? asked : assert.fail(`it is a request of mode ${asked.mode}`)
}

describe('a request', () => {
  test('takes the builder it is given, or makes one as it is told', () => {
    assert.deepEqual(request({ builder: 'mine' }).builder, { existing: 'mine' })
    const made = {
      'driver-opts': 'network=host',
      'buildkitd-config-inline': 'debug = true',
      'buildkit-image': 'b:1',
    }
    assert.deepEqual(request(made).builder, {
      ...{ ...SPEC, image: 'b:1', driverOptions: ['network=host'] },
      config: { ...SPEC.config, text: 'debug = true' },
    })
    assert.deepEqual(request({ driver: 'docker' }).builder, { embedded: true })
    const elsewhere = { driver: 'remote', endpoint: 'tcp://b:1', 'builder-platforms': 'linux/arm64/v8' }
    const { driver, endpoint, platforms } = { ...SPEC, ...request(elsewhere).builder }
    assert.deepEqual(
      [driver, endpoint, platforms.map(formatPlatform)],
      ['remote', 'tcp://b:1', ['linux/arm64']],
    )
  })

  test('lets a builder of its own do what the build is allowed, and no more', () => {
    const flags = (texts: Texts) => {
      const { builder } = request(texts)
      return 'flags' in builder ? builder.flags : assert.fail()
    }
    const allow = 'network.host,security.insecure,device=x.y/z=a,fs.read=/srv'
    const allowed = ['network.host', 'security.insecure', 'device']
    assert.equal(flags({ allow }), allowed.map((name) => `--allow-insecure-entitlement ${name}`).join(' '))
    assert.equal(flags({ allow: 'fs.read=/srv' }), '')
    assert.equal(flags({ allow, 'buildkitd-flags': '--debug' }), '--debug')
  })

  test('takes mirrors and insecure registries into BuildKit’s settings, and mirrors for pulls of its own', () => {
    const inputs = {
      ...{ 'registry-mirrors': 'm.io', 'image-mirrors': 'n.io,m.io', 'insecure-registries': 'reg.lan:5000' },
    }
    const { builder, emulators } = request(inputs)
    assert.deepEqual('config' in builder && builder.config.registries, {
      ...{ mirrors: ['m.io'], insecure: ['reg.lan:5000'] },
    })
    assert.deepEqual('config' in builder && builder.imageMirrors, ['n.io', 'm.io'])
    assert.deepEqual(emulators.imageMirrors, ['n.io', 'm.io'])
  })

  test('says nothing of registries to a BuildKit that runs already', () => {
    const elsewhere = { driver: 'remote', endpoint: 'tcp://b:1', allow: 'network.host' }
    const { builder } = request({ ...elsewhere, 'insecure-registries': 'reg.lan:5000' })
    assert.deepEqual('config' in builder && [builder.config, builder.flags], [SPEC.config, ''])
  })

  test('gives every node what the build is allowed, where it has no flags of its own', () => {
    const append = '- endpoint: a\n- endpoint: b\n  buildkitd-flags: --debug'
    const { builder } = request({ append, allow: 'network.host' })
    assert.deepEqual('nodes' in builder && builder.nodes.map(({ endpoint, flags }) => [endpoint, flags]), [
      ['a', '--allow-insecure-entitlement network.host'],
      ['b', '--debug'],
    ])
  })

  test('wants the buildx it is told, and one that can do what it asks', () => {
    const { buildx } = request({ 'buildx-version': '~0.36', policy: 'reset=true', annotations: 'a=b' })
    assert.deepEqual(buildx, {
      needs: [
        { input: 'annotations', since: 'v0.12.0' },
        { input: 'policy', since: 'v0.31.0' },
      ],
      wish: { version: parseVersionWish('~0.36'), url: 'https://github.com/docker/buildx/releases/download' },
    })
  })
})

const REMOTE = { driver: 'remote', endpoint: 'tcp://b:1' }

const contradictions: Readonly<Record<string, readonly [Texts, ...(readonly [InputName, RegExp])[]]>> = {
  'an image for a builder that exists': [
    { builder: 'mine', 'buildkit-image': 'moby/buildkit:master' },
    ['buildkit-image', /builder "mine" exists already/],
  ],
  'options for a builder that exists': [
    { builder: 'mine', 'driver-opts': 'network=host', 'buildkitd-config-inline': 'debug = true' },
    ['driver-opts', /builder "mine" exists already, so set one or the other/],
    ['buildkitd-config-inline', /builder "mine" exists already/],
  ],
  'mirrors for a builder that exists': [
    { builder: 'mine', 'registry-mirrors': 'm.io' },
    ['registry-mirrors', /builder "mine" exists already/],
  ],
  'settings for the BuildKit in the engine': [
    { driver: 'docker', 'buildkit-image': 'b:1', 'registry-mirrors': 'm.io', cleanup: 'false' },
    ...(['buildkit-image', 'cleanup', 'registry-mirrors'] as const).map(
      (input) => [input, /the driver docker is the BuildKit in the engine/] as const,
    ),
  ],
  'settings in a file and inline': [
    { 'buildkitd-config': 'b.toml', 'buildkitd-config-inline': 'debug = true' },
    ['buildkitd-config', /say the same thing/],
  ],
  'a BuildKit elsewhere, and nobody says where': [
    { driver: 'remote' },
    ['endpoint', /tcp:\/\/buildkit:1234/],
  ],
  'settings for a BuildKit that runs already': [
    { ...REMOTE, 'buildkitd-flags': '--debug', 'buildkitd-config': 'b.toml', 'registry-mirrors': 'm.io' },
    ...(['buildkitd-flags', 'buildkitd-config', 'registry-mirrors'] as const).map(
      (input) => [input, /that of the driver remote runs already/] as const,
    ),
  ],
  'a cache to keep where there is none': [
    { ...REMOTE, 'keep-state': 'true' },
    ['keep-state', /one of the driver remote has no cache volume/],
  ],
  'a node that is nowhere': [{ append: '- name: x\n- endpoint: y' }, ['append', /gives node 1 no endpoint/]],
  'a node of a BuildKit that runs already, with flags': [
    { ...REMOTE, append: '- endpoint: tcp://c:1\n  buildkitd-flags: --debug' },
    ['append', /gives node 1 buildkitd-flags, which is for a BuildKit that this action starts/],
  ],
  'nodes for a builder that exists': [
    { builder: 'mine', append: '- endpoint: y' },
    ['append', /builder "mine" exists already/],
  ],
  'what a merge is told': [{ append: 'true' }, ['append', /is true for mode merge; here it is a YAML list/]],
  'an endpoint for Kubernetes': [
    { ...REMOTE, driver: 'kubernetes' },
    ['endpoint', /goes where KUBECONFIG says/],
  ],
}

describe('complains of', () => {
  for (const [name, [texts, ...expected]] of Object.entries(contradictions))
    test(name, () =>
      assert.throws(
        () => request(texts),
        (error) => {
          assert.ok(error instanceof InputError)
          assert.deepEqual(
            error.complaints.map(({ input }) => input),
            expected.map(([input]) => input),
          )
          for (const [place, [, message]] of expected.entries())
            assert.match(error.complaints[place]?.message ?? '', message)
          return true
        },
      ),
    )
})
