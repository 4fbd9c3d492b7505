import type { Result } from '../flows/result.ts'
import type { Told } from '../registry/tally.ts'
import { buildTable } from './results/build.ts'
import { callSummary } from './results/call.ts'
import { inspectSummary, inspectTable } from './results/inspect.ts'
import { mergeSummary, mergeTable } from './results/merge.ts'
import { partTable } from './results/part.ts'
import { planSummary, planTable } from './results/plan.ts'
import { promoteSummary, promoteTable } from './results/promote.ts'
import { registryNotes } from './results/registries.ts'
import { buildSummary, partSummary } from './summary/build.ts'

export { failureSummary } from './summary/failure.ts'

const QUIET: Told = { retries: [], quotas: [] }

/** The job summary, in GitHub's Markdown, and below it once what registries made us wait for. */
export function toSummary(result: Result, told: Told = QUIET): string {
  const notes = registryNotes(told).map((note) => `<sub>${note}</sub>`)
  return [pageOf(result), notes.join('<br>')].filter(Boolean).join('\n\n')
}

function pageOf(result: Result): string {
  switch (result.mode) {
    case 'build':
      return buildSummary(result)
    case 'call':
      return callSummary(result)
    case 'part':
      return partSummary(result)
    case 'merge':
      return mergeSummary(result)
    case 'plan':
      return planSummary(result)
    case 'promote':
      return promoteSummary(result)
    case 'inspect':
      return inspectSummary(result)
  }
}

/** The same table for the end of the log, in plain columns. */
export function closingTable(result: Result): readonly string[] {
  switch (result.mode) {
    case 'build':
      return buildTable(result)
    case 'call':
      return []
    case 'part':
      return partTable(result)
    case 'merge':
      return mergeTable(result)
    case 'plan':
      return planTable(result)
    case 'promote':
      return promoteTable(result)
    case 'inspect':
      return inspectTable(result)
  }
}
