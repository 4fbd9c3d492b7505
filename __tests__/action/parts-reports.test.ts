import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toReport } from '../../src/action/report.ts'
import { PartsNotThere } from '../../src/flows/merge.ts'
import { PlanTooLarge } from '../../src/flows/plan.ts'
import { NoImage, NoRecords } from '../../src/flows/sources/gather.ts'
import { ArtifactsError } from '../../src/handoff/artifacts.ts'
import { PartTwice } from '../../src/handoff/carrier.ts'
import { GateError, NothingWanted } from '../../src/handoff/gate.ts'
import { RecordError } from '../../src/handoff/record.ts'
import { EditsUnclear } from '../../src/merge/edit.ts'
import { SpecError } from '../../src/merge/spec-error.ts'
import { IMAGE, partOf, recordOf } from '../handoff/records.ts'

const none = { missing: [], twice: [], unexpected: [], foreign: [] }
const reports: Readonly<Record<string, readonly [Error, title: string, detail: RegExp, advice: RegExp]>> = {
  'a gate that is shut': [
    new GateError({ ...none, missing: ['a', 'b'], twice: ['c'], unexpected: ['d'], foreign: ['e'] }, ['f']),
    'The parts do not make the image',
    /^Missing: a; b\nBuilt twice: c\nNot wanted: d\nNot of this image or run: e\nFound: f$/,
    /No tag was moved\. Run the failed jobs again/,
  ],
  'no platforms wanted': [
    new NothingWanted(),
    'The inputs need a correction',
    /Nobody says which/,
    /input plan/,
  ],
  'nothing found': [
    new NoRecords('no job has left any', 'run'),
    'The parts were not found',
    /^No job has left any\.$/,
    /the same repository first in tags/,
  ],
  'nowhere to look': [
    new NoRecords('this runner has none', 'nowhere'),
    'The parts were not found',
    /none/,
    /records: \$\{\{ toJSON\(needs\.part\.outputs\) \}\}/,
  ],
  'no file of records': [
    new NoRecords('there is no file r/*.json', 'files'),
    'The parts were not found',
    /^There is no file r\/\*\.json\.$/,
    /starts at the workspace/,
  ],
  'a record of another version': [
    new RecordError('it is of version 2', { isOther: true }),
    'A record cannot be read',
    /version 2/,
    /same version of this action/,
  ],
  'a broken record': [new RecordError('it is broken'), 'A record cannot be read', /broken/, /as it is/],
  'a twin': [
    new PartTwice(recordOf(['linux/arm64']), recordOf([], { platforms: [partOf('linux/arm64', 'x')] })),
    'A platform was built twice',
    /\nsha256:\w+\nsha256:\w+$/,
    /variant/,
  ],
  'a service out of order': [
    new ArtifactsError('503'),
    'The record could not be handed over',
    /^503\.$/,
    /input records/,
  ],
  'a part that is gone': [
    new PartsNotThere([partOf('linux/arm64')], IMAGE),
    'A part is not in the registry',
    /^The registry does not have linux\/arm64 \(sha256:\w+\) in ghcr\.io\/octo\/app\.$/,
    /run the job that built it again/,
  ],
  'a list with mistakes': [
    new SpecError('images.yml', ['manifests[0].image: it is missing', 'tags: it is no list']),
    'The inputs need a correction',
    /^The list images\.yml .* cannot be used:\nmanifests\[0\]\.image: it is missing\ntags: it is no list$/,
    /manifest-tool/,
  ],
  'an edit of many': [
    new EditsUnclear('ghcr.io/octo/app:1 holds 2 images, and more'),
    'The inputs need a correction',
    /^ghcr\.io\/octo\/app:1 holds 2 images/,
    /one image a line/,
  ],
  'a source without an image': [
    new NoImage('ghcr.io/octo/chart:1 holds no image'),
    'The image cannot be used',
    /chart:1 holds no image\.$/,
    /both os= and arch=/,
  ],
  'too many jobs': [new PlanTooLarge('257 jobs'), 'The inputs need a correction', /257 jobs/, /group: true/],
}

describe('the report of', () => {
  for (const [name, [error, title, detail, advice]] of Object.entries(reports)) {
    test(name, () => {
      const report = toReport(error)
      assert.equal(report.title, title)
      assert.match(report.detail, detail)
      assert.match(report.advice, advice)
    })
  }
})
