import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { unzip, zipOf } from '../../src/handoff/zip.ts'

describe('a zip file of one text', () => {
  test('gives it back, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (name, text) => {
        assert.equal(unzip(zipOf(name, text)), text)
      }),
    )
  })

  test('is the same for the same text', () => {
    assert.deepEqual(zipOf('a.json', '{}'), zipOf('a.json', '{}'))
  })

  test('is read by others: people download artifacts', { skip: !hasPython() && 'no python3 here' }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'multiarch-zip-'))
    const file = join(folder, 'a.zip')
    writeFileSync(file, zipOf('record.json', 'Größe: 1'))
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(z.namelist(), z.read("record.json").decode())'
    const said = execFileSync('python3', ['-c', script, file], { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    assert.equal(said, "['record.json'] Größe: 1\n")
  })
})

describe('a zip file of others', () => {
  test('is read where it is packed, as upload-artifact does', () => {
    assert.equal(unzip(packed('a text, a text, a text')), 'a text, a text, a text')
  })

  test('that was cut off or changed is nothing', () => {
    const good = packed('a text, a text, a text')
    for (let end = 0; end < good.length; end += 1) assert.equal(unzip(good.subarray(0, end)), undefined)
    const changed = Buffer.from(zipOf('a', 'text'))
    changed.write('next', changed.indexOf('text'))
    assert.equal(unzip(changed), undefined)
    assert.equal(unzip(new TextEncoder().encode('{"no":"zip"}')), undefined)
  })
})

/** The same file with its content deflated, and the fields that say so. */
function packed(text: string): Buffer {
  const body = deflateRawSync(text)
  const zip = Buffer.from(zipOf('a', text))
  const start = 30 + 1
  const central = Buffer.from(zip.subarray(start + text.length))
  const header = Buffer.from(zip.subarray(0, start))
  for (const [buffer, at] of [
    [header, 8],
    [central, 10],
  ] as const) {
    buffer.writeUInt16LE(8, at)
    buffer.writeUInt32LE(crc32(text), at + 6)
    buffer.writeUInt32LE(body.length, at + 10)
  }
  central.writeUInt32LE(start + body.length, central.length - 6)
  return Buffer.concat([header, body, central])
}

function hasPython(): boolean {
  try {
    return execFileSync('python3', ['-c', 'print(1)'], { encoding: 'utf8' }) === '1\n'
  } catch {
    return false
  }
}
