import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openProgress, type Progress } from '../../src/build/progress.ts'

const FOLDER = resolve(import.meta.dirname, '../fixtures/progress')

export const RECORDED = ['built', 'cached-and-pushed', 'warned', 'failed', 'stopped'] as const

/** The lines that a real buildx has printed. */
export function recorded(name: (typeof RECORDED)[number]): readonly string[] {
  return readFileSync(join(FOLDER, `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
}

/** How our log shows it. */
export function shown(name: (typeof RECORDED)[number]): string {
  return readFileSync(join(FOLDER, `${name}.log`), 'utf8')
}

/** What is known after such lines, by a clock that stands still. */
export function progressOf(lines: readonly string[], now = () => 0): Progress {
  const progress = openProgress({ now })
  for (const line of lines) progress.take(line)
  return progress
}
