import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { askDockerfile, CallFailed, warningsIn } from '../../src/build/call.ts'
import { complaintsOf } from '../../src/build/complaints.ts'
import type { Finished, Run } from '../../src/system/processes.ts'
import { PLATFORM_RECIPE } from '../fakes/recipe.ts'

/** As buildx 0.36 has it. */
const ANSWER = `Check complete, 2 warnings have been found!

WARNING: StageNameCasing - https://docs.docker.com/go/dockerfile/rule/stage-name-casing/
Stage name 'Base' should be lowercase
app/Dockerfile:1
--------------------
   1 | >>> FROM busybox AS Base
   2 |     MAINTAINER x
   3 |     ARG A=1
--------------------

WARNING: MaintainerDeprecated - https://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/
Maintainer instruction is deprecated in favor of using label
app/Dockerfile:2
--------------------
   1 |     FROM busybox AS Base
   2 | >>> MAINTAINER x
   3 | >>> who likes to be asked
   4 |     RUN true
--------------------
`

test('what a check complains about is said beside its lines', () => {
  const recipe = { ...PLATFORM_RECIPE, context: 'app' }
  const heard = warningsIn(ANSWER).map((warning) => ({ warning, recipe }))
  assert.deepEqual(complaintsOf(heard), [
    {
      ...{ rule: 'StageNameCasing', text: "Stage name 'Base' should be lowercase" },
      url: 'https://docs.docker.com/go/dockerfile/rule/stage-name-casing/',
      place: { file: 'app/Dockerfile', line: 1, endLine: 1 },
    },
    {
      ...{
        rule: 'MaintainerDeprecated',
        text: 'Maintainer instruction is deprecated in favor of using label',
      },
      url: 'https://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/',
      place: { file: 'app/Dockerfile', line: 2, endLine: 3 },
    },
  ])
})

for (const answer of ['', 'Check complete, no warnings found.', 'TARGET  DESCRIPTION\nbase (default)', '{}'])
  test(`nothing is complained about in "${answer}"`, () => assert.deepEqual(warningsIn(answer), []))

describe('a Dockerfile that is asked', () => {
  const ask = async (end: Partial<Finished>, changes = {}) => {
    const calls: Parameters<Run>[] = []
    const run: Run = (...call) => {
      calls.push(call)
      return Promise.resolve({ code: 0, stdout: '', stderr: '', ...end })
    }
    const plan = { call: 'check', recipe: { ...PLATFORM_RECIPE, ...changes }, builder: 'multiarch-1' }
    return { ...(await askDockerfile(plan, { BUILDX_CONFIG: '/own' }, { run })), calls }
  }

  test('gets its arguments and its secrets, and nothing is pushed or kept', async () => {
    const secrets = [{ id: 'npm', value: 'hunter2' }]
    const changes = { target: 'app', buildArgs: ['A=1'], secrets, attests: ['type=sbom'], inline: 'FROM x' }
    const { calls, answer, failed } = await ask({ stdout: 'fine\n' }, changes)
    assert.deepEqual([answer, failed], ['fine', false])
    const [program, args, options] = calls[0] ?? []
    assert.equal(program, 'docker')
    assert.deepEqual(args, [
      ...['buildx', 'build', '--builder', 'multiarch-1', '--call', 'check', '--file', '-'],
      ...['--target', 'app', '--build-arg', 'A=1', '--secret', 'id=npm,env=MULTIARCH_BUILD_SECRET_0', '.'],
    ])
    assert.equal(options?.stdin, 'FROM x')
    assert.equal(options?.env?.['MULTIARCH_BUILD_SECRET_0'], 'hunter2')
    assert.equal(options?.env?.['BUILDX_CONFIG'], '/own')
  })

  test('and does not pass has an answer all the same', async () => {
    const { answer, failed } = await ask({ code: 1, stdout: ANSWER })
    assert.deepEqual([answer, failed], [ANSWER.trimEnd(), true])
  })

  test('and cannot answer says why', async () => {
    await assert.rejects(ask({ code: 1, stderr: 'ERROR: unknown instruction: RNU\n' }), (error) => {
      assert.ok(error instanceof CallFailed)
      return error.said === 'ERROR: unknown instruction: RNU'
    })
  })
})
