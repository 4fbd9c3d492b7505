import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkDockerfile, DockerfileMissing, isRemote } from '../../src/build/context.ts'
import type { PlatformRecipe } from '../../src/build/plan.ts'
import type { Files } from '../../src/system/files.ts'
import { PLATFORM_RECIPE } from '../fakes/recipe.ts'

const elsewhere = [
  'https://github.com/octo/app.git',
  'https://github.com/octo/app.git#main:sub',
  'http://example.com/context.tar.gz',
  'git://example.com/app',
  'ssh://git@example.com/app.git',
  'git@github.com:octo/app.git',
  'deploy_bot@git.lan:app.git#main',
  'HTTPS://github.com/octo/app.git',
  'github.com/octo/app',
  '-',
]
const here = [
  '.',
  '..',
  'app',
  './github.com/x',
  '/srv/app',
  'https',
  'gitlab.com/octo/app',
  'app-',
  'a@b/c:d',
  '',
]

describe('BuildKit itself fetches', () => {
  for (const text of elsewhere) test(text, () => assert.equal(isRemote(text), true))
})

describe('a folder of this machine is', () => {
  for (const text of here) test(`"${text}"`, () => assert.equal(isRemote(text), false))
})

type Case = Readonly<{
  given: Pick<PlatformRecipe, 'context' | 'file' | 'inline'>
  there: readonly string[]
  missing?: Pick<DockerfileMissing, 'path' | 'context' | 'contextExists'>
}>

const cases: Readonly<Record<string, Case>> = {
  'in the workspace': { given: { context: '.' }, there: ['/repo/Dockerfile'] },
  'in a folder of it': { given: { context: 'app' }, there: ['/repo/app/Dockerfile'] },
  'in a folder elsewhere': { given: { context: '/srv' }, there: ['/srv/Dockerfile'] },
  'named, from the workspace and not from the context': {
    given: { context: 'app', file: 'docker/Dockerfile' },
    there: ['/repo/docker/Dockerfile'],
  },
  'named with its whole path': { given: { context: '.', file: '/srv/x' }, there: ['/srv/x'] },
  'in lower case, as buildx takes it too': { given: { context: 'app' }, there: ['/repo/app/dockerfile'] },
  'written into the workflow': { given: { context: 'app', inline: 'FROM scratch' }, there: ['/repo/app'] },
  'written into the workflow, for no folder at all': {
    given: { context: '-', inline: 'FROM scratch' },
    there: [],
  },
  'written into the workflow, for a folder that is missing': {
    given: { context: 'app', inline: 'FROM scratch' },
    there: ['/repo'],
    missing: { path: '/repo/app', context: '/repo/app', contextExists: false },
  },
  'within a remote context, where we cannot look': {
    given: { context: 'https://github.com/octo/app.git', file: 'x/Dockerfile' },
    there: [],
  },
  'on this machine, for a remote context': {
    given: { context: 'https://github.com/octo/app.git', file: '/srv/x' },
    there: ['/srv/x'],
  },
  'on this machine, for a remote context, and missing': {
    given: { context: 'https://github.com/octo/app.git', file: '/srv/x' },
    there: [],
    missing: {
      path: '/srv/x',
      context: 'https://github.com/octo/app.git',
      contextExists: true,
    },
  },
  'a remote one for a local context': {
    given: { context: '.', file: 'https://example.com/Dockerfile' },
    there: [],
  },
  'missing from a folder that is there': {
    given: { context: 'app' },
    there: ['/repo/app'],
    missing: { path: '/repo/app/Dockerfile', context: '/repo/app', contextExists: true },
  },
  'missing with its folder': {
    given: { context: 'app' },
    there: ['/repo'],
    missing: { path: '/repo/app/Dockerfile', context: '/repo/app', contextExists: false },
  },
  'missing under the name it was given': {
    given: { context: '.', file: 'Dokerfile' },
    there: ['/repo', '/repo/Dockerfile'],
    missing: { path: '/repo/Dokerfile', context: '/repo', contextExists: true },
  },
}

describe('the Dockerfile is looked for', () => {
  for (const [name, { given, there, missing }] of Object.entries(cases)) {
    test(name, async () => {
      const checked = checkDockerfile(recipe(given), filesWith(there), '/repo')
      if (missing === undefined) return await checked
      await assert.rejects(checked, (error) => {
        assert.ok(error instanceof DockerfileMissing)
        const { path, context, contextExists } = error
        assert.deepEqual({ path, context, contextExists }, missing)
        assert.ok(error.message.includes(contextExists ? path : context))
        return true
      })
    })
  }
})

function recipe(given: Case['given']): PlatformRecipe {
  return { ...PLATFORM_RECIPE, ...given }
}

function filesWith(paths: readonly string[]): Pick<Files, 'exists'> {
  return { exists: (path) => Promise.resolve(paths.includes(path)) }
}
