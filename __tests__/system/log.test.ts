import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatDuration } from '../../src/system/clock.ts'
import { type Log, openStages } from '../../src/system/log.ts'

/** Stages by a clock that a test moves, into a log that it reads. */
function stagesOfATest() {
  const written: string[] = []
  let now = 0
  const log: Log = {
    line: (text) => written.push(text),
    warn: (text) => written.push(text),
    group: (title, lines) => written.push(title, ...lines.map((line) => `  ${line}`)),
  }
  return {
    stages: openStages(log, { now: () => now }),
    written,
    pass: (milliseconds: number) => (now += milliseconds),
  }
}

describe('stages', () => {
  test('are written as one group each, though they run side by side', async () => {
    const { stages, written, pass } = stagesOfATest()
    const slow = Promise.withResolvers<void>()
    const first = stages.run('Builder', async (say) => {
      say('creating')
      await slow.promise
      say('booted')
    })
    await stages.run('Emulators', (say) => Promise.resolve(say('linux/arm64 is there')))
    pass(1500)
    slow.resolve()
    await first
    assert.deepEqual(written, [
      ...['Emulators (0.0 s)', '  linux/arm64 is there'],
      ...['Builder (1.5 s)', '  creating', '  booted'],
    ])
    assert.deepEqual(stages.done, [
      { name: 'Emulators', startedAt: 0, milliseconds: 0 },
      { name: 'Builder', startedAt: 0, milliseconds: 1500 },
    ])
  })

  test('give what their work gives', async () => {
    assert.equal(await stagesOfATest().stages.run('Publish', () => Promise.resolve(7)), 7)
  })

  test('that fail are written as well, and the failure goes on', async () => {
    const { stages, written } = stagesOfATest()
    const failing = stages.run('Builder', (say) => {
      say('creating')
      return Promise.reject(new RangeError('full'))
    })
    await assert.rejects(failing, RangeError)
    assert.deepEqual(written, ['Builder, failed (0.0 s)', '  creating'])
    assert.deepEqual(stages.done, [{ name: 'Builder', startedAt: 0, milliseconds: 0, ended: 'failed' }])
  })
})

const durations: Readonly<Record<string, number>> = {
  '0.0 s': 0,
  '0.4 s': 400,
  '9.9 s': 9940,
  '10 s': 9960,
  '12 s': 12_300,
  '1 min 0 s': 59_700,
  '3 min 5 s': 185_000,
  '75 min 0 s': 4_500_000,
}

describe('a duration is as exact as a reader wants it:', () => {
  for (const [text, milliseconds] of Object.entries(durations))
    test(text, () => assert.equal(formatDuration(milliseconds), text))
})
