import type { InputName } from '../../src/action/inputs.ts'
import { parseVersionWish } from '../../src/builder/version.ts'
import { parseAnnotation } from '../../src/image/annotation.ts'
import { parseDigest } from '../../src/image/digest.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseImageRef, parseTagRef } from '../../src/image/reference.ts'
import { cache, forAll, forOnly } from '../fakes/recipe.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

/** For every input, texts and what they mean. */
export const GOOD: Readonly<Record<InputName, Readonly<Record<string, unknown>>>> = {
  mode: { build: 'build', ' build ': 'build' },
  platforms: {
    'linux/amd64,linux/arm64': ['linux/amd64', 'linux/arm64'].map(parsePlatform),
    'linux/arm\n\nlinux/s390x,': ['linux/arm/v7', 'linux/s390x'].map(parsePlatform),
  },
  'optional-platforms': { 'linux/386, linux/arm': ['linux/386', 'linux/arm/v7'].map(parsePlatform) },
  tags: {
    'ghcr.io/octo/app:1.2.3\nghcr.io/octo/app:latest': [
      'ghcr.io/octo/app:1.2.3',
      'ghcr.io/octo/app:latest',
    ].map(parseTagRef),
    'octo/app,octo/app:1': [
      { registry: 'docker.io', path: 'octo/app', tag: 'latest' },
      { registry: 'docker.io', path: 'octo/app', tag: '1' },
    ],
    '127.0.0.1:5000/app': [{ registry: '127.0.0.1:5000', path: 'app', tag: 'latest' }],
  },
  source: {
    'octo/app': parseImageRef('docker.io/octo/app:latest'),
    [`ghcr.io/octo/app:1@${DIGEST}`]: parseImageRef(`ghcr.io/octo/app@${DIGEST}`),
  },
  'immutable-tags': { 'v*,latest\n1.2.*': ['v*', 'latest', '1.2.*'] },
  image: { 'ghcr.io/octo/app': { registry: 'ghcr.io', path: 'octo/app' } },
  sources: {
    [`${DIGEST},octo/app@${DIGEST}\nocto/app:1`]: [
      [
        { image: { digest: parseDigest(DIGEST) }, edits: {} },
        { image: parseImageRef(`octo/app@${DIGEST}`), edits: {} },
      ],
      [{ image: parseImageRef('octo/app:1'), edits: {} }],
    ],
  },
  records: {
    '{"kind":"multiarch-part"}': [{ json: { kind: 'multiarch-part' } }],
    'records/*.json\n[]': [{ pattern: 'records/*.json' }, { json: [] }],
  },
  plan: {
    '{"include":[{"name":"a","runner":["x","y"],"platforms":"linux/amd64,linux/arm64/v8"}]}': [
      { name: 'a', runner: 'x,y', platforms: ['linux/amd64', 'linux/arm64'].map(parsePlatform) },
    ],
  },
  variant: { ' alpine ': 'alpine' },
  append: { true: true, false: false },
  'check-parts': { true: true },
  runners: {
    'linux/arm64=self-hosted, arm64\ndefault=x': [
      { prefix: 'linux/arm64', labels: ['self-hosted', 'arm64'] },
      { labels: ['x'] },
    ],
  },
  group: { false: false },
  'if-digest': { [DIGEST]: parseDigest(DIGEST) },
  referrers: { true: true, false: false },
  push: { true: true, True: true, TRUE: true, false: false, False: false, FALSE: false },
  load: { true: true, false: false },
  outputs: {
    out: [{ type: 'local', dest: 'out', names: [], attributes: new Map() }],
    'type=oci,dest=a.tar,tar=false\ntype=cacheonly': [
      { type: 'oci', dest: 'a.tar', names: [], attributes: new Map([['tar', 'false']]) },
      { type: 'cacheonly' },
    ],
    'type=image,"name=octo/app,octo/app:1",push=true,Compression=zstd': [
      {
        ...{ type: 'image', push: true, byDigest: false, annotations: [] },
        names: ['octo/app', 'octo/app:1'].map(parseTagRef),
        attributes: new Map([['compression', 'zstd']]),
      },
    ],
  },
  'single-platform': { manifest: 'manifest', index: 'index' },
  context: { app: 'app', 'https://github.com/octo/app.git#main': 'https://github.com/octo/app.git#main' },
  file: {
    'docker/Dockerfile': [forAll('docker/Dockerfile')],
    ' x \n[linux/arm/v7,linux/arm64/v8]  [slug]/y': [
      forAll('x'),
      forOnly('linux/arm/v7,linux/arm64', '[slug]/y'),
    ],
  },
  'dockerfile-inline': { 'FROM scratch\nCOPY . /\n': 'FROM scratch\nCOPY . /' },
  'build-contexts': {
    'a=docker-image://x\nb={{defaultContext}}:b': ['a=docker-image://x', 'b={{defaultContext}}:b'],
  },
  target: { release: [forAll('release')] },
  'build-args': {
    'A=1\nB=x,y\nC=': ['A=1', 'B=x,y', 'C='].map(forAll),
    HTTP_PROXY: [forAll('HTTP_PROXY')],
    '"A=one\ntwo"': [forAll('A=one\ntwo')],
    '[linux/arm64] GOARM=7': [forOnly('linux/arm64', 'GOARM=7')],
  },
  labels: { 'org.example.title=a, b=c': [forAll('org.example.title=a, b=c')] },
  annotations: {
    'a=1\nmanifest[linux/arm64]:b=2': [parseAnnotation('a=1'), parseAnnotation('manifest[linux/arm64]:b=2')],
    'index,manifest-descriptor:a=1': [parseAnnotation('index,manifest-descriptor:a=1')],
  },
  attestations: { drop: 'drop', keep: 'keep' },
  secrets: {
    'npm=hunter2\nkey=a,b=c': [
      { id: 'npm', value: 'hunter2' },
      { id: 'key', value: 'a,b=c' },
    ].map(forAll),
    '"pem=-----BEGIN\nMII=\n-----END"': [forAll({ id: 'pem', value: '-----BEGIN\nMII=\n-----END' })],
    'json={"a":"b"}': [forAll({ id: 'json', value: '{"a":"b"}' })],
    '"[linux/386] key=a\nb"': [forOnly('linux/386', { id: 'key', value: 'a\nb' })],
    '"key=-----END\n\n"\n  b=2 ': [
      { id: 'key', value: '-----END\n\n' },
      { id: 'b', value: '2 ' },
    ].map(forAll),
  },
  'secret-envs': {
    'A=B,npm = NPM_TOKEN': [
      { id: 'A', place: 'B' },
      { id: 'npm', place: 'NPM_TOKEN' },
    ].map(forAll),
  },
  'secret-files': { 'key=./a,b.pem': [forAll({ id: 'key', place: './a,b.pem' })] },
  ssh: { 'default,key=/a': ['default', 'key=/a'] },
  'github-token': { 'ghs_x\n': 'ghs_x' },
  'cache-from': {
    'type=gha,scope=x\nocto/cache': ['type=gha,scope=x', 'octo/cache'].map((text) => forAll([cache(text)])),
  },
  'cache-to': { 'type=gha,mode=max': [forAll([cache('type=gha,mode=max')])] },
  'no-cache': { true: true, false: false },
  'no-cache-filters': { 'base,build\nlast': ['base', 'build', 'last'] },
  pull: { true: true, false: false },
  call: { check: 'check', 'check,format=json': 'check,format=json', build: undefined },
  provenance: { true: true, FALSE: false, 'mode=max,reproducible=true': 'mode=max,reproducible=true' },
  sbom: { True: true, false: false, 'generator=docker/scout': 'generator=docker/scout' },
  attests: {
    'type=sbom,generator=x\ntype=provenance,mode=min': ['type=sbom,generator=x', 'type=provenance,mode=min'],
  },
  network: { none: 'none' },
  'add-hosts': {
    'docker:10.180.0.1,foo:10.0.0.1\nbar:::1': ['docker:10.180.0.1', 'foo:10.0.0.1', 'bar:::1'],
  },
  allow: { 'network.host,security.insecure': ['network.host', 'security.insecure'] },
  'cgroup-parent': { foo: 'foo' },
  'shm-size': { '2g': '2g' },
  ulimit: { 'nofile=1024:1024\nnproc=3': ['nofile=1024:1024', 'nproc=3'] },
  resources: { 'memory=2g\ncpuset-cpus=0,1': ['memory=2g', 'cpuset-cpus=0,1'] },
  policy: { 'filename=a.rego,strict=true': ['filename=a.rego,strict=true'] },
  builder: { mine: 'mine' },
  driver: { remote: 'remote', 'docker-container': 'docker-container' },
  endpoint: { 'tcp://buildkit:1234': 'tcp://buildkit:1234' },
  'driver-opts': { 'network=host\nenv.A="b,c"': ['network=host', 'env.A="b,c"'] },
  'buildkitd-flags': { '--debug': '--debug' },
  'buildkitd-config': { 'buildkitd.toml': 'buildkitd.toml' },
  'builder-platforms': { 'linux/amd64,linux/arm64': ['linux/amd64', 'linux/arm64'].map(parsePlatform) },
  'keep-state': { true: true },
  cleanup: { false: false },
  'buildkitd-config-inline': { 'debug = true\n[worker.oci]\n': 'debug = true\n[worker.oci]' },
  'buildx-version': { latest: parseVersionWish('latest'), ' ~0.30': parseVersionWish('~0.30') },
  'buildx-download-url': { 'https://m.lan/buildx/': 'https://m.lan/buildx' },
  'buildkit-image': { 'moby/buildkit:master': 'moby/buildkit:master' },
  'binfmt-image': { 'ghcr.io/octo/binfmt': 'ghcr.io/octo/binfmt' },
  'image-mirrors': { 'mirror.gcr.io,m.lan:5000': ['mirror.gcr.io', 'm.lan:5000'] },
  'registry-mirrors': { 'mirror.gcr.io': ['mirror.gcr.io'] },
  'keep-emulators': { false: false },
  'verify-emulators': { false: false },
  reset: { false: false },
  summary: { true: true, False: false },
  'multi-tag': { true: true, false: false },
  'insecure-registries': {
    'registry.internal:5000, 10.0.0.1': ['registry.internal:5000', '10.0.0.1'],
  },
  'time-limit': { '': undefined, '90s': 90_000, '10m': 600_000, '1h30m': 5_400_000, '1h0m1s': 3_601_000 },
}
