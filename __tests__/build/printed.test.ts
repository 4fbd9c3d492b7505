import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openKept, openRoom } from '../../src/build/kept.ts'
import { openPrinted } from '../../src/build/printed.ts'

/** The lines of pieces that come a millisecond after each other. */
function linesOf(...pieces: readonly (string | Uint8Array)[]) {
  const printed = openPrinted(openRoom())
  for (const [at, piece] of pieces.entries())
    printed.take(typeof piece === 'string' ? Buffer.from(piece) : piece, at)
  printed.close()
  return printed.lines().map(({ text, at }) => [text, at])
}

describe('what a step prints', () => {
  test('is lines, wherever the pieces are cut, each with the time of its beginning', () => {
    assert.deepEqual(linesOf('on', 'e\ntwo\nth', 'ree'), [
      ['one', 0],
      ['two', 1],
      ['three', 1],
    ])
  })

  test('is cut inside of a letter and whole again', () => {
    const bytes = Buffer.from('grün\n')
    assert.deepEqual(linesOf(bytes.subarray(0, 3), bytes.subarray(3)), [['grün', 0]])
  })

  test('is what a terminal would leave of it', () => {
    assert.deepEqual(linesOf('10%\r50%\r100%\r\n', 'done\r\n'), [
      ['100%', 0],
      ['done', 1],
    ])
  })

  test('is cut where a line does not end', () => {
    const [first, second] = linesOf('x'.repeat(20_000))
    assert.deepEqual([first?.[0]?.toString().length, second?.[0]?.toString().length], [16_000, 4_000])
  })

  test('is known by its last line at once', () => {
    const printed = openPrinted(openRoom())
    printed.take(Buffer.from('one\n'), 0)
    assert.equal(printed.last(), 'one')
    printed.take(Buffer.from('two'), 0)
    assert.equal(printed.last(), 'two')
  })
})

describe('too much', () => {
  const line = { text: 'x'.repeat(99), at: 0 }

  test('loses its middle, and says how many lines that are', () => {
    const kept = openKept(openRoom())
    const total = 50_000
    for (let number = 0; number < total; number++) kept.keep({ ...line, text: `${number}`.padStart(99) })
    const lines = kept.lines().map(({ text }) => text.trim())
    const place = lines.findIndex((text) => text.startsWith('…'))
    assert.equal(place, 10_000, 'a million characters of its beginning are kept')
    assert.equal(lines[place - 1], '9999')
    const leftOut = Number(/^… (\d+) lines/.exec(lines[place] ?? '')?.[1])
    assert.equal(place + leftOut + (lines.length - place - 1), total, 'every line is there or counted')
    assert.ok(lines.length - place - 1 >= 600)
    assert.equal(lines.at(-1), '49999')
    assert.equal(kept.last().trim(), '49999')
  })

  test('of one step leaves others their end', () => {
    const room = openRoom(1000)
    const [first, second] = [openKept(room), openKept(room)]
    for (let number = 0; number < 20; number++) first.keep(line)
    for (let number = 0; number < 3000; number++) second.keep(line)
    assert.equal(first.lines().length, 20)
    assert.match(second.lines()[0]?.text ?? '', /^… \d+ lines are left out here/)
    assert.ok(second.lines().length < 1500)
  })
})
