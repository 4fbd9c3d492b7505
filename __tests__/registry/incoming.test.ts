import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { openBasin, PIECE } from '../../src/registry/transport/basin.ts'
import { piecesOf } from '../../src/registry/transport/incoming.ts'
import { readAll } from '../fakes/blobs.ts'

const KIB = 1024
const PACE = { whole: 120_000, now: () => 0 }

/** What comes from a network: each part in memory of its own. */
function network(bytes: Uint8Array, length: number): Readable {
  const parts = []
  for (let at = 0; at < bytes.length; at += length)
    parts.push(Buffer.from(new Uint8Array(bytes.subarray(at, at + length)).buffer))
  return Readable.from(parts, { objectMode: false })
}

for (const length of [1000, 16 * KIB, 64 * KIB, 300 * KIB, 1000 * KIB]) {
  test(`what comes by ${length} bytes goes on in whole pieces, and none is lost`, async () => {
    const bytes = randomBytes(1000 * KIB + 7)
    const lengths: number[] = []
    const parts: Buffer[] = []
    for await (const piece of piecesOf(network(bytes, length), PACE)) {
      lengths.push(piece.length)
      parts.push(Buffer.from(piece))
    }
    assert.deepEqual(Buffer.concat(parts), bytes)
    assert.deepEqual(lengths, [PIECE, PIECE, PIECE, 1000 * KIB + 7 - 3 * PIECE])
  })
}

test('nothing is nothing', async () => {
  assert.equal((await readAll(piecesOf(network(new Uint8Array(), 1), PACE))).length, 0)
})

test('where bytes come slowly, whoever waits has them after a second', async () => {
  let now = 0
  const pace = { whole: 120_000, now: () => (now += 400) }
  const lengths: number[] = []
  for await (const piece of piecesOf(network(randomBytes(10 * KIB), 2 * KIB), pace))
    lengths.push(piece.length)
  assert.deepEqual(lengths, [6 * KIB, 4 * KIB])
})

test('slower than a KiB a second is no stream, however long the reader takes himself', async () => {
  let now = 0
  const slow = piecesOf(network(randomBytes(10 * KIB), 100), { whole: 20_000, now: () => (now += 400) })
  await assert.rejects(readAll(slow), { code: 'BODY_TOO_SLOW', message: 'only 5100 bytes came in 21 s' })

  const read: number[] = []
  const quick = piecesOf(network(randomBytes(1000 * KIB), 64 * KIB), { whole: 20_000, now: () => now })
  for await (const piece of quick) {
    read.push(piece.length)
    now += 1_000_000
  }
  assert.equal(read.length, 4)
})

test('what came before a connection broke is handed on before that is said', async () => {
  const broken = new Readable({ read: () => {} })
  broken.push(randomBytes(100 * KIB))
  const pieces = piecesOf(broken, PACE)
  const first = pieces.next()
  setImmediate(() => broken.destroy(new Error('reset')))
  assert.equal((await first).value?.length, 100 * KIB)
  await assert.rejects(pieces.next(), /reset/)
})

test('a stream that broke before anybody read it says so', async () => {
  const broken = new Readable({ read: () => {} })
  broken.on('error', () => {})
  broken.destroy(new Error('reset'))
  await new Promise((resolve) => broken.on('close', resolve))
  await assert.rejects(piecesOf(broken, PACE).next(), /reset/)
})

test('whole pieces share their memory; a short one, which may wait on its way out, has its own', () => {
  const basin = openBasin()
  assert.equal(basin.pour(new Uint8Array(PIECE)), true)
  const first = basin.draw()
  basin.pour(new Uint8Array(PIECE + 10))
  const second = basin.draw()
  const short = basin.draw()
  assert.equal(short.length, 10)
  basin.pour(new Uint8Array(PIECE))
  assert.equal(first.buffer, second.buffer)
  assert.equal(second.buffer, short.buffer)
  assert.notEqual(basin.draw().buffer, short.buffer)
})

test('memory that is done with is given back, but for that which small buffers share', () => {
  const basin = openBasin()
  const own = new Uint8Array(64 * KIB)
  const ofTls = new Uint8Array(16 * KIB)
  const shared = Buffer.allocUnsafe(100)
  for (const bytes of [own, ofTls, shared, new Uint8Array(10)]) basin.pour(bytes)
  assert.equal(own.length, 0)
  assert.equal(ofTls.length, 0)
  assert.equal(shared.length, 100)
})
