/**
 * Notes when a step starts and ends its programs: loaded into the step by `--import`, this listens where node starts
 * them. A bench that imports it only reads what was noted.
 */
import childProcess from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import process from 'node:process'

const { TIMELINE_FILE, TIMELINE_START } = process.env

/** The environment of a step that notes its programs in this file, in milliseconds from now on. */
export function noting(file: string): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `--import ${import.meta.filename}`,
    ...{ TIMELINE_FILE: file, TIMELINE_START: String(Date.now()) },
  }
}

/** The programs in the order in which they began: begin, end, command. */
export async function readTimeline(file: string): Promise<readonly string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter(Boolean).toSorted()
}

if (TIMELINE_FILE !== undefined) listen(TIMELINE_FILE, Number(TIMELINE_START))

function listen(file: string, start: number): void {
  const { spawn } = childProcess
  const note = (begun: number, ended: number, command: string) =>
    appendFileSync(file, `${column(begun - start)} ${column(ended - start)}  ${command}\n`)
  const nodeStarted = performance.timeOrigin
  process.on('exit', () => note(nodeStarted, Date.now(), `node ${basename(process.argv[1] ?? '')}`))
  childProcess.spawn = new Proxy(spawn, {
    apply: (target, self, call: Parameters<typeof spawn>) => {
      const [program, args] = call
      const begun = Date.now()
      const child = Reflect.apply(target, self, call)
      const command = [basename(program), ...args].join(' ').slice(0, WIDTH)
      child.on('close', () => note(begun, Date.now(), command))
      return child
    },
  })
  syncBuiltinESMExports()
}

const WIDTH = 90

function column(milliseconds: number): string {
  return String(Math.round(milliseconds)).padStart(6)
}
