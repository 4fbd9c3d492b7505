import type { Complaint } from '../../build/complaints.ts'
import type { Facts } from '../../build/progress.ts'

/** As the metadata file has times. */
export function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000
}

/** As JSON: how many instructions there were, how many were in a cache, and what took longest. */
export function stepDetails({ steps, cached, slowest }: Facts): object {
  const details = slowest.map(({ name, milliseconds }) => ({ name, seconds: seconds(milliseconds) }))
  return { total: steps, cached, slowest: details }
}

export function complaintDetails({ rule, text, url, place }: Complaint): object {
  return { rule, text, url, ...(place && { file: place.file, line: place.line }) }
}

/** `5/9 steps`: how much of a build was in a cache. */
export function cachedSteps(facts: Facts | undefined): string {
  if (facts === undefined || facts.steps === 0) return '–'
  return `${facts.cached}/${facts.steps} ${facts.steps === 1 ? 'step' : 'steps'}`
}
