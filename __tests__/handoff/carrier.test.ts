import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Artifacts } from '../../src/handoff/artifacts.ts'
import {
  collectRecords,
  imagesLeft,
  leaveRecord,
  PartTwice,
  recordName,
  recordPrefix,
} from '../../src/handoff/carrier.ts'
import { formatImage, RecordError } from '../../src/handoff/record.ts'
import { IMAGE, imageOf, partOf, recordOf, shelf } from './records.ts'

const arm64 = recordOf(['linux/arm64'])
const again = recordOf([], { run: { id: '7', attempt: 2 }, platforms: [partOf('linux/arm64', 'again')] })
const twin = recordOf([], { leg: { job: 'other', runner: '' }, platforms: [partOf('linux/arm64', 'twin')] })

describe('a record', () => {
  test('is found by whoever looks for its image', async () => {
    const artifacts = shelf()
    const records = [recordOf(['linux/amd64', 'linux/386']), arm64]
    for (const record of records) await leaveRecord(record, artifacts)
    assert.deepEqual(await collectRecords(IMAGE, artifacts), records)
  })

  test('takes the place of what an earlier attempt has left', async () => {
    const artifacts = shelf()
    await leaveRecord(arm64, artifacts)
    await leaveRecord(again, artifacts)
    assert.deepEqual(await collectRecords(IMAGE, artifacts), [again])
    assert.equal(artifacts.texts.size, 1)
  })

  test('takes the place of what was begun and never finished', async () => {
    const artifacts = shelf()
    let begun = true
    const broken: Artifacts = {
      ...artifacts,
      create: (name, text) => (begun ? Promise.resolve(false) : artifacts.create(name, text)),
      remove: () => {
        begun = false
        return Promise.resolve()
      },
    }
    await leaveRecord(arm64, broken)
    assert.deepEqual(await collectRecords(IMAGE, artifacts), [arm64])
  })

  test('that another job of the same attempt has left stays, and the second job is told', async () => {
    const artifacts = shelf()
    await leaveRecord(arm64, artifacts)
    await assert.rejects(leaveRecord(twin, artifacts), (error) => {
      assert.ok(error instanceof PartTwice)
      assert.match(
        error.message,
        /^another job of this run \("part"\) has built linux\/arm64 of ghcr\.io\/octo\/app$/,
      )
      assert.deepEqual(
        error.digests,
        [arm64, twin].flatMap(({ platforms }) => platforms.map(({ image }) => image.digest)),
      )
      return true
    })
    assert.deepEqual(await collectRecords(IMAGE, artifacts), [arm64])
  })

  test('that was left already is no second one', async () => {
    const artifacts = shelf()
    await leaveRecord(arm64, artifacts)
    await leaveRecord(arm64, artifacts)
    assert.equal(artifacts.texts.size, 1)
  })

  test('of 64 platforms has a name that is not too long', () => {
    const names = Array.from({ length: 64 }, (_, number) => `linux/cpu${number}`)
    assert.match(recordName(recordOf(names)), /^multiarch-[0-9a-f]{12}-64-platforms-[0-9a-f]{12}$/)
    assert.match(recordName(arm64), /^multiarch-[0-9a-f]{12}-linux-arm64$/)
  })

  test('that nobody can read says which one it is', async () => {
    const artifacts = shelf()
    artifacts.texts.set(recordName(arm64), '{}')
    await assert.rejects(collectRecords(IMAGE, artifacts), (error) => {
      assert.ok(error instanceof RecordError && error.message.includes(recordName(arm64)))
      return true
    })
  })
})

test('images never mix, though one name begins like the other', async () => {
  const artifacts = shelf()
  const images = [
    ...['ghcr.io/octo/app', 'ghcr.io/octo/app-api', 'ghcr.io/octo/ap', 'docker.io/octo/app'].map((name) =>
      imageOf(name),
    ),
    imageOf('ghcr.io/octo/app', { target: 'debug' }),
    imageOf('ghcr.io/octo/app', { variant: 'debug' }),
  ]
  for (const image of images) await leaveRecord(recordOf(['linux/arm64'], { image }), artifacts)
  for (const image of images) {
    const found = await collectRecords(image, artifacts)
    assert.deepEqual(
      found.map((record) => record.image),
      [image],
    )
    const others = images.filter((other) => recordPrefix(other).startsWith(recordPrefix(image)))
    assert.deepEqual(others, [image])
  }
  assert.deepEqual((await imagesLeft(artifacts)).map(formatImage), images.map(formatImage))
})
