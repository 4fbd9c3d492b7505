import type { Quota } from '../../registry/layers/quota.ts'
import type { Retries, Told } from '../../registry/tally.ts'
import { formatDuration } from '../../system/clock.ts'
import { code } from '../tables.ts'

/** What registries made us wait for, a line for each, and how often they may still be asked. None where all went well. */
export function registryNotes({ retries, quotas }: Told): readonly string[] {
  return [...retries.map(retried), ...quotas.map(left)]
}

function retried({ host, times, waited, reasons }: Retries): string {
  const why = Object.entries(reasons).map(
    ([reason, count]) => `${code(reason)}${count > 1 ? ` × ${count}` : ''}`,
  )
  const often = times === 1 ? 'once' : `${times} times`
  return `${host} was asked again ${often}, after ${formatDuration(waited)} of waiting: ${why.join(', ')}.`
}

/** Docker Hub counts pulls; others that count say so in the same words. */
function left({ host, limit, remaining, window }: Quota): string {
  const all = limit === undefined ? '' : ` of ${limit}`
  const within = window === undefined ? '' : ` within ${formatHours(window)}`
  return `${host} has ${remaining}${all} pulls left${within}.`
}

function formatHours(seconds: number): string {
  const hours = seconds / 3600
  return Number.isInteger(hours) ? `${hours} hour${hours === 1 ? '' : 's'}` : formatDuration(seconds * 1000)
}
