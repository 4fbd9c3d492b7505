import type { BuildResult, PlatformResult } from '../flows/result.ts'
import { formatPlatform } from '../image/platform.ts'
import { formatReference, formatRepository } from '../image/reference.ts'
import { formatDuration } from '../system/clock.ts'

/** The job summary, in GitHub's Markdown. */
export function toSummary(result: BuildResult): string {
  return [heading(result), table(result.platforms), pull(result), footer(result)].filter(Boolean).join('\n\n')
}

/** The same table for the end of the log, in plain columns. */
export function closingTable({ platforms, published }: BuildResult): readonly string[] {
  const rows = platforms.map((platform) => cells(platform))
  const widths = HEADINGS.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  const names = published?.tags.map((tag) => `${formatReference(tag)} is ${published.index.digest}`) ?? []
  return [line(HEADINGS), ...rows.map(line), ...names]
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
  const first = published?.tags[0]
  if (published === undefined || first === undefined) return '## Built, not pushed'
  const others = published.tags.map((tag) => `\`${formatReference(tag)}\``).join('<br>')
  return [
    `## ${formatRepository(first)}`,
    '',
    '| | |',
    '| --- | --- |',
    `| digest | \`${published.index.digest}\` |`,
    `| tags | ${others} |`,
  ].join('\n')
}

function table(platforms: readonly PlatformResult[]): string {
  const rows = platforms.map((platform) =>
    cells(platform).map((cell, column) => (column === 4 && cell !== '–' ? `\`${cell}\`` : cell)),
  )
  return [HEADINGS, HEADINGS.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
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

/** From here on a figure with one decimal would be 1000.0 of the smaller unit. */
const ALMOST = 0.99995

/** As `docker images` counts: 1 kB is 1000 bytes. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = Math.max(
    0,
    units.findLastIndex((_, step) => bytes >= 1000 ** step * ALMOST),
  )
  return `${(bytes / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`
}
