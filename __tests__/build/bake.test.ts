import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bakeArguments, bakeDefinition, bakeTarget, targetName } from '../../src/build/bake.ts'
import type { PassedOn } from '../../src/build/passed-on.ts'
import type { BuildPlan, PlatformRecipe } from '../../src/build/plan.ts'
import { canBake } from '../../src/build/progress.ts'
import { parseAnnotation } from '../../src/image/annotation.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { cache, forAll, PLATFORM_RECIPE } from '../fakes/recipe.ts'

function targetOf(recipe: Partial<PlatformRecipe>, plan: Partial<BuildPlan> = {}) {
  const whole: BuildPlan = {
    ...{ recipe: { ...PLATFORM_RECIPE, ...recipe }, platform: parsePlatform('linux/arm/v7') },
    ...{ oneOfMany: true, builder: 'multiarch-1', exporters: [], pushes: false, style: 'rawjson' },
    ...{ metadataFile: '/own/linux-arm-v7.json', ...plan },
  }
  return bakeTarget(whole, '/repo')
}

const passing = (name: PassedOn, ...entries: readonly string[]) => ({ passed: { [name]: entries } })
const LEAST = { context: '.', platforms: ['linux/arm/v7'], output: ['type=cacheonly'] }

const written: Readonly<
  Record<string, readonly [Partial<PlatformRecipe>, Readonly<Record<string, unknown>>]>
> = {
  'nothing else': [{}, {}],
  'a Dockerfile, from where bake looks for none': [
    { file: 'docker/app' },
    { dockerfile: '/repo/docker/app' },
  ],
  'a Dockerfile of another machine': [
    { context: 'https://github.com/octo/app.git', file: 'docker/app' },
    { context: 'https://github.com/octo/app.git', dockerfile: 'docker/app' },
  ],
  'a Dockerfile of the workflow': [{ inline: 'FROM scratch' }, { 'dockerfile-inline': 'FROM scratch' }],
  'a stage': [{ target: 'small' }, { target: 'small' }],
  'arguments, the last of each': [
    { buildArgs: ['A=1', 'B=a=b', 'A=2', '__proto__=x'] },
    { args: JSON.parse('{ "A": "2", "B": "a=b", "__proto__": "x" }') },
  ],
  labels: [{ labels: ['a.b=', 'c=d'] }, { labels: { 'a.b': '', c: 'd' } }],
  annotations: [{ annotations: parseAnnotation('manifest:a=1') }, { annotations: ['manifest:a=1'] }],
  caches: [
    { cacheFrom: [forAll(cache('type=gha'))], cacheTo: [forAll(cache('type=inline'))] },
    { 'cache-from': ['type=gha,scope=buildkit-linux-arm-v7', 'type=gha'], 'cache-to': ['type=inline'] },
  ],
  proofs: [
    { attests: ['type=provenance,disabled=true', 'type=sbom'] },
    { attest: ['type=provenance,disabled=true', 'type=sbom'] },
  ],
  'secrets under names that no other target has': [
    {
      secrets: [
        { id: 'a', value: 'x' },
        { id: 'b', path: 'b,c' },
      ],
    },
    { secret: ['id=a,env=MULTIARCH_BUILD_SECRET_0_linux_arm_v7', 'id=b,"src=b,c"'] },
  ],
  'no cache': [{ noCache: true }, { 'no-cache': true }],
  'new images': [{ pull: true }, { pull: true }],
  'hosts in order': [
    passing('add-hosts', 'a:::1', 'b=10.0.0.1'),
    { 'extra-hosts': { a: '::1', b: '10.0.0.1' } },
  ],
  'what it may do': [
    passing('allow', 'network.host', 'device=x'),
    { entitlements: ['network.host', 'device=x'] },
  ],
  'other contexts': [
    passing('build-contexts', 'alpine:3.20=docker-image://x', 'src=../src'),
    { contexts: { 'alpine:3.20': 'docker-image://x', src: '../src' } },
  ],
  'a network': [passing('network', 'none'), { network: 'none' }],
  'stages without a cache': [passing('no-cache-filters', 'a', 'b'), { 'no-cache-filter': ['a', 'b'] }],
  'shared memory': [passing('shm-size', '1g'), { 'shm-size': '1g' }],
  keys: [passing('ssh', 'default', 'id=key'), { ssh: ['default', 'id=key'] }],
  limits: [passing('ulimit', 'nofile=1:1'), { ulimits: ['nofile=1:1'] }],
}

describe('a target says of a build', () => {
  for (const [name, [recipe, fields]] of Object.entries(written))
    test(name, () => assert.deepEqual(targetOf(recipe), { ...LEAST, ...fields }))
})

const unsaid: Readonly<Record<string, Partial<PlatformRecipe>>> = {
  'the parent of its cgroups': passing('cgroup-parent', 'x'),
  'a policy': passing('policy', 'x'),
  resources: passing('resources', 'memory=1g'),
  'a Dockerfile of the web': { file: 'https://example.com/Dockerfile' },
  'a Dockerfile that it would look for under another name': {
    ...{ context: 'https://github.com/octo/app.git', file: './Dockerfile' },
  },
  'no files at all': { context: '-', inline: 'FROM scratch' },
  'a context behind a link': { context: 'link/../app' },
  'an argument that is one of our own environment': { buildArgs: ['HTTP_PROXY'] },
  'a context that is another target': passing('build-contexts', 'a=target:b'),
  'a context of another name than it is written': passing('build-contexts', 'docker.io/library/a=b'),
  'the newest of a name': passing('build-contexts', 'a:latest=b'),
  'hosts in another order': passing('add-hosts', 'b:10.0.0.1', 'a:10.0.0.2'),
  'two addresses of a host': passing('add-hosts', 'a:10.0.0.1', 'a:10.0.0.2'),
  'leave that only a build can get': passing('allow', 'buildx.local.delete'),
  'two proofs of a type': { attests: ['type=sbom', 'type=sbom,generator=x'] },
  'no cache at all, and none for a stage': { noCache: true, ...passing('no-cache-filters', 'a') },
  'the same key twice': passing('ssh', 'default', 'default'),
  'what HCL would compose': { labels: ['name=e\u0301'] },
}

describe('no target is made for', () => {
  for (const [name, recipe] of Object.entries(unsaid))
    test(name, () => assert.equal(targetOf(recipe), undefined))
  test('a buildx that tells no events', () => assert.equal(targetOf({}, { style: 'plain' }), undefined))
})

test('a target has a name that bake takes', () => {
  const platform = parsePlatform('windows(10.0.17763)/amd64')
  assert.match(targetName({ platform }), /^[\w-]+$/)
})

test('what begins a template in HCL is none in a definition', () => {
  for (const [text, escaped] of [
    ['$ $$ {} %', '$ $$ {} %'],
    [`\${a} $\${b}`, `$\${a} $$\${b}`],
    ['$%{c} %%{d}', '$%%{c} %%%{d}'],
  ] as const) {
    const definition = (text: string) => ({ target: { x: { args: { [text]: text } } } })
    assert.deepEqual(
      JSON.parse(bakeDefinition(new Map(Object.entries(definition(text).target)))),
      definition(escaped),
    )
  }
})

test('a command line grants what targets ask for, once', () => {
  const targets = new Map([
    ['a', { entitlements: ['network.host', 'security.insecure'] }],
    ['b', { network: 'host' }],
  ])
  const places = { builder: 'multiarch-1', file: '/own/t.json', metadataFile: '/own/m.json' }
  assert.deepEqual(bakeArguments(targets, places), [
    ...['buildx', 'bake', '--builder', 'multiarch-1', '--file', '/own/t.json', '--progress', 'rawjson'],
    ...[
      '--metadata-file',
      '/own/m.json',
      '--allow',
      'network.host',
      '--allow',
      'security.insecure',
      'a',
      'b',
    ],
  ])
})

test('bake is trusted from v0.34 on', () => {
  const versions = { 'v0.33.1': false, 'v0.34.0': true, '0.36.1+ds1': true, 'v0.9.1': false, unknown: true }
  for (const [version, can] of Object.entries(versions)) assert.equal(canBake(version), can, version)
})
