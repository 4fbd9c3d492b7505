import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hostOf } from '../../src/registry/hosts.ts'
import {
  backoff,
  hintIn,
  pauseAfter,
  retriesAfter,
  retryAfter,
} from '../../src/registry/layers/retry-rules.ts'
import { NO_EFFORT, type Request } from '../../src/registry/wire.ts'

const NOW = Date.UTC(2026, 9, 21, 7, 0, 0)

const RETRY_AFTER = {
  '2': 2000,
  '0': 0,
  '-1': undefined,
  abc: undefined,
  '': undefined,
  '1.5': undefined,
  'Wed, 21 Oct 2026 07:28:00 GMT': 28 * 60_000,
  'Wed, 21 Oct 2026 06:28:00 GMT': 0,
  '999999': 999_999_000,
}

for (const [value, expected] of Object.entries(RETRY_AFTER)) {
  test(`Retry-After: ${value} is ${expected} ms`, () => assert.equal(retryAfter(value, NOW), expected))
}

test('without a header nothing is asked', () => assert.equal(retryAfter(undefined, NOW), undefined))

const HINTS = {
  'retry-after: 880.092µs, allowed: 44000/minute': 0.880092,
  'retry-after: 1.16676ms, allowed: 2000/minute': 1.16676,
  'TOOMANYREQUESTS: retry-after: 10.305464ms, allowed: 2000/minute': 10.305464,
  'retry-after: 1m30s': 90_000,
  'retry-after: 500us': 0.5,
  'retry-after: 2h': 7_200_000,
  'retry-after: soon': undefined,
  'retry-after: 1.2.3s': undefined,
  'You have reached your pull rate limit.': undefined,
}

for (const [text, expected] of Object.entries(HINTS)) {
  test(`"${text}" asks for ${expected} ms`, () => {
    const found = hintIn(text)
    if (expected === undefined || found === undefined) assert.equal(found, expected)
    else assert.ok(Math.abs(found - expected) < 1e-6, `${found}`)
  })
}

test('back-off is half to all of 0.5 s, 1 s, 2 s, … 30 s', () => {
  const retried = fc.nat(40)
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(retried, random, (retried, random) => {
      const whole = Math.min(30_000, 500 * 2 ** retried)
      const wait = backoff(retried, random)
      assert.ok(wait >= whole / 2 && wait <= whole)
    }),
  )
})

const request = (more: Partial<Request> = {}): Request => ({
  method: 'PUT',
  url: new URL('https://ghcr.io/v2/octo/app/manifests/1.0'),
  headers: {},
  host: hostOf('ghcr.io'),
  scopes: [],
  limit: 1,
  ...more,
})

const retries = (status: number, codes: readonly string[] = [], more: Partial<Request> = {}) => {
  const body = new TextEncoder().encode(JSON.stringify({ errors: codes.map((code) => ({ code })) }))
  const response = { status, headers: {}, body, url: new URL('https://ghcr.io/'), effort: NO_EFFORT }
  return pauseAfter(request(more), response, { retried: 0, now: NOW, random: 0 }) !== undefined
}

test('what may pass is tried again', () => {
  for (const status of [408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524])
    assert.ok(retries(status), `${status}`)
})

test('what stays is not', () => {
  for (const status of [200, 201, 301, 400, 401, 403, 404, 405, 409, 412, 413, 501, 505, 507])
    assert.ok(!retries(status), `${status}`)
})

test('the codes decide where the status does not', () => {
  assert.ok(!retries(400, []))
  assert.ok(retries(500, []))
  assert.ok(retries(400, ['BLOB_UPLOAD_INVALID']))
  assert.ok(!retries(400, ['BLOB_UPLOAD_INVALID', 'DENIED']))
  assert.ok(retries(403, ['TOOMANYREQUESTS']))
  assert.ok(retries(400, ['UNAVAILABLE']))
  assert.ok(!retries(400, ['UNKNOWN']))
  assert.ok(retries(500, ['UNKNOWN']))
  assert.ok(!retries(501, ['UNAVAILABLE']))
})

test('a HEAD that answers 500 is not repeated: GET does better', () => {
  assert.ok(!retries(500, [], { method: 'HEAD' }))
  assert.ok(retries(503, [], { method: 'HEAD' }))
})

test('what ought to be there is asked for again', () => {
  assert.ok(retries(404, [], { expected: true }))
  assert.ok(retries(400, ['MANIFEST_BLOB_UNKNOWN'], { expected: true }))
  assert.ok(!retries(400, ['MANIFEST_BLOB_UNKNOWN']))
  assert.ok(!retries(400, ['MANIFEST_INVALID'], { expected: true }))
})

test('a lost connection is tried six times, a closed door twice, a bad certificate once', () => {
  assert.equal(retriesAfter('ECONNRESET'), 5)
  assert.equal(retriesAfter('UND_ERR_HEADERS_TIMEOUT'), 5)
  assert.equal(retriesAfter('ECONNREFUSED'), 1)
  assert.equal(retriesAfter('ENOTFOUND'), 1)
  assert.equal(retriesAfter('DEPTH_ZERO_SELF_SIGNED_CERT'), 0)
  assert.equal(retriesAfter('BODY_TOO_LONG'), 0)
})
