import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { registryNotes } from '../../src/action/results/registries.ts'
import { toSummary } from '../../src/action/summary.ts'
import type { PlanResult } from '../../src/flows/result.ts'

const ghcr = {
  ...{ host: 'ghcr.io', times: 3, waited: 4512 },
  reasons: { '429 TOOMANYREQUESTS': 2, UND_ERR_SOCKET: 1 },
}
const hub = { host: 'docker.io', limit: 100, remaining: 7, window: 21_600, source: undefined }

describe('the end of the summary tells', () => {
  test('of each registry what it was asked again, and why', () => {
    assert.deepEqual(registryNotes({ retries: [ghcr], quotas: [] }), [
      'ghcr.io was asked again 3 times, after 4.5 s of waiting: `429 TOOMANYREQUESTS` × 2, `UND_ERR_SOCKET`.',
    ])
    const once = { host: 'quay.io', times: 1, waited: 500, reasons: { 503: 1 } }
    assert.deepEqual(registryNotes({ retries: [once], quotas: [] }), [
      'quay.io was asked again once, after 0.5 s of waiting: `503`.',
    ])
  })

  test('what is left of a quota, as far as the registry says', () => {
    assert.deepEqual(registryNotes({ retries: [], quotas: [hub] }), [
      'docker.io has 7 of 100 pulls left within 6 hours.',
    ])
    const bare = { ...hub, limit: undefined, window: undefined }
    assert.deepEqual(registryNotes({ retries: [], quotas: [bare] }), ['docker.io has 7 pulls left.'])
    const odd = { ...hub, window: 90 }
    assert.deepEqual(registryNotes({ retries: [], quotas: [odd] }), [
      'docker.io has 7 of 100 pulls left within 1 min 30 s.',
    ])
  })

  test('once, below all else, or nothing at all', () => {
    const plan: PlanResult = { mode: 'plan', platforms: [], jobs: [], stages: [] }
    const page = toSummary(plan)
    assert.ok(!page.includes('asked again'))
    const told = toSummary(plan, { retries: [ghcr], quotas: [hub] })
    assert.ok(told.startsWith(`${page}\n\n<sub>ghcr.io was asked again 3 times`))
    assert.match(told, /<\/sub><br><sub>docker\.io has 7 of 100 pulls left within 6 hours\.<\/sub>$/)
  })
})
