import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Descriptor } from '../../src/image/manifest.ts'
import { copyBlobs } from '../../src/publish/blobs.ts'
import { openGate } from '../../src/system/abreast.ts'
import { blobNamed } from '../fakes/blobs.ts'

const FROM = { registry: 'old.io', path: 'octo/app' }
const TO = { registry: 'new.io', path: 'octo/app' }
const MIB = 1024 * 1024

/** So many blobs that say that they are of this size. */
function blobs(count: number, size: number): readonly Descriptor[] {
  return Array.from({ length: count }, (_, place) => ({ ...blobNamed(`${size} ${place}`).blob, size }))
}

/** Copies blobs to a registry that has some of them, and mounts none; says what was asked of both, in order. */
async function copied(
  all: readonly Descriptor[],
  there: readonly Descriptor[] = [],
  streams = 6,
  from = FROM,
) {
  const did: string[] = []
  const most = { putting: 0, sending: 0 }
  const now = { putting: 0, sending: 0 }
  const during = async <T>(what: keyof typeof now, work: () => Promise<T>) => {
    now[what] += 1
    most[what] = Math.max(most[what], now[what])
    try {
      return await work()
    } finally {
      now[what] -= 1
    }
  }
  const nothing = (async function* () {})()
  const say = (what: string, { digest }: Pick<Descriptor, 'digest'>) => void did.push(`${what} ${digest}`)
  const registry: Parameters<typeof copyBlobs>[2]['registry'] = {
    headBlob: (_, digest) => {
      say('head', { digest })
      return Promise.resolve(there.find((one) => one.digest === digest))
    },
    readBlob: async (_, blob) => {
      say('read', blob)
      return await Promise.resolve(new Uint8Array())
    },
    openBlob: async (_, blob) => {
      say('open', blob)
      return await Promise.resolve(nothing)
    },
    mountBlob: (_, digest) => {
      say('mount', { digest })
      return Promise.resolve(false)
    },
    putBlob: (_, blob, open, pass = (sending) => sending()) =>
      during('putting', async () => {
        say('put', blob)
        await new Promise(setImmediate)
        await pass(() => during('sending', () => open().then(() => new Promise(setImmediate))))
        say('sent', blob)
      }),
  }
  await copyBlobs(all, { from, to: TO }, { registry, streams: openGate(streams) })
  const count = (what: string) => did.filter((one) => one.startsWith(`${what} `)).length
  return { did, count, most }
}

describe('large blobs', () => {
  test('are sent so many at a time, while the next ones are prepared', async () => {
    const { most, count } = await copied(blobs(20, 2 * MIB), [], 3)
    assert.deepEqual(most, { putting: 12, sending: 3 })
    assert.deepEqual([count('head'), count('open'), count('read')], [20, 20, 0])
  })

  test('are asked for, each of them, also where none is there', async () => {
    assert.equal((await copied(blobs(20, MIB + 1))).count('head'), 20)
  })
})

describe('small blobs', () => {
  test('are read while their upload is begun, and wait for nobody’s turn', async () => {
    const [blob] = blobs(1, MIB)
    assert(blob)
    const { did } = await copied([blob], [], 0)
    assert.deepEqual(
      did,
      ['head', 'read', 'put', 'sent'].map((what) => `${what} ${blob.digest}`),
    )
  })

  test('are not asked for where the first are not there', async () => {
    const { count } = await copied([...blobs(12, 2 * MIB), ...blobs(30, 1000)])
    assert.deepEqual([count('head'), count('sent')], [12, 42])
  })

  test('are asked for where one of the first is there', async () => {
    const large = blobs(12, 2 * MIB)
    const { count } = await copied([...large, ...blobs(30, 1000)], large.slice(0, 1))
    assert.deepEqual([count('head'), count('sent')], [42, 41])
  })

  test('are sent to the end of their reading, whatever becomes of them', async () => {
    let ended = false
    const registry: Parameters<typeof copyBlobs>[2]['registry'] = {
      headBlob: () => Promise.resolve(undefined),
      readBlob: async () => {
        await new Promise(setImmediate)
        ended = true
        return new Uint8Array()
      },
      openBlob: () => Promise.reject(new Error('nobody opens')),
      mountBlob: () => Promise.resolve(false),
      putBlob: () => Promise.reject(new Error('denied')),
    }
    const copying = copyBlobs(blobs(1, 10), { from: FROM, to: TO }, { registry, streams: openGate(1) })
    await assert.rejects(copying, /could not copy/)
    assert.ok(ended)
  })
})

test('a registry that has never mounted is asked for no more mounts than are under way together', async () => {
  const { count } = await copied(blobs(40, 1000), [], 6, { registry: TO.registry, path: 'octo/other' })
  assert.deepEqual([count('mount'), count('sent')], [12, 40])
})
