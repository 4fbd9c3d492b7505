import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseSources, recordsIn } from '../../src/handoff/hand-over.ts'
import { type PartRecord, RecordError, writeRecord } from '../../src/handoff/record.ts'
import { imageOf, legOf, recordOf } from './records.ts'

const PLAN = [legOf('linux/amd64', 'ubuntu-24.04', 'linux/amd64'), legOf('arm', 'a,b', 'linux/arm64')]

const whole: Readonly<Record<string, PartRecord>> = {
  'of one platform': recordOf(['linux/arm64']),
  'of several': recordOf(['linux/amd64', 'linux/386', 'linux/arm/v7', 'windows(10.0.17763)/amd64']),
  'with a plan': recordOf(['linux/amd64'], { plan: PLAN }),
  'of a stage and a variant': recordOf(['linux/amd64'], {
    image: imageOf('127.0.0.1:5000/app', { target: 'release', variant: 'alpine' }),
  }),
  'of nobody knows which run': recordOf(['linux/amd64'], {
    ...{ run: { id: '', attempt: 1 }, leg: { job: '', runner: '' }, writer: '', tools: {} },
  }),
}

describe('a record comes back as it was written', () => {
  for (const [name, record] of Object.entries(whole)) {
    test(name, () => {
      const text = writeRecord(record)
      assert.ok(!text.includes('\n'), 'an output and a list want one line')
      assert.deepEqual(recordsIn(JSON.parse(text), 'here'), [record])
    })
  }

  test('with fields of descriptors that we do not know', () => {
    const [part] = recordOf(['linux/amd64']).platforms
    assert.ok(part)
    const image = { ...part.image, artifactType: 'x/y', 'org.example': [1] }
    const record = recordOf([], { platforms: [{ ...part, image }] })
    assert.deepEqual(recordsIn(JSON.parse(writeRecord(record)), 'here'), [record])
  })
})

const [amd64, arm64] = ['linux/amd64', 'linux/arm64'].map((name) => recordOf([name]))
assert.ok(amd64 && arm64)
const [one, two] = [writeRecord(amd64), writeRecord(arm64)]

const givenByHand: Readonly<Record<string, readonly [text: string, records: readonly PartRecord[]]>> = {
  'one record': [one, [amd64]],
  'one record a line': [`${one}\n\n  ${two}\n`, [amd64, arm64]],
  'a list': [JSON.stringify([JSON.parse(one), JSON.parse(two)], null, 2), [amd64, arm64]],
  'outputs of a job, as toJSON prints them': [
    JSON.stringify({ digest: 'sha256:x', amd64: one, arm64: two, empty: '' }, null, 2),
    [amd64, arm64],
  ],
  'one output, as toJSON prints it': [JSON.stringify(one), [amd64]],
  'all that a job needs, as toJSON prints it': [
    JSON.stringify({ a: { result: 'success', outputs: { record: one } }, b: { outputs: { r: two } } }),
    [amd64, arm64],
  ],
}

describe('given by hand, they are found in', () => {
  for (const [name, [text, records]] of Object.entries(givenByHand)) {
    test(name, () => {
      const found = parseSources(text).flatMap((source) =>
        'json' in source ? recordsIn(source.json, '') : [],
      )
      assert.deepEqual(found, records)
    })
  }

  test('files, by name or by a pattern', () => {
    assert.deepEqual(parseSources('records/*.json\n/tmp/a b.json'), [
      { pattern: 'records/*.json' },
      { pattern: '/tmp/a b.json' },
    ])
  })

  test('JSON beside files', () => {
    assert.deepEqual(parseSources(`${one}\nb.json`), [{ json: JSON.parse(one) }, { pattern: 'b.json' }])
  })

  test('nothing, which is no record', () => assert.deepEqual(parseSources('\n '), []))

  test('but not where an output is missing: toJSON() has a word for that', () => {
    for (const text of ['null', ' null\n', '""', `${one}\nnull`])
      assert.throws(() => parseSources(text), /is not a record; .* that toJSON\(\) has/)
    assert.throws(() => parseSources('"{'), /is not a record; expected records as JSON/)
  })

  test('but not in a piece of JSON', () => {
    assert.throws(() => parseSources(one.slice(0, -5)), /is not a record; expected records as JSON/)
  })
})

/** What somebody has changed on the way, as a path into the JSON and the value there. */
const broken: Readonly<Record<string, readonly [change: (json: Json) => void, said: RegExp]>> = {
  'a digest': [(json) => (json.platforms[0].image.digest = 'sha256:1'), /"sha256:1" is not a digest/],
  'an attestation’s digest': [(json) => (json.platforms[0].attestations[0].digest = 'x'), /not a digest/],
  'a size': [(json) => (json.platforms[0].image.size = -1), /a "size" in bytes/],
  'a platform': [(json) => (json.platforms[0].platform = 'arm64'), /"arm64" is not a platform/],
  'an image': [(json) => (json.image = 'ghcr.io/octo/app:1'), /a repository without a tag/],
  'no platforms': [(json) => delete json.platforms, /a list as "platforms"/],
  'no run': [(json) => delete json.run, /an object as "run"/],
  'an attempt': [(json) => (json.run.attempt = 'first'), /a number as "run.attempt"/],
  'an image for an attestation': [
    (json) => (json.platforms[0].attestations[0].annotations = {}),
    /attestations and nothing else/,
  ],
  'an attestation for an image': [
    (json) => (json.platforms[0].image = json.platforms[0].attestations[0]),
    /an image, not an attestation/,
  ],
}

// biome-ignore lint/suspicious/noExplicitAny: what is broken has no type
type Json = any

describe('is refused, and says where and why, with', () => {
  for (const [name, [change, said]] of Object.entries(broken)) {
    test(name, () => {
      const json: Json = JSON.parse(one)
      change(json)
      assert.throws(
        () => recordsIn(json, 'records/a.json'),
        (error) => {
          assert.ok(error instanceof RecordError)
          assert.match(error.message, /^the record in records\/a\.json cannot be read: /)
          assert.match(error.message, said)
          assert.equal(error.isOther, false)
          return true
        },
      )
    })
  }

  test('a version that is not ours: it says which action wrote it', () => {
    const json = { ...JSON.parse(one), version: 2, writer: 'octo/multiarch-action@v9', platforms: {} }
    assert.throws(
      () => recordsIn(json, 'a.json'),
      (error) => {
        assert.ok(error instanceof RecordError && error.isOther)
        assert.match(error.message, /of version 2, written by octo\/multiarch-action@v9, .* reads version 1/)
        return true
      },
    )
  })

  test('no record in it', () => {
    for (const json of [{}, [], { kind: 'other' }, { digest: 'sha256:x' }])
      assert.throws(() => recordsIn(json, 'a.json'), /^RecordError: there is no record in a\.json$/)
  })
})
