import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import rolldown from '../rolldown.config.ts'
import { tables } from '../script/docs.ts'
import { INPUTS, readInputs } from '../src/action/inputs.ts'
import { OUTPUTS } from '../src/action/outputs.ts'
import { TITLES } from '../src/action/titles.ts'

const ROOT = resolve(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

type Action = Readonly<{
  inputs: Readonly<Record<string, Readonly<{ description: string; required?: boolean; default?: unknown }>>>
  outputs: Readonly<Record<string, Readonly<{ description: string }>>>
  runs: Readonly<Record<string, string>>
  branding?: Readonly<{ icon: string; color: string }>
}>

const action: Action = parse(read('action.yml'))
const readme = existsSync(join(ROOT, 'README.md')) ? read('README.md') : ''

/** What node reads before the first line of main runs, in bytes: the entry and all that it imports statically. */
function loadedAtStart(file: string, seen = new Set<string>()): number {
  if (seen.has(file)) return 0
  seen.add(file)
  const text = read(join('dist', file))
  const chunks = [...text.matchAll(/^import .*from "\.\/([^"]+)";$/gm)].map(([, name = '']) => name)
  return text.length + chunks.reduce((sum, name) => sum + loadedAtStart(name, seen), 0)
}

test('dist loads less than 600 kB at its start, and what few need later', () => {
  const files = new Set<string>()
  const size = loadedAtStart('main.mjs', files)
  assert.ok(files.size > 1 && size > 50_000, 'where are the imports?')
  assert.ok(size < 600_000, `${size} bytes`)
  assert.ok(!files.has('client.mjs'))
  loadedAtStart('client.mjs', files)
  // GitHub's client for artifacts, which only the records of a matrix need.
  assert.ok(!files.has('service.mjs'))
  loadedAtStart('service.mjs', files)
})

const REACHED = /(?:^(?:import|export) .*from |^import |\b(?:import|__require)\()"([^"]+)"/gm

test('dist needs nothing but node and itself', () => {
  const files = readdirSync(join(ROOT, 'dist')).filter((file) => file.endsWith('.mjs'))
  const reached = files.flatMap((file) =>
    [...read(join('dist', file)).matchAll(REACHED)].map(([, name = '']) => name),
  )
  // Both are looked for and done without: colours for those who debug, and a way into some proxies.
  const others = reached.filter((name) => !name.startsWith('./') && !isBuiltin(name))
  assert.deepEqual(others.toSorted(), ['kerberos', 'supports-color'])
})

describe('action.yml', () => {
  test('has the inputs of the table, in its order', () => {
    assert.deepEqual(Object.keys(action.inputs), Object.keys(INPUTS))
  })

  for (const [name, input] of Object.entries(action.inputs)) {
    test(`and the same default for ${name}`, () => {
      assert.ok(input.default === undefined || typeof input.default === 'string', 'a runner only knows text')
      assert.equal(input.default ?? '', INPUTS[name as keyof typeof INPUTS]?.default)
    })
  }

  test('whose defaults are no complaint of ours', () => {
    assert.deepEqual(readInputs((name) => String(action.inputs[name]?.default ?? '')).complaints, [])
  })

  test('has the outputs that are set, in the same order', () => {
    assert.deepEqual(Object.keys(action.outputs), [...OUTPUTS])
  })

  test('describes each of them with a sentence', () => {
    for (const [name, { description }] of Object.entries({ ...action.inputs, ...action.outputs }))
      assert.match(description, /^[A-Z`].*[.…]$/s, name)
  })

  test('runs on node 24, what rolldown makes of main and post', () => {
    assert.deepEqual(action.runs, { using: 'node24', main: 'dist/main.mjs', post: 'dist/post.mjs' })
    assert.ok(Array.isArray(rolldown))
    const inputs = rolldown.map(({ input }) => input)
    assert.deepEqual(inputs, [{ main: 'src/main.ts' }, { post: 'src/post.ts' }])
    for (const { output } of rolldown) {
      assert.ok(output !== undefined && !Array.isArray(output))
      assert.deepEqual([output.dir, output.entryFileNames, output.format], ['dist', '[name].mjs', 'esm'])
    }
    for (const name of ['main', 'post']) assert.ok(existsSync(join(ROOT, `src/${name}.ts`)), name)
  })

  test('can be shown on the Marketplace', () => {
    assert.deepEqual(Object.keys(action.branding ?? {}), ['icon', 'color'])
  })
})

describe('docs/inputs.md', () => {
  const rows = read('docs/inputs.md').matchAll(/^\| (.*?) \| (.*?) \|/gm)
  const named = [...rows].flatMap(([, theirs = '', here = '']) =>
    [...`${theirs} ${here}`.matchAll(/`([a-z][a-z-]+)`/g)].map(([, name = '']) => name),
  )

  /** Of docker/build-push-action v7. */
  const THEIRS = [
    ...['add-hosts', 'allow', 'annotations', 'attests', 'build-args', 'build-contexts', 'builder'],
    ...['cache-from', 'cache-to', 'call', 'cgroup-parent', 'context', 'file', 'github-token', 'labels'],
    ...['load', 'network', 'no-cache', 'no-cache-filters', 'outputs', 'platforms', 'provenance', 'pull'],
    ...['push', 'sbom', 'secrets', 'secret-envs', 'secret-files', 'shm-size', 'ssh', 'tags', 'target'],
    'ulimit',
  ]

  for (const input of THEIRS)
    test(`tells ${input}, and so does action.yml`, () => {
      assert.ok(named.includes(input))
      assert.ok(input in action.inputs)
    })
})

describe('README.md', () => {
  for (const name of ['inputs', 'outputs'] as const) {
    test(`has the table of ${name} that action.yml gives; "npm run docs" writes it`, () => {
      const [, between] = new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)<!-- /${name} -->`).exec(readme) ?? []
      assert.equal(between?.trim(), tables(read('action.yml'))[name].trim())
    })
  }

  const troubleshooting = /^## Troubleshooting$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(readme)?.[1] ?? ''
  const headings = [...troubleshooting.matchAll(/^#{3,} (.*)$/gm)].map(([, heading]) => heading)

  for (const title of TITLES) {
    test(`says what to do about: ${title}`, () => {
      assert.ok(headings.includes(title), `Troubleshooting lacks the heading "### ${title}"`)
    })
  }

  test('has no trouble that no longer exists', () => {
    assert.deepEqual(
      headings.filter((heading) => !TITLES.some((title) => title === heading)),
      [],
    )
  })
})
