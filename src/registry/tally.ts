import type { Note } from './events.ts'
import type { Quota } from './layers/quota.ts'

/** What the talk with registries was like, for the end of the step. */
export type Told = Readonly<{ retries: readonly Retries[]; quotas: readonly Quota[] }>

/** What one host was asked again. */
export type Retries = Readonly<{
  host: string
  /** how often in all */
  times: number
  /** milliseconds, all waits together; requests side by side wait side by side */
  waited: number
  /** how often for what: `503 UNAVAILABLE`, `ECONNRESET` */
  reasons: Readonly<Record<string, number>>
}>

export type Tally = Readonly<{ note: Note; quota: (quota: Quota) => void; told: () => Told }>

const NONE = { times: 0, waited: 0, reasons: {} }

/** Counts what happens, and keeps the last word of each quota. */
export function openTally(): Tally {
  const retries = new Map<string, Retries>()
  const quotas = new Map<string, Quota>()
  return {
    note: (event) => {
      if (event.kind !== 'retry') return
      const { host, reason, wait } = event
      const { times, waited, reasons }: Omit<Retries, 'host'> = retries.get(host) ?? NONE
      retries.set(host, {
        host,
        times: times + 1,
        waited: waited + wait,
        reasons: { ...reasons, [reason]: (reasons[reason] ?? 0) + 1 },
      })
    },
    quota: (quota) => quotas.set(quota.host, quota),
    told: () => ({ retries: [...retries.values()], quotas: [...quotas.values()] }),
  }
}
