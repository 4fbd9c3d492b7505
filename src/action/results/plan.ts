import type { PlannedJob, PlanResult } from '../../flows/result.ts'
import { formatPlatform } from '../../image/platform.ts'
import { code, markdownTable, plainTable } from '../tables.ts'
import { platformList } from './image.ts'

const HEADINGS = ['job', 'runner', 'emulated']

/** A matrix, as `strategy: matrix` takes it. */
export function planOutputs({ jobs, platforms }: PlanResult) {
  return { platforms: platformList(platforms), matrix: JSON.stringify({ include: jobs.map(entry) }) }
}

/** As JSON: version 1 of its shape. */
export function planMetadata({ jobs, platforms }: PlanResult): object {
  return { platforms: platforms.map(formatPlatform), matrix: { include: jobs.map(entry) } }
}

export function planSummary({ jobs }: PlanResult): string {
  const rows = jobs.map((job) => cells(job).map((cell) => (cell === '–' ? cell : code(cell))))
  return ['## Plan', markdownTable(HEADINGS, rows)].join('\n\n')
}

export function planTable({ jobs }: PlanResult): readonly string[] {
  return plainTable(HEADINGS, jobs.map(cells))
}

/** One label is text and several are a list, as `runs-on` takes them. */
function entry({ name, runner, platforms, emulated }: PlannedJob) {
  return {
    name,
    runner: runner.length === 1 ? runner[0] : runner,
    platforms: platformList(platforms),
    emulated: platformList(emulated),
  }
}

function cells({ name, runner, emulated }: PlannedJob): readonly string[] {
  return [name, runner.join(', '), platformList(emulated) || '–']
}
