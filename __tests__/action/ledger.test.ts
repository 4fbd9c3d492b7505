import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { openLedger, readLedger } from '../../src/action/ledger.ts'
import type { Entry } from '../../src/flows/world.ts'

const FOLDER: Entry = { kind: 'folder', path: '/tmp/multiarch-1' }
const BUILDER: Entry = {
  kind: 'builder',
  name: 'multiarch-1',
  env: { BUILDX_CONFIG: '/tmp/multiarch-1/buildx' },
}
const EMULATORS: Entry = {
  ...{ kind: 'emulators', image: 'tonistiigi/binfmt', handlers: ['qemu-arm'], by: 'multiarch-1' },
}

/** Writes entries down; gives every text that was saved. */
function written(...entries: readonly Entry[]): readonly string[] {
  const saved: string[] = []
  const { note } = openLedger((text) => saved.push(text))
  for (const entry of entries) note(entry)
  return saved
}

describe('the ledger', () => {
  test('is read backwards: what was made last goes first', () => {
    assert.deepEqual(readLedger(written(FOLDER, EMULATORS, BUILDER).at(-1) ?? ''), [
      BUILDER,
      EMULATORS,
      FOLDER,
    ])
  })

  test('is whole after every entry, so that a killed run leaves what it had made', () => {
    const saved = written(FOLDER, BUILDER)
    assert.deepEqual(saved.map(readLedger), [[FOLDER], [BUILDER, FOLDER]])
  })

  test('saves nothing before there is something', () => assert.deepEqual(written(), []))

  test('comes back as it was written, whatever the names', () => {
    const name = fc.string({ unit: 'grapheme' })
    const entry: fc.Arbitrary<Entry> = fc.oneof(
      plain({ kind: fc.constant('folder'), path: name }),
      plain({ kind: fc.constant('builder'), name, env: plain({ BUILDX_CONFIG: name }) }),
      plain({ kind: fc.constant('emulators'), image: name, handlers: fc.array(name), by: name }),
    )
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
        assert.deepEqual(readLedger(written(...entries).at(-1) ?? ''), entries.toReversed())
      }),
    )
  })
})

/** An object as JSON gives it back. */
function plain<T>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(members, { noNullPrototype: true })
}

const junk: Readonly<Record<string, string>> = {
  nothing: '',
  'no JSON': 'ledger',
  'half a ledger': '[{"kind":"folder","pa',
  'another shape': '{"kind":"folder"}',
  null: 'null',
  'a number': '7',
}

describe('what is no ledger is empty:', () => {
  for (const [name, text] of Object.entries(junk)) test(name, () => assert.deepEqual(readLedger(text), []))

  test('and entries nobody knows are left alone', () => {
    const entries = [null, 7, 'folder', [], {}, { kind: 'moon' }, FOLDER, { kind: 1 }]
    assert.deepEqual(readLedger(JSON.stringify(entries)), [FOLDER])
  })
})
