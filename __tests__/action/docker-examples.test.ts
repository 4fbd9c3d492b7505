import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type InputName, readInputs } from '../../src/action/inputs.ts'
import { toRequest } from '../../src/action/request.ts'
import type { Run } from '../../src/action/run.ts'
import { buildArguments, callArguments } from '../../src/build/arguments.ts'
import { narrow } from '../../src/build/plan.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { NOWHERE } from '../fakes/recipe.ts'

type Texts = Partial<Record<InputName, string>>

const ARM = parsePlatform('linux/arm64')
const PAGE = 'https://github.com/docker/build-push-action/actions/runs/123456789/attempts/1'
const GIT = 'https://github.com/docker/build-push-action.git#refs/heads/master'
const RUN: Run = {
  ...{ ...NOWHERE, url: PAGE, private: true, defaultContext: GIT },
  environment: { MY_SECRET_ENV: 'one', ANOTHER_SECRET_ENV: 'two' },
}

/** The command line without what is always the same: where it is built, and what becomes of it. */
function said(texts: Texts, run: Run): readonly string[] {
  const platforms = 'linux/arm64'
  const request = toRequest(
    readInputs((name) => ({ push: 'false', platforms, ...texts })[name as InputName] ?? ''),
    run,
  )
  assert.ok('recipe' in request)
  const recipe = narrow(request.recipe, ARM)
  if (request.mode === 'call') return callArguments({ call: request.call, recipe, builder: 'b' }).slice(4)
  const plan = { recipe, platform: ARM, oneOfMany: false, builder: 'b', exporters: [], pushes: false }
  const args = buildArguments({ ...plan, apart: false, style: 'plain', metadataFile: 'm' })
  return args.slice(args.indexOf('type=cacheonly') + 1)
}

const provenance = (attributes: string) => ['--attest', `type=provenance,${attributes}builder-id=${PAGE}`]
const USUAL = provenance('mode=min,inline-only=true,')

/**
 * What docker documents of each input, by its README and its own test of its command lines, and what it becomes here.
 * The order of options is ours; a secret's value is never in a file that we write.
 */
const examples: Readonly<Record<string, readonly [Texts, ...args: readonly string[]]>> = {
  'add-hosts': [
    { 'add-hosts': 'docker:10.180.0.1,foo:10.0.0.1' },
    ...USUAL,
    ...['--add-host', 'docker:10.180.0.1', '--add-host', 'foo:10.0.0.1', '.'],
  ],
  'add-hosts, by lines': [
    { 'add-hosts': 'docker:10.180.0.1\nfoo:10.0.0.1' },
    ...USUAL,
    ...['--add-host', 'docker:10.180.0.1', '--add-host', 'foo:10.0.0.1', '.'],
  ],
  allow: [
    { allow: 'network.host,security.insecure' },
    ...USUAL,
    ...['--allow', 'network.host', '--allow', 'security.insecure', '.'],
  ],
  'annotations, of which a build writes those of its manifest': [
    {
      annotations:
        'example1=www\nindex:example2=xxx\nmanifest:example3=yyy\nmanifest-descriptor[linux/arm64]:example4=zzz',
    },
    ...['--annotation', 'manifest:example1=www', '--annotation', 'manifest:example3=yyy', ...USUAL, '.'],
  ],
  attests: [
    { attests: 'type=sbom,generator=image' },
    ...[...USUAL, '--attest', 'type=sbom,generator=image', '.'],
  ],
  'attests, of a provenance': [{ attests: 'type=provenance,mode=min' }, ...provenance('mode=min,'), '.'],
  'attests, beside a provenance of its own': [
    { attests: 'type=provenance,mode=min', provenance: 'mode=max' },
    ...[...provenance('mode=max,'), '.'],
  ],
  'build-args': [
    { 'build-args': 'MY_ARG=val1,val2,val3\nARG=val\n"MULTILINE=aaaa\nbbbb\nccc"' },
    ...['--build-arg', 'MY_ARG=val1,val2,val3', '--build-arg', 'ARG=val'],
    ...['--build-arg', 'MULTILINE=aaaa\nbbbb\nccc', ...USUAL, '.'],
  ],
  'build-args, with a number sign': [
    { 'build-args': 'FOO=bar#baz' },
    ...['--build-arg', 'FOO=bar#baz', ...USUAL, '.'],
  ],
  'build-contexts': [
    { 'build-contexts': 'alpine=docker-image://alpine:3.16\nsrc=./src' },
    ...[
      ...USUAL,
      '--build-context',
      'alpine=docker-image://alpine:3.16',
      '--build-context',
      'src=./src',
      '.',
    ],
  ],
  'build-contexts, the default one': [
    { 'build-contexts': 'src={{defaultContext}}:src' },
    ...[...USUAL, '--build-context', `src=${GIT}:src`, '.'],
  ],
  'cache-from and cache-to': [
    { 'cache-from': 'type=gha\nuser/app:cache', 'cache-to': 'type=gha,mode=max' },
    ...['--cache-from', 'type=gha', '--cache-from', 'type=registry,ref=user/app:cache'],
    ...['--cache-to', 'type=gha,mode=max,ignore-error=true', ...USUAL, '.'],
  ],
  'cache-from and cache-to, in the image itself': [
    { 'cache-from': 'type=registry,ref=user/app:latest', 'cache-to': 'type=inline' },
    ...['--cache-from', 'type=registry,ref=user/app:latest', '--cache-to', 'type=inline', ...USUAL, '.'],
  ],
  'cache-from and cache-to, of S3': [
    {
      'cache-from': 'type=s3,region=us-east-1,bucket=my_bucket,name=my_image',
      'cache-to': 'type=s3,region=us-east-1,bucket=my_bucket,name=my_image,mode=max',
    },
    ...['--cache-from', 'type=s3,region=us-east-1,bucket=my_bucket,name=my_image', '--cache-to'],
    'type=s3,region=us-east-1,bucket=my_bucket,name=my_image,mode=max,ignore-error=true',
    ...[...USUAL, '.'],
  ],
  'cache-to, of an image and of media types': [
    { 'cache-to': 'type=registry,ref=user/app:buildcache,mode=max,image-manifest=true,oci-mediatypes=true' },
    '--cache-to',
    'type=registry,ref=user/app:buildcache,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true',
    ...[...USUAL, '.'],
  ],
  'call, for a check': [{ call: 'check' }, '--call', 'check', '.'],
  'call, for an outline': [{ call: 'outline' }, '--call', 'outline', '.'],
  'call, for targets': [{ call: 'targets' }, '--call', 'targets', '.'],
  'cgroup-parent, shm-size and ulimit': [
    { 'cgroup-parent': 'foo', 'shm-size': '2g', ulimit: 'nofile=1024:1024\nnproc=3' },
    ...[...USUAL, '--cgroup-parent', 'foo', '--shm-size', '2g'],
    ...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=3', '.'],
  ],
  'context, of the run': [{ context: '{{defaultContext}}:docker' }, ...USUAL, `${GIT}:docker`],
  'context, by Git': [
    { context: GIT, file: './test/Dockerfile' },
    '--file',
    './test/Dockerfile',
    ...USUAL,
    GIT,
  ],
  'context, of the run, with the token': [
    { context: '{{defaultContext}}:subdir', 'github-token': 'abcdefghijklmno0123456789' },
    ...[...USUAL, '--secret', 'id=GIT_AUTH_TOKEN.github.com,env=MULTIARCH_BUILD_SECRET_0', `${GIT}:subdir`],
  ],
  labels: [
    {
      labels:
        'org.opencontainers.image.title=filter_results_top_n\norg.opencontainers.image.description=Reference implementation of operation "filter results (top-n)"',
    },
    ...USUAL,
    ...['--label', 'org.opencontainers.image.title=filter_results_top_n', '--label'],
    'org.opencontainers.image.description=Reference implementation of operation "filter results (top-n)"',
    '.',
  ],
  network: [{ network: 'host' }, ...USUAL, '--network', 'host', '.'],
  'no-cache and pull': [{ 'no-cache': 'true', pull: 'true' }, ...USUAL, '--no-cache', '--pull', '.'],
  'no-cache-filters': [
    { 'no-cache-filters': 'stage1,stage2' },
    ...[...USUAL, '--no-cache-filter', 'stage1', '--no-cache-filter', 'stage2', '.'],
  ],
  'provenance: true': [{ provenance: 'true' }, ...provenance(''), '.'],
  'provenance: mode=max': [{ provenance: 'mode=max' }, ...provenance('mode=max,'), '.'],
  'provenance: false': [{ provenance: 'false' }, '--attest', 'type=provenance,disabled=true', '.'],
  'provenance: builder-id=foo': [
    { provenance: 'builder-id=foo' },
    ...['--attest', 'type=provenance,builder-id=foo', '.'],
  ],
  'sbom: true': [{ sbom: 'true' }, ...USUAL, '--attest', 'type=sbom', '.'],
  secrets: [
    {
      secrets:
        'GIT_AUTH_TOKEN=abcdefghi,jklmno=0123456789\n"MYSECRET=aaaaaaaa\nbbbbbbb\nccccccccc"\nFOO=bar\n"EMPTYLINE=aaaa\n\nbbbb\nccc"',
    },
    ...USUAL,
    ...['--secret', 'id=GIT_AUTH_TOKEN,env=MULTIARCH_BUILD_SECRET_0'],
    ...['--secret', 'id=MYSECRET,env=MULTIARCH_BUILD_SECRET_1'],
    ...['--secret', 'id=FOO,env=MULTIARCH_BUILD_SECRET_2'],
    ...['--secret', 'id=EMPTYLINE,env=MULTIARCH_BUILD_SECRET_3', '.'],
  ],
  'secret-envs': [
    { 'secret-envs': 'MY_SECRET=MY_SECRET_ENV,ANOTHER_SECRET=ANOTHER_SECRET_ENV' },
    ...[...USUAL, '--secret', 'id=MY_SECRET,env=MULTIARCH_BUILD_SECRET_0'],
    ...['--secret', 'id=ANOTHER_SECRET,env=MULTIARCH_BUILD_SECRET_1', '.'],
  ],
  'secret-files': [
    { 'secret-files': 'MY_SECRET=./secret.txt' },
    ...[...USUAL, '--secret', 'id=MY_SECRET,src=./secret.txt', '.'],
  ],
  ssh: [
    { ssh: 'default\ngithub=/home/me/key' },
    ...[...USUAL, '--ssh', 'default', '--ssh', 'github=/home/me/key', '.'],
  ],
  target: [{ target: 'release' }, '--target', 'release', ...USUAL, '.'],
}

describe('docker’s own examples mean here', () => {
  for (const [name, [texts, ...args]] of Object.entries(examples))
    test(name, () => assert.deepEqual(paired(said(texts, RUN)), paired(args)))

  test('attestations that are switched off for buildx: none', () => {
    assert.deepEqual(said({}, { ...RUN, noDefaultAttestations: true }), ['.'])
  })

  test('the host of another server', () => {
    const run = { ...RUN, defaultContext: 'http://10.0.0.5:22827/o/a.git#refs/heads/master' }
    const args = said({ context: '{{defaultContext}}', 'github-token': 'abcdefghijklmno' }, run)
    assert.ok(args.includes('id=GIT_AUTH_TOKEN.10.0.0.5:22827,env=MULTIARCH_BUILD_SECRET_0'), args.join(' '))
  })
})

/** Options with their values, in an order that says nothing, and then the context. */
function paired(args: readonly string[]): readonly string[] {
  const options = args
    .slice(0, -1)
    .join('\0')
    .split(/\0(?=--)/)
  return [...options.map((option) => option.replace('\0', ' ')).toSorted(), args.at(-1) ?? '']
}
