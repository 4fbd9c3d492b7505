/**
 * Time that passes only when somebody says so: loaded into a step by `--import`, this takes the place of its deadlines.
 * Each SIGUSR2 is the moment of the next of them. A test that imports it only reads how much time has passed.
 */
import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import process from 'node:process'

const { TOLD_TIME } = process.env

/** The environment of a step whose time is told to it; what has passed by its end is in this file then. */
export function toldTime(file: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import ${import.meta.filename}`, TOLD_TIME: file }
}

/** In milliseconds. */
export async function passedBy(file: string): Promise<number> {
  return Number(await readFile(file, 'utf8'))
}

if (TOLD_TIME !== undefined) listen(TOLD_TIME)

function listen(file: string): void {
  let now = 0
  const deadlines: { at: number; controller: AbortController }[] = []
  AbortSignal.timeout = (limit) => {
    const controller = new AbortController()
    deadlines.push({ at: now + limit, controller })
    deadlines.sort((a, b) => a.at - b.at)
    return controller.signal
  }
  process.on('SIGUSR2', () => {
    const next = deadlines.shift()
    if (next === undefined) return
    now = next.at
    next.controller.abort(new DOMException('the time has passed', 'TimeoutError'))
  })
  process.on('exit', () => writeFileSync(file, String(now)))
}
