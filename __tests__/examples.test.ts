import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { INPUTS, type InputName, type Mode } from '../src/action/inputs.ts'

const ROOT = resolve(import.meta.dirname, '..')
const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.yml'))

type Job = Readonly<{
  steps?: readonly Readonly<{ uses?: string; with?: Readonly<Record<string, string>> }>[]
}>

describe('every example', () => {
  for (const name of [...EXAMPLES, '../.github/workflows/image.yml']) {
    const { jobs }: { jobs: Readonly<Record<string, Job>> } = parse(
      readFileSync(join(ROOT, 'examples', name), 'utf8'),
    )
    const steps = Object.values(jobs).flatMap(({ steps = [] }) => steps)
    const ours = steps.filter(({ uses }) => uses?.startsWith('org/multiarch-action@'))

    test(`${name} says only what its modes understand`, () => {
      for (const { with: given = {} } of ours) {
        const mode = (given['mode'] ?? 'build') as Mode
        for (const input of Object.keys(given)) {
          assert.ok(Object.hasOwn(INPUTS, input), `there is no input ${input}`)
          const { modes } = INPUTS[input as InputName]
          assert.ok(
            modes.some((one) => one === mode),
            `${input} has no meaning in mode ${mode}`,
          )
        }
      }
    })
  }
})

/**
 * Builders come and go with hosted runners; the variables, files and agents of the calling workflow are not there; and
 * the token is the right one by itself. A Dockerfile that is only asked leaves nothing to merge.
 */
const NOT_PASSED = [
  ...['secret-envs', 'secret-files', 'ssh', 'github-token', 'call'],
  ...['builder', 'driver', 'endpoint', 'append', 'builder-platforms', 'keep-state', 'cleanup', 'reset'],
]

test('the reusable workflow takes every input of a build and of a merge', () => {
  const { on, jobs } = parse(readFileSync(join(ROOT, '.github/workflows/image.yml'), 'utf8'))
  const { with: given } = jobs.part.steps.at(-1)
  const building = Object.entries(INPUTS).flatMap(([name, { modes }]) =>
    modes.some((mode) => mode === 'part') ? name : [],
  )
  const passed = [...Object.keys(given), 'image', ...NOT_PASSED]
  assert.deepEqual(building.toSorted(), passed.toSorted())
  const { inputs } = on.workflow_call
  const ofMerge = Object.entries(INPUTS).flatMap(([name, { modes }]) =>
    modes.some((mode) => mode === 'merge') ? name : [],
  )
  const ofItself = ['image', 'sources', 'records', 'github-token']
  const merging = [...Object.keys(jobs.merge.steps.at(-1).with), ...ofItself]
  assert.deepEqual(ofMerge.toSorted(), merging.toSorted())
  for (const [name, { default: value }] of Object.entries<{ default?: unknown }>(inputs)) {
    if (value === undefined || !Object.hasOwn(INPUTS, name)) continue
    assert.equal(String(value), INPUTS[name as InputName].default, `${name} has another default`)
  }
})
