import * as core from '@actions/core'
import type { Log } from '../system/log.ts'
import type { Report } from './titles.ts'

/** The thin edge to the runner: workflow commands out, inputs and events in. */
export const log: Log = {
  line: (text) => core.info(text),
  warn: (text, about) => core.warning(text, annotation(about)),
  group: (title, lines) => {
    core.startGroup(title)
    for (const line of lines) core.info(line)
    core.endGroup()
  },
}

/** As GitHub shows it beside the lines that it is about. */
function annotation({
  title,
  file,
  line,
  endLine,
}: Parameters<Log['warn']>[1] = {}): core.AnnotationProperties {
  return {
    ...(title !== undefined && { title }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { startLine: line }),
    ...(endLine !== undefined && { endLine }),
  }
}

/** What people look for first, at the end of the log and not folded. */
export function writeLines(lines: readonly string[]): void {
  for (const line of lines) log.line(line)
}

export function readInput(name: string): string {
  return core.getInput(name)
}

export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value)
}

/** Writes the job summary, where the runner has a place for it. Nothing that went well fails for want of a page. */
export async function writeSummary(markdown: string, file: string | undefined): Promise<void> {
  if (!file) return
  try {
    await core.summary.addRaw(hidden(markdown), true).write()
  } catch (error: unknown) {
    log.warn(`The job summary was not written: ${error instanceof Error ? error.message : error}`)
  }
}

/** Ends the step as failed, once everything that is still open has come to its end. */
export function fail({ title, detail, advice, place }: Report): void {
  core.error([detail, advice].filter(Boolean).join('\n'), annotation({ title, ...place }))
  process.exitCode = core.ExitCode.Failure
}

/** Too short to be a secret, and masking it would make the log unreadable. */
const SHORTEST_SECRET = 4

const masked = new Set<string>()

/** Text without secrets, for files: not every runner hides them there. It is to be asked before anything is escaped. */
export function hidden(text: string): string {
  return [...masked].reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
}

/** Hides a secret, and each line of it, in everything that is printed or written from now on. */
export function mask(secret: string): void {
  if (secret.trim().length >= SHORTEST_SECRET) core.setSecret(secret)
  for (const part of [secret, ...secret.split('\n')])
    if (part.trim().length >= SHORTEST_SECRET) masked.add(part.trim())
}

const LEDGER = 'ledger'

export function saveLedger(text: string): void {
  core.saveState(LEDGER, text)
}

export function loadLedger(): string {
  return core.getState(LEDGER)
}
