import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageNamed } from '../fakes/images.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { openJob } from './as-a-runner.ts'

test('what a registry made us wait for is in the log at once, and in the summary once', async () => {
  await using fake = await fakeRegistry()
  const { bytes, mediaType } = imageNamed('app')
  fake.hold(bytes, mediaType, 'octo/app', 'edge')
  const quota = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '41;w=21600' }
  fake.fault({ verb: 'GET', path: /manifests\/edge/, status: 503, headers: { 'retry-after': '1' } })
  fake.fault({ verb: 'GET', path: /manifests\/edge/, withHeaders: quota })
  fake.fault({ verb: 'PUT', reset: 'after' })
  const image = `${fake.host}/octo/app`
  await using job = await openJob()
  const { code, log, summary } = await job.main({
    inputs: { mode: 'promote', source: `${image}:edge`, tags: `${image}:1.0.0` },
  })
  assert.equal(code, 0, log)
  assert.match(log, /503; trying again in 1\.\d s/)
  assert.match(
    summary,
    new RegExp(
      `^<sub>${fake.host} was asked again 2 times, after \\d\\.\\d s of waiting: \`503\`, \`\\w+\`\\.`,
      'm',
    ),
  )
  assert.equal(summary.match(/asked again/g)?.length, 1)
  assert.match(summary, new RegExp(`${fake.host} has 41 of 100 pulls left within 6 hours\\.</sub>`))
})

test('a step with a time limit does not wait beyond it', async () => {
  await using fake = await fakeRegistry()
  fake.fault({ status: 503, times: 99, headers: { 'retry-after': '1' } })
  await using job = await openJob()
  const inputs = { mode: 'inspect', source: `${fake.host}/octo/app:1`, 'time-limit': '2s' }
  const { code, log } = await job.main({ inputs })
  assert.equal(code, 1)
  assert.match(log, /::error title=The registry cannot be reached::/)
  assert.ok(fake.requests.length <= 3, fake.log().join('\n'))
})
