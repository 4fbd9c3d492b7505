import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RegistryError } from '../../src/registry/registry-error.ts'
import { octo, openClient, START, type TestClient } from '../fakes/client.ts'
import { assertComplete } from '../fakes/complete.ts'
import type { Fault } from '../fakes/faults.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'
import { type End, ROWS, type Row } from '../fakes/registry-faults.ts'
import { app, config, image, KINDS, type Kind, layer, names } from '../fakes/registry-kinds.ts'

// Every kind of request, and everything that can happen to it. Whatever happens: it ends as if nothing had, or with an
// error of the right kind; no tag points to anything incomplete; nobody else sees who we are; and it ends soon.

/** With time that stands still; or runs sixty times as fast; or with every look at the clock. */
function clockOf(clock: Row['clock']) {
  if (clock === undefined) return {}
  const begin = performance.now()
  let looks = 0
  const quick = () => START + (performance.now() - begin) * 60
  return { now: clock === 'quick' ? quick : () => START + 500 * looks++ }
}

function faultFor(row: Row, kind: Kind, store: FakeRegistry): Fault | undefined {
  const { fault } = row
  if (fault === 'expired') return undefined
  const elsewhere = 'redirect' in fault && fault.redirect === 'elsewhere'
  // Who is asked at another place has nothing to show: it does not ask for a token here.
  const strange = 'status' in fault && fault.status === 401 && kind.at === 'store'
  return {
    ...fault,
    ...(elsewhere && { redirect: `${store.origin}/away` }),
    ...(strange && { headers: { 'www-authenticate': 'Basic realm="store"' } }),
    ...kind.on,
  } as Fault
}

function endOf(outcome: unknown, kind: Kind, fake: FakeRegistry): End {
  if (outcome instanceof RegistryError) return outcome.kind
  assert(!(outcome instanceof Error), `${outcome}`)
  const good = outcome === kind.gives && (kind.leaves?.(fake) ?? true)
  return good ? 'well' : 'no'
}

function assertSecret(outcome: unknown, client: TestClient): void {
  const said = outcome instanceof Error ? `${outcome.message}${outcome.stack}` : ''
  const told = JSON.stringify(client.events)
  for (const secret of ['secret', 'xxxxxxxxxx', Buffer.from('octo:secret').toString('base64')])
    assert(!said.includes(secret) && !told.includes(secret), said)
}

const SETTINGS = { connect: 500, headers: 25, commit: 25, body: 25, whole: 20_000 }

async function play(kind: Kind, row: Row, expected: End): Promise<void> {
  await using store = await fakeRegistry()
  const redirects = kind.on.path.source === 'blobs' ? { blobsAt: store.origin } : {}
  await using fake = await fakeRegistry({ auth: 'bearer', needsBlobs: true, ...kind.options, ...redirects })
  await using client = openClient({ credential: octo, timeouts: SETTINGS, ...clockOf(row.clock) })
  for (const { bytes } of [config, layer]) for (const held of [fake, store]) held.holdBlob('octo/app', bytes)
  fake.hold(image.bytes, image.mediaType, 'octo/app', 'old')
  if (!kind.cold) await client.registry.warm(app(fake))
  const fault = faultFor(row, kind, store)
  if (fault) (kind.at === 'store' ? store : fake).fault(fault)
  else fake.expireTokens()

  const { registry } = client
  const outcome = await kind.act({ fake, store, registry }).catch((error: unknown) => error)

  assert.equal(endOf(outcome, kind, fake), expected, `${outcome}\n${fake.log().join('\n')}`)
  assertComplete(fake)
  assertSecret(outcome, client)
  assert(store.requests.every(({ headers }) => headers['authorization'] === undefined))
  assert(fake.requests.length + store.requests.length <= 40, `${fake.requests.length} requests`)
  const waited = client.waits.reduce((sum, wait) => sum + wait, 0)
  assert(waited <= 120_000, `waited ${waited} ms`)
}

describe('fault grid', { concurrency: 24 }, () => {
  for (const [what, row] of Object.entries(ROWS)) {
    for (const name of names) {
      const ends = row.but?.[name] ?? row.ends
      test(`${name}: ${what} → ${ends}`, () => play(KINDS[name], row, ends))
    }
  }
})
