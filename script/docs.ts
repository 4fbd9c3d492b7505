import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { parse } from 'yaml'

/** The README's tables, as Markdown. */
export type Tables = Readonly<{ inputs: string; outputs: string }>

type Action = Readonly<{
  inputs: Readonly<Record<string, { description: string; default?: string }>>
  outputs: Readonly<Record<string, { description: string }>>
}>

const ROOT = join(import.meta.dirname, '..')
const README = join(ROOT, 'README.md')

if (import.meta.main) main()

/** Makes the README's tables those of action.yml; with `--check` it only compares. */
function main(): void {
  const action = readFileSync(join(ROOT, 'action.yml'), 'utf8')
  const before = readFileSync(README, 'utf8')
  try {
    const after = fill(before, tables(action))
    if (after === before) return
    if (process.argv.includes('--check'))
      throw new Error("README.md's tables are not those of action.yml; run `npm run docs` and commit it.")
    writeFileSync(README, after)
  } catch (error: unknown) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}

/** Reads action.yml's text; the same text gives the same tables. */
export function tables(actionYaml: string): Tables {
  const { inputs, outputs }: Action = parse(actionYaml)
  return {
    inputs: table(
      ['input', 'default', 'what it is'],
      Object.entries(inputs).map(([name, input]) => [code(name), code(input.default), input.description]),
    ),
    outputs: table(
      ['output', 'what it is'],
      Object.entries(outputs).map(([name, { description }]) => [code(name), description]),
    ),
  }
}

/** Puts each table between its markers; throws where a marker is missing. */
export function fill(markdown: string, { inputs, outputs }: Tables): string {
  return between('outputs', outputs, between('inputs', inputs, markdown))
}

function between(name: keyof Tables, content: string, markdown: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = markdown.indexOf(start)
  const to = markdown.indexOf(end, from)
  if (from < 0 || to < 0) throw new Error(`README.md lacks the markers ${start} and ${end}, in this order.`)
  return `${markdown.slice(0, from + start.length)}\n\n${content}\n\n${markdown.slice(to)}`
}

/** Columns are padded as Biome's formatter does, so that the two agree. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map(cell))
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = cells
  return [head, widths.map((width) => '-'.repeat(width)), ...body].map(line).join('\n')
}

/** A cell is one line, and a bar would end it. */
function cell(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
}

function code(text = ''): string {
  return text === '' ? '' : `\`${text}\``
}
