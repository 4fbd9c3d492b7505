import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type InputName, readInputs } from '../../src/action/inputs.ts'
import { toRequest } from '../../src/action/request.ts'
import type { Run } from '../../src/action/run.ts'
import type { Recipe } from '../../src/build/plan.ts'
import { cache, forAll, forOnly, NOWHERE, RECIPE } from '../fakes/recipe.ts'

type Texts = Partial<Record<InputName, string>>

const PLATFORMS = 'linux/amd64,linux/arm64,linux/arm/v7,linux/386'
const PAGE = 'https://github.com/octo/app/actions/runs/7/attempts/1'
const COMMIT = 'https://github.com/octo/app.git#ac3b1d2'
const HERE: Run = { ...NOWHERE, defaultContext: COMMIT }

function recipe(texts: Texts, run = NOWHERE): Recipe {
  const request = toRequest(
    readInputs((name) => ({ push: 'false', platforms: PLATFORMS, ...texts })[name as InputName] ?? ''),
    run,
  )
  return 'recipe' in request ? request.recipe : assert.fail(request.mode)
}

const recipes: Readonly<Record<string, readonly [Texts, Partial<Recipe>]>> = {
  'nothing of its own where nothing is said': [{}, {}],
  'a Dockerfile and a stage': [
    { file: 'x/Dockerfile', target: 'release' },
    { file: [forAll('x/Dockerfile')], target: [forAll('release')] },
  ],
  'a context': [{ context: 'app' }, { context: 'app' }],
  'a Dockerfile of the workflow': [
    { context: '-', 'dockerfile-inline': 'FROM scratch' },
    { context: '-', inline: 'FROM scratch' },
  ],
  'build arguments and labels': [
    { 'build-args': 'A=1', labels: 'b=2' },
    { buildArgs: [forAll('A=1')], labels: [forAll('b=2')] },
  ],
  'an annotation without a level, for the index and every manifest': [
    { annotations: 'a=1' },
    {
      annotations: [
        { level: 'index', key: 'a', value: '1' },
        { level: 'manifest', key: 'a', value: '1' },
      ],
    },
  ],
  caches: [
    { 'cache-from': 'type=gha', 'cache-to': 'type=gha,mode=max' },
    { cacheFrom: [forAll(cache('type=gha'))], cacheTo: [forAll(cache('type=gha,mode=max'))] },
  ],
  'no cache and newer base images': [
    { 'no-cache': 'true', pull: 'true' },
    { noCache: true, pull: true },
  ],
  'what is for some platforms only': [
    {
      file: 'Dockerfile\n[linux/arm/v7] Dockerfile.arm',
      'build-args': '[linux/arm64/v8,linux/386] GOARM=7',
      'cache-to': '[linux/arm64] type=gha,scope=arm',
    },
    {
      file: [forAll('Dockerfile'), forOnly('linux/arm/v7', 'Dockerfile.arm')],
      buildArgs: [forOnly('linux/arm64,linux/386', 'GOARM=7')],
      cacheTo: [forOnly('linux/arm64', cache('type=gha,scope=arm'))],
    },
  ],
  'what buildx understands by itself': [
    { network: 'none', ulimit: 'nproc=3', ssh: 'default' },
    { passed: { network: ['none'], ssh: ['default'], ulimit: ['nproc=3'] } },
  ],
}

describe('the recipe has', () => {
  for (const [name, [texts, expected]] of Object.entries(recipes))
    test(name, () => assert.deepEqual(recipe(texts), { ...RECIPE, ...expected }))
})

describe('secrets are', () => {
  const environment = { NPM_TOKEN: 'hunter2', EMPTY: '' }

  test('values, variables and files, in this order', () => {
    const texts = { 'secret-files': '[linux/arm64] c=./c.pem', 'secret-envs': 'b=NPM_TOKEN', secrets: 'a=1' }
    assert.deepEqual(recipe(texts, { ...NOWHERE, environment }).secrets, [
      forAll({ id: 'a', value: '1' }),
      forAll({ id: 'b', value: 'hunter2' }),
      forOnly('linux/arm64', { id: 'c', path: './c.pem' }),
    ])
  })

  test('not mounted where they are empty, but those of the environment are, as docker’s action has it', () => {
    const texts = { secrets: 'a=\nb=2', 'secret-envs': 'c=EMPTY,d=NOT_THERE' }
    const { secrets, emptySecrets } = recipe(texts, { ...NOWHERE, environment })
    assert.deepEqual(emptySecrets, ['a'])
    assert.deepEqual(secrets, [
      forAll({ id: 'b', value: '2' }),
      forAll({ id: 'c', value: '' }),
      forAll({ id: 'd', value: '' }),
    ])
  })
})

const logins: Readonly<Record<string, readonly [Texts, Run, id: string | undefined]>> = {
  'given for the run’s own repository': [
    { context: '{{defaultContext}}' },
    HERE,
    'GIT_AUTH_TOKEN.github.com',
  ],
  'given for a folder of it': [{ context: '{{defaultContext}}:app' }, HERE, 'GIT_AUTH_TOKEN.github.com'],
  'given for a context beside another': [
    { 'build-contexts': 'src={{defaultContext}}:src' },
    HERE,
    'GIT_AUTH_TOKEN.github.com',
  ],
  'given to the host of the run, whichever it is': [
    { context: '{{defaultContext}}' },
    { ...HERE, defaultContext: 'https://git.lan:8443/octo/app.git#ac3b1d2' },
    'GIT_AUTH_TOKEN.git.lan:8443',
  ],
  'kept from the folder that is checked out': [{}, HERE, undefined],
  'kept from other repositories': [{ context: 'https://github.com/octo/other.git' }, HERE, undefined],
  'not needed where the user brings one': [
    { context: '{{defaultContext}}', secrets: 'GIT_AUTH_TOKEN=own' },
    HERE,
    undefined,
  ],
  'not needed where the user brings one for this host': [
    { context: '{{defaultContext}}', 'secret-files': 'GIT_AUTH_TOKEN.github.com=./token' },
    HERE,
    undefined,
  ],
}

describe('the runner’s token is', () => {
  for (const [name, [texts, run, id]] of Object.entries(logins)) {
    test(name, () => {
      const { secrets } = recipe({ 'github-token': 'ghs_hush', ...texts }, run)
      const given = secrets.find(({ value }) => 'value' in value && value.value === 'ghs_hush')
      assert.equal(given?.value.id, id)
    })
  }

  test('nothing where the runner has not filled it in', () => {
    assert.deepEqual(recipe({ context: '{{defaultContext}}' }, HERE).secrets, [])
  })
})

const contexts: Readonly<Record<string, string>> = {
  '{{defaultContext}}': COMMIT,
  '{{ defaultContext }}:app': `${COMMIT}:app`,
  'https://github.com/octo/app.git#main:docker': 'https://github.com/octo/app.git#main:docker',
  'https://example.com/context.tar.gz': 'https://example.com/context.tar.gz',
}

describe('the context is', () => {
  for (const [given, context] of Object.entries(contexts))
    test(given, () => assert.equal(recipe({ context: given }, HERE).context, context))

  test('the default one among the others too', () => {
    const { passed } = recipe({ 'build-contexts': 'src={{defaultContext}}:src\nbase=docker-image://x' }, HERE)
    assert.deepEqual(passed, { 'build-contexts': [`src=${COMMIT}:src`, 'base=docker-image://x'] })
  })
})

const publicRun = { ...NOWHERE, url: PAGE, private: false }
const privateRun = { ...publicRun, private: true }
const switchedOff = { ...publicRun, noDefaultAttestations: true }
const BUILDER = `builder-id=${PAGE}`

const attestations: Readonly<Record<string, readonly [Texts, Run, ...attests: readonly string[]]>> = {
  'all there is to know, of a public repository': [{}, publicRun, `type=provenance,mode=max,${BUILDER}`],
  'the least, of a private one': [{}, privateRun, `type=provenance,mode=min,inline-only=true,${BUILDER}`],
  'left to buildx, where nobody knows which it is': [{}, NOWHERE],
  'left to buildx, where the user has switched the default off': [{}, switchedOff],
  'asked for, with this run’s page': [{ provenance: 'true' }, privateRun, `type=provenance,${BUILDER}`],
  'asked for, outside of GitHub': [{ provenance: 'true' }, NOWHERE, 'type=provenance'],
  'asked for, though the default is off': [{ provenance: 'true' }, switchedOff, `type=provenance,${BUILDER}`],
  'not wanted': [{ provenance: 'false' }, publicRun, 'type=provenance,disabled=true'],
  'as said, with this run’s page': [
    { provenance: 'mode=max' },
    privateRun,
    `type=provenance,mode=max,${BUILDER}`,
  ],
  'as said, with a page of its own': [
    { provenance: 'mode=max,builder-id=https://x' },
    publicRun,
    'type=provenance,mode=max,builder-id=https://x',
  ],
  'an SBOM': [{ sbom: 'true' }, NOWHERE, 'type=sbom'],
  'no SBOM': [{ sbom: 'false' }, NOWHERE, 'type=sbom,disabled=true'],
  'an SBOM of a certain generator': [{ sbom: 'generator=x' }, NOWHERE, 'type=sbom,generator=x'],
  'as attests says it': [
    { attests: 'type=provenance,mode=min\ntype=sbom,generator=x\ntype=custom,a=b' },
    publicRun,
    `type=provenance,mode=min,${BUILDER}`,
    'type=sbom,generator=x',
    'type=custom,a=b',
  ],
  'as their own inputs say it, before attests does': [
    { provenance: 'mode=max', sbom: 'false', attests: 'type=provenance,mode=min\ntype=sbom,generator=x' },
    NOWHERE,
    'type=provenance,mode=max',
    'type=sbom,disabled=true',
  ],
}

describe('attestations are', () => {
  for (const [name, [texts, run, ...attests]] of Object.entries(attestations))
    test(name, () => assert.deepEqual(recipe(texts, run).attests, attests))
})
