import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseEvent } from '../../src/build/events.ts'
import { progressOf } from './recorded.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const WARNING = { vertex: 'v', short: base64('Rule: wrong (line 3)'), detail: [base64('why')], url: 'u' }

describe('a line of rawjson', () => {
  test('has times in milliseconds', () => {
    const started = '2026-11-21T03:53:08.653704954Z'
    const [vertex] =
      parseEvent(JSON.stringify({ vertexes: [{ digest: 'd', name: 'n', started }] }))?.vertexes ?? []
    assert.deepEqual(vertex, {
      ...{ digest: 'd', name: 'n', cached: false, error: '' },
      started: Date.UTC(2026, 10, 21, 3, 53, 8, 653),
    })
  })

  test('has warnings in plain words, with the lines that they are about', () => {
    const range = [{ start: { line: 3 }, end: { line: 5 } }]
    const line = JSON.stringify({ warnings: [{ ...WARNING, range, sourceInfo: { filename: 'Dockerfile' } }] })
    assert.deepEqual(parseEvent(line)?.warnings, [
      {
        ...{ vertex: 'v', short: 'Rule: wrong (line 3)', detail: ['why'], url: 'u', file: 'Dockerfile' },
        ...{ line: 3, endLine: 5 },
      },
    ])
  })

  test('has warnings about no line', () => {
    const [warning] = parseEvent(JSON.stringify({ warnings: [WARNING] }))?.warnings ?? []
    assert.equal(warning && 'line' in warning, false)
  })

  for (const line of ['', '#1 [internal] load', '{', '{}', '{"a":1}', '[]', 'ERROR: {"vertexes":[]}'])
    test(`is not ${JSON.stringify(line)}`, () => assert.equal(parseEvent(line), undefined))

  test('may hold anything, and is read or kept as words', () => {
    const parts = ['vertexes', 'statuses', 'logs', 'warnings'] as const
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.jsonValue(), (part, value) => {
        progressOf([JSON.stringify({ [part]: value }), JSON.stringify({ [part]: [value] })]).log()
      }),
    )
  })
})
