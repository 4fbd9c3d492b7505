import type { BuildResult, PlatformResult, Result } from '../flows/result.ts'
import { formatPlatform } from '../image/platform.ts'
import { formatReference, formatRepository } from '../image/reference.ts'
import type { Told } from '../registry/tally.ts'
import { formatDuration } from '../system/clock.ts'
import { inspectSummary, inspectTable } from './results/inspect.ts'
import { mergeSummary, mergeTable } from './results/merge.ts'
import { partSummary, partTable } from './results/part.ts'
import { planSummary, planTable } from './results/plan.ts'
import { promoteSummary, promoteTable } from './results/promote.ts'
import { registryNotes } from './results/registries.ts'
import { code, factSheet, formatBytes, markdownTable, plainTable } from './tables.ts'

export { formatBytes } from './tables.ts'

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

function buildSummary(result: BuildResult): string {
  return [heading(result), table(result.platforms), pull(result), footer(result)].filter(Boolean).join('\n\n')
}

function buildTable({ platforms, published }: BuildResult): readonly string[] {
  const names = published?.tags.map((tag) => `${formatReference(tag)} is ${published.index.digest}`) ?? []
  return [...plainTable(HEADINGS, platforms.map(cells)), ...names]
}

const HEADINGS = ['platform', 'how', 'built in', 'pull size', 'digest']

function cells({ platform, emulated, milliseconds, image, size }: PlatformResult): readonly string[] {
  return [
    formatPlatform(platform),
    emulated ? 'emulated' : 'native',
    formatDuration(milliseconds),
    size === undefined ? '–' : formatBytes(size),
    image?.digest ?? '–',
  ]
}

function heading({ published }: BuildResult): string {
  const first = published?.tags[0] ?? published?.untagged
  if (published === undefined || first === undefined) return '## Built, not pushed'
  const facts = factSheet([
    ['digest', code(published.index.digest)],
    ['tags', published.tags.map((tag) => code(formatReference(tag))).join('<br>')],
  ])
  return `## ${formatRepository(first)}\n\n${facts}`
}

function table(platforms: readonly PlatformResult[]): string {
  const rows = platforms.map((platform) =>
    cells(platform).map((cell, column) => (column === 4 && cell !== '–' ? code(cell) : cell)),
  )
  return markdownTable(HEADINGS, rows)
}

function pull({ published }: BuildResult): string {
  const [first] = published?.tags ?? []
  return first ? ['```sh', `docker pull ${formatReference(first)}`, '```'].join('\n') : ''
}

function footer({ builder, tools, stages }: BuildResult): string {
  const slowest = stages.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, 3)
  const times = slowest.map(({ name, milliseconds }) => `${name} ${formatDuration(milliseconds)}`).join(', ')
  return `<sub>Slowest: ${times}. Builder ${builder.name} (${builder.driver}), BuildKit ${tools.buildkit}, buildx ${tools.buildx}, Docker ${tools.engine}.</sub>`
}
