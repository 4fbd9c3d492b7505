import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { complaintsOf, tellComplaints } from '../../src/build/complaints.ts'
import type { Warning } from '../../src/build/events.ts'
import { placeOf } from '../../src/build/place.ts'
import type { Log } from '../../src/system/log.ts'
import { PLATFORM_RECIPE } from '../fakes/recipe.ts'
import { progressOf, recorded } from './recorded.ts'

const WARNINGS = progressOf(recorded('warned')).warnings()

/** What is written on the run's page. */
function annotations(warnings: readonly Warning[]) {
  const written: Parameters<Log['warn']>[] = []
  const heard = warnings.map((warning) => ({ warning, recipe: PLATFORM_RECIPE }))
  tellComplaints(complaintsOf(heard), { warn: (...warning) => written.push(warning) })
  return written
}

describe('what build checks complain about', () => {
  test('is said once, though three platforms say it, in the order of its lines', () => {
    const written = annotations([...WARNINGS, ...WARNINGS, ...WARNINGS])
    assert.deepEqual(
      written.map(([, about]) => [about?.title, about?.file, about?.line, about?.endLine]),
      [
        ['ConsistentInstructionCasing', 'Dockerfile', 2, 2],
        ['InvalidDefaultArgInFrom', 'Dockerfile', 2, 2],
        ['MaintainerDeprecated', 'Dockerfile', 3, 3],
        ['SecretsUsedInArgOrEnv', 'Dockerfile', 4, 4],
        ['WorkdirRelativePath', 'Dockerfile', 5, 5],
        ['JSONArgsRecommended', 'Dockerfile', 7, 7],
      ],
    )
    assert.equal(
      written[2]?.[0],
      'Maintainer instruction is deprecated in favor of using label\nhttps://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/',
    )
  })

  test('is not too much for GitHub: what is left stands in one', () => {
    const many = Array.from({ length: 20 }, (_, place) => ({
      ...WARNINGS[0],
      line: place + 1,
      endLine: place + 1,
    }))
    const written = annotations(many as Warning[])
    assert.equal(written.length, 9)
    const [text, about] = written[8] ?? []
    assert.equal(about?.title, '12 more complaints of the build checks')
    assert.match(text ?? '', /^line 9: MaintainerDeprecated\n/)
  })

  test('without a place or a name is said all the same', () => {
    assert.deepEqual(annotations([{ vertex: '', short: 'be careful', detail: [], url: '', file: '' }]), [
      ['be careful', {}],
    ])
  })
})

describe('a place in a Dockerfile is', () => {
  const cases: Readonly<
    Record<string, [Partial<typeof PLATFORM_RECIPE>, file: string, path: string | undefined]>
  > = {
    'in the workspace': [{}, 'Dockerfile', 'Dockerfile'],
    'in the context': [{ context: './app/' }, 'Dockerfile', 'app/Dockerfile'],
    'in the file of that name': [
      { file: 'docker/prod.Dockerfile' },
      'prod.Dockerfile',
      'docker/prod.Dockerfile',
    ],
    'in an absolute one': [{ file: '/src/Dockerfile' }, 'Dockerfile', '/src/Dockerfile'],
    'nowhere, where it is another file': [{ file: 'a/Dockerfile' }, 'other', undefined],
    'nowhere, where the context is not here': [
      { context: 'https://github.com/o/a.git' },
      'Dockerfile',
      undefined,
    ],
    'nowhere, where the file is not here': [{ file: 'https://x/Dockerfile' }, 'Dockerfile', undefined],
    'nowhere, where the Dockerfile is an input': [{ inline: 'FROM scratch' }, 'Dockerfile', undefined],
  }
  for (const [name, [change, file, path]] of Object.entries(cases))
    test(name, () => assert.equal(placeOf({ file, line: 3 }, { ...PLATFORM_RECIPE, ...change })?.file, path))

  test('nowhere, where there is no line', () =>
    assert.equal(placeOf({ file: 'Dockerfile' }, PLATFORM_RECIPE), undefined))
})
