import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isMoving, orderTags } from '../../src/publish/order.ts'

const APP = { registry: 'ghcr.io', path: 'octo/app' }
const ref = (tag: string) => ({ ...APP, tag })

const moving = [
  ...['latest', 'edge', 'nightly', 'stable', 'main', 'master'],
  ...['1', 'v1', '1.2', 'v1.2', '1-alpine', 'v1.2-slim', 'latest-alpine', 'edge-debug'],
]
const specific = [
  '1.2.3',
  'v1.2.3',
  '1.2.3-alpine',
  '1.2.3-rc.1',
  'sha-0a1b2c3',
  'pr-12',
  '2026-11-02',
  'latestish',
  '1.x',
]

describe('a tag that moves', () => {
  for (const tag of moving) test(tag, () => assert.equal(isMoving(ref(tag)), true))
})

describe('a tag that stays', () => {
  for (const tag of specific) test(tag, () => assert.equal(isMoving(ref(tag)), false))
})

const orders: Readonly<Record<string, readonly [given: readonly string[], put: readonly string[]]>> = {
  'moving tags last': [
    ['latest', '1', '1.2', '1.2.3'],
    ['1.2.3', 'latest', '1', '1.2'],
  ],
  'the order of the user otherwise': [
    ['sha-1', '1.2.3', 'pr-7'],
    ['sha-1', '1.2.3', 'pr-7'],
  ],
  'and among the moving ones': [
    ['main', 'edge'],
    ['main', 'edge'],
  ],
  nothing: [[], []],
}

describe('tags are put in an order', () => {
  for (const [name, [given, put]] of Object.entries(orders))
    test(name, () => assert.deepEqual(orderTags(given.map(ref)), put.map(ref)))

  test('over all repositories', () => {
    const mirror = { registry: 'ghcr.io', path: 'octo/mirror' }
    assert.deepEqual(orderTags([ref('latest'), { ...mirror, tag: '1.2.3' }]), [
      { ...mirror, tag: '1.2.3' },
      ref('latest'),
    ])
  })

  test('that never loses, doubles or turns one around', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...moving, ...specific)), (tags) => {
        const put = orderTags(tags.map(ref)).map(({ tag }) => tag)
        assert.deepEqual(put, [
          ...tags.filter((tag) => specific.includes(tag)),
          ...tags.filter((tag) => moving.includes(tag)),
        ])
      }),
    )
  })
})
