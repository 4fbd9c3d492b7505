import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTally } from '../../src/registry/tally.ts'
import { openClient } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { fakeRegistry } from '../fakes/registry.ts'

test('what was asked again is counted by host and reason, and the last quota is kept', async () => {
  await using fake = await fakeRegistry()
  const { note, quota, told } = openTally()
  await using client = openClient({ note, quota })
  const { bytes, mediaType } = imageNamed('app')
  fake.hold(bytes, mediaType, 'octo/app', '1')
  const withHeaders = (left: number) => ({
    'ratelimit-limit': '100;w=21600',
    'ratelimit-remaining': `${left};w=21600`,
  })
  fake.fault({ status: 503, times: 2, headers: { 'retry-after': '2' } })
  fake.fault({ status: 502 })
  fake.fault({ withHeaders: withHeaders(77) })
  fake.fault({ withHeaders: withHeaders(76) })
  const get = () => client.registry.get({ registry: fake.host, path: 'octo/app', tag: '1' })
  await get()
  await get()
  assert.deepEqual(told(), {
    retries: [
      {
        host: fake.host,
        times: 3,
        waited: 4000 + (client.waits[2] ?? 0),
        reasons: { 502: 1, 503: 2 },
      },
    ],
    quotas: [{ host: fake.host, limit: 100, remaining: 76, window: 21_600, source: undefined }],
  })
})

test('of what went well there is nothing to tell', async () => {
  await using fake = await fakeRegistry()
  const { note, quota, told } = openTally()
  await using client = openClient({ note, quota })
  await client.registry.tags({ registry: fake.host, path: 'octo/app' })
  note({ kind: 'warning', host: 'x', text: 'y' })
  assert.deepEqual(told(), { retries: [], quotas: [] })
})
