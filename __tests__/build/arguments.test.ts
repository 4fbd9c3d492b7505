import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { buildArguments, buildEnvironment } from '../../src/build/arguments.ts'
import { parseAttributes } from '../../src/build/attributes.ts'
import { pushExporter } from '../../src/build/exporters.ts'
import type { BuildPlan, PlatformRecipe } from '../../src/build/plan.ts'
import { parseAnnotation } from '../../src/image/annotation.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { formatRepository } from '../../src/image/reference.ts'
import { cache, forAll, PLATFORM_RECIPE } from '../fakes/recipe.ts'

const APP = { registry: 'ghcr.io', path: 'octo/app' }

const PLAN: BuildPlan = {
  recipe: PLATFORM_RECIPE,
  platform: parsePlatform('linux/arm64'),
  oneOfMany: true,
  builder: 'multiarch-1',
  exporters: [pushExporter(APP, new Map())],
  pushes: true,
  style: 'rawjson',
  metadataFile: '/tmp/own/linux-arm64.json',
}

const PUSH = 'type=image,name=ghcr.io/octo/app,push-by-digest=true,name-canonical=true,push=true'
const ALWAYS = [
  ...['buildx', 'build', '--builder', 'multiarch-1', '--platform', 'linux/arm64'],
  ...['--progress', 'rawjson', '--metadata-file', '/tmp/own/linux-arm64.json', '--output'],
]

test('the least there is to say: where, for which platform, to which repository, from what', () => {
  assert.deepEqual(buildArguments(PLAN), [...ALWAYS, PUSH, '.'])
})

const features: Readonly<
  Record<string, readonly [recipe: Partial<PlatformRecipe>, said: readonly string[]]>
> = {
  'a Dockerfile elsewhere': [{ file: 'docker/app.Dockerfile' }, ['--file', 'docker/app.Dockerfile']],
  'a stage': [{ target: 'release' }, ['--target', 'release']],
  'build arguments, with commas and spaces of their own': [
    { buildArgs: ['FLAGS=-O2, -g', 'HTTP_PROXY'] },
    ['--build-arg', 'FLAGS=-O2, -g', '--build-arg', 'HTTP_PROXY'],
  ],
  labels: [
    { labels: ['org.opencontainers.image.title=a, b'] },
    ['--label', 'org.opencontainers.image.title=a, b'],
  ],
  'annotations of the manifest, and none of the index': [
    { annotations: ['title=x', 'index:only=index', 'manifest:only=this'].flatMap(parseAnnotation) },
    ['--annotation', 'manifest:title=x', '--annotation', 'manifest:only=this'],
  ],
  'annotations of this platform, and none of another': [
    { annotations: ['manifest[linux/arm64]:a=1', 'manifest[linux/amd64]:b=2'].flatMap(parseAnnotation) },
    ['--annotation', 'manifest:a=1'],
  ],
  'a secret, by its name': [
    { secrets: [{ id: 'npm', value: 'hunter2' }] },
    ['--secret', 'id=npm,env=MULTIARCH_BUILD_SECRET_0'],
  ],
  'a secret’s file, by its path': [
    { secrets: [{ id: 'npm', path: './a, b.txt' }] },
    ['--secret', 'id=npm,"src=./a, b.txt"'],
  ],
  'two caches to read, the own one of the platform first': [
    { cacheFrom: [forAll(cache('type=gha'))] },
    ['--cache-from', 'type=gha,scope=buildkit-linux-arm64', '--cache-from', 'type=gha'],
  ],
  'one cache to write': [
    { cacheTo: [forAll(cache('type=gha,mode=max'))] },
    ['--cache-to', 'type=gha,mode=max,scope=buildkit-linux-arm64,ignore-error=true'],
  ],
  'no cache': [{ noCache: true }, ['--no-cache']],
  'newer base images': [{ pull: true }, ['--pull']],
  'attestations, as they are': [
    { attests: ['type=provenance,mode=max', 'type=sbom'] },
    ['--attest', 'type=provenance,mode=max', '--attest', 'type=sbom'],
  ],
  'a Dockerfile on standard input, beside a folder': [{ inline: 'FROM scratch' }, ['--file', '-']],
  'what buildx understands by itself, each behind its option': [
    { passed: { ulimit: ['nofile=1024:1024', 'nproc=3'], 'add-hosts': ['docker:10.180.0.1'] } },
    ['--add-host', 'docker:10.180.0.1', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=3'],
  ],
}

describe('each feature adds its own words, between the output and the context', () => {
  for (const [name, [recipe, said]] of Object.entries(features)) {
    test(name, () => {
      const args = buildArguments({ ...PLAN, recipe: { ...PLATFORM_RECIPE, ...recipe } })
      assert.deepEqual(args, [...ALWAYS, PUSH, ...said, '.'])
    })
  }
})

const contexts = ['.', 'app', '/srv/app', 'https://github.com/octo/app.git#main:sub', '-']
for (const context of contexts) {
  test(`the context comes last: ${context}`, () => {
    assert.equal(
      buildArguments({ ...PLAN, recipe: { ...PLATFORM_RECIPE, context, noCache: true } }).at(-1),
      context,
    )
  })
}

test('an inline Dockerfile without any other file is all of the context', () => {
  const recipe = { ...PLATFORM_RECIPE, context: '-', inline: 'FROM scratch' }
  assert.deepEqual(buildArguments({ ...PLAN, recipe }), [...ALWAYS, PUSH, '-'])
})

test('writes all that it is told to, in that order', () => {
  const layout = parseAttributes('type=oci,"dest=a,b.tar"', 'output')
  const exporters = [layout, ...PLAN.exporters]
  assert.deepEqual(buildArguments({ ...PLAN, exporters }), [
    ...[...ALWAYS, 'type=oci,"dest=a,b.tar"', '--output', PUSH, '.'],
  ])
})

test('keeps the files of several platforms apart', () => {
  const apart = buildArguments({ ...PLAN, apart: true })
  assert.deepEqual(apart.slice(-3), ['--build-arg', 'BUILDKIT_MULTI_PLATFORM=1', '.'])
})

test('builds into the cache alone where nothing is to be pushed', () => {
  assert.deepEqual(buildArguments({ ...PLAN, exporters: [] }), [...ALWAYS, 'type=cacheonly', '.'])
})

test('a platform is spelt as everybody spells it', () => {
  const said = buildArguments({ ...PLAN, platform: parsePlatform('Linux/ARMHF') })
  assert.equal(said[said.indexOf('--platform') + 1], 'linux/arm/v7')
})

test('a single platform keeps the caches as they were named', () => {
  const recipe = {
    ...PLATFORM_RECIPE,
    cacheFrom: [forAll(cache('type=gha'))],
    cacheTo: [forAll(cache('ghcr.io/octo/cache'))],
  }
  assert.deepEqual(buildArguments({ ...PLAN, oneOfMany: false, recipe }), [
    ...[
      ...ALWAYS,
      PUSH,
      '--cache-from',
      'type=gha',
      '--cache-to',
      'type=registry,ref=ghcr.io/octo/cache,ignore-error=true',
      '.',
    ],
  ])
})

describe('secrets', () => {
  test('travel in the environment, each under the name that the command line says', () => {
    const secrets = [
      { id: 'npm', value: 'one' },
      { id: 'key', value: 'two\nlines' },
    ]
    const environment = buildEnvironment({ secrets })
    assert.equal(environment['MULTIARCH_BUILD_SECRET_0'], 'one')
    assert.equal(environment['MULTIARCH_BUILD_SECRET_1'], 'two\nlines')
    const args = buildArguments({ ...PLAN, recipe: { ...PLATFORM_RECIPE, secrets } })
    assert.ok(args.includes('id=npm,env=MULTIARCH_BUILD_SECRET_0'))
    assert.ok(args.includes('id=key,env=MULTIARCH_BUILD_SECRET_1'))
  })

  test('are never on the command line, whatever they are', () => {
    const secret = fc.record({
      id: fc.stringMatching(/^[a-z]{1,8}$/),
      value: fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => `hush ${text}`),
    })
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1 }), (secrets) => {
        const said = buildArguments({ ...PLAN, recipe: { ...PLATFORM_RECIPE, secrets } }).join('\n')
        return secrets.every(({ value }) => !said.includes(value))
      }),
    )
  })
})

test('no push names a tag: what is half done must have no name', () => {
  const path = fc.stringMatching(/^[a-z]{1,9}(\/[a-z]{1,9})?$/)
  const repository = fc.record({ registry: fc.constantFrom('ghcr.io', '127.0.0.1:5000'), path })
  fc.assert(
    fc.property(repository, (to) => {
      const args = buildArguments({ ...PLAN, exporters: [pushExporter(to, new Map())] })
      assert.ok(!args.includes('--tag') && !args.includes('-t'))
      const output = args[args.indexOf('--output') + 1] ?? ''
      assert.match(output, /push-by-digest=true/)
      const name = parseAttributes(output, 'output').get('name') ?? ''
      assert.equal(name, formatRepository(to))
      assert.doesNotMatch(name.slice(name.indexOf('/')), /:/)
    }),
  )
})

test('buildx keeps provenance out of its metadata file and hints out of the log', () => {
  assert.deepEqual(buildEnvironment({ secrets: [] }), {
    BUILDX_METADATA_PROVENANCE: 'disabled',
    DOCKER_CLI_HINTS: 'false',
  })
})
