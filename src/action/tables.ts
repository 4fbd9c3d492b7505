/** Rows in plain columns, for the log. */
export function plainTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = headings.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  return [headings, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Rows in GitHub's Markdown, where a bar would end a cell; `figures` are the headings of columns that are read from the right. */
export function markdownTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  figures: readonly string[] = [],
): string {
  const rule = headings.map((heading) => (figures.includes(heading) ? '--:' : '---'))
  const cells = (row: readonly string[]) => row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')
  return [headings, rule, ...rows].map((row) => `| ${cells(row)} |`).join('\n')
}

/** What is in a cell stays on one line: a figure and its unit for one. */
export function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0')
}

/** A name and what it stands for. Facts without a value are left out. */
export function factSheet(facts: readonly (readonly [name: string, value: string])[]): string {
  return facts.flatMap(([name, value]) => (value === '' ? [] : `- ${name}: ${value}`)).join('\n')
}

/** Text that is shown as it is; a backtick would end it. */
export function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll(/\s+/g, ' ')}\``
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
