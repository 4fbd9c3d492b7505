/**
 * A real registry client for tests, with time that passes only when somebody waits.
 *
 *     await using client = openClient({ credential: { kind: 'login', ...fake.login } })
 *     await client.registry.get(…)
 *     client.waits     // milliseconds of every pause, in order
 *     client.events    // what the log would have said
 *     client.secrets   // what was handed to `mask`
 */
import type { TagRef } from '../../src/image/reference.ts'
import { openRegistry, type RegistryOptions } from '../../src/registry/client.ts'
import type { Credential } from '../../src/registry/credentials/credential.ts'
import type { RegistryEvent } from '../../src/registry/events.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { RegistryError } from '../../src/registry/registry-error.ts'
import { failureOf } from './failure.ts'
import { LOGIN } from './guard.ts'
import type { FakeRegistry } from './registry.ts'

export type TestClient = AsyncDisposable &
  Readonly<{
    registry: Registry
    waits: readonly number[]
    events: readonly RegistryEvent[]
    secrets: readonly string[]
    /** How often credentials were looked up. */
    lookUps: () => number
    /** Lets time pass, in milliseconds. */
    later: (milliseconds: number) => void
  }>

type Options = Partial<RegistryOptions> & Readonly<{ credential?: Credential }>

/** 2026-11-21T00:00:00Z */
export const START = Date.UTC(2026, 10, 21)

export function openClient({ credential = { kind: 'none' }, ...options }: Options = {}): TestClient {
  const waits: number[] = []
  const events: RegistryEvent[] = []
  const secrets: string[] = []
  let now = START
  let lookUps = 0
  const registry = openRegistry({
    userAgent: 'multiarch-action/test',
    credentialOf: () => {
      lookUps += 1
      return Promise.resolve(credential)
    },
    now: () => now,
    pause: (milliseconds) => {
      waits.push(milliseconds)
      now += milliseconds
      return Promise.resolve()
    },
    random: () => 0,
    note: (event) => events.push(event),
    mask: (secret) => secrets.push(secret),
    ...options,
  })
  return {
    registry,
    waits,
    events,
    secrets,
    lookUps: () => lookUps,
    later: (milliseconds) => {
      now += milliseconds
    },
    [Symbol.asyncDispose]: () => registry.close(),
  }
}

/** Whom the fake registry lets do everything. */
export const octo = { kind: 'login', ...LOGIN } as const

export const here = ({ host }: Pick<FakeRegistry, 'host'>, path = 'octo/app') => ({ registry: host, path })

export const tag = (fake: Pick<FakeRegistry, 'host'>, tag = '1.0', path = 'octo/app'): TagRef => ({
  ...here(fake, path),
  tag,
})

/** What a registry says no with. */
export const refusalOf = (work: Promise<unknown>) => failureOf(work, RegistryError)
