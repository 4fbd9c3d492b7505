import type { Readable } from 'node:stream'
import { clock } from './clock.ts'

/** Variables of a program's environment; undefined is the same as not there. */
export type Environment = Readonly<Record<string, string | undefined>>

/** How a program ended: its exit code decides, its words only explain. */
export type Finished = Readonly<{ code: number; stdout: string; stderr: string }>

/** Runs a program that ends by itself soon, without a shell. Rejects with ProgramMissing only; failing is an answer. */
export type Run = (program: string, args: readonly string[], options?: RunOptions) => Promise<Finished>

export type RunOptions = Readonly<{
  env?: Environment
  /** The program may end without reading it. */
  stdin?: string
  /** ends a program that is given a text to read */
  signal?: AbortSignal
  /** told every line as it comes, for work that takes long enough for somebody to wonder */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void
}>

/**
 * Runs a program that may take an hour: its lines are told as they come and `signal` stops it.
 * Resolves with its exit code, or undefined when a signal ended it.
 */
export type Follow = (
  program: string,
  args: readonly string[],
  options: FollowOptions,
) => Promise<number | undefined>

export type FollowOptions = Readonly<{
  env?: Environment
  onLine: (line: string) => void
  signal: AbortSignal
  stdin?: string
}>

export type Processes = Readonly<{ run: Run; follow: Follow }>

/** The program could not be started at all: not installed, or not on the PATH. */
export class ProgramMissing extends Error {
  override readonly name = 'ProgramMissing'
  readonly program: string
  /** the system's word for why, like ENOENT, where it is known */
  readonly reason: string | undefined

  constructor(program: string, cause: unknown) {
    super(`"${program}" could not be started`, { cause })
    this.program = program
    this.reason = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  }
}

/**
 * Two ways to run, since @actions/exec finds programs on every system but cannot be stopped, and falls over one that
 * ends before it has read. Both are loaded when they are first needed: a merge or a promotion starts no program.
 */
export function openProcesses(environment: Environment): Processes {
  return {
    run: (program, args, { stdin, ...options } = {}) =>
      stdin === undefined
        ? runToEnd(program, args, environment, options)
        : runReading(program, args, environment, { ...options, stdin }),
    follow: (program, args, options) => followLines(program, args, environment, options),
  }
}

/** A `Run` that stops with the signal, for work that must not take for ever. Both outputs come as one. */
export function stoppable(follow: Follow, signal: AbortSignal): Run {
  return async (program, args, { env = {} } = {}) => {
    const name = [program, ...args.slice(0, 2)].join(' ')
    if (signal.aborted) return outOfTime(`there was no time left for ${name}`)
    const lines: string[] = []
    const code = await follow(program, args, { env, signal, onLine: (line) => lines.push(line) })
    const said = lines.join('\n')
    if (signal.aborted) return outOfTime(`${said}\n${name} took too long and was ended`.trim())
    return { code: code ?? -1, stdout: said, stderr: said }
  }
}

function outOfTime(said: string): Finished {
  return { code: -1, stdout: said, stderr: said }
}

async function runToEnd(
  program: string,
  args: readonly string[],
  base: Environment,
  options: Omit<RunOptions, 'stdin'>,
) {
  const { exec } = await import('@actions/exec')
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  const { onLine } = options
  try {
    const code = await exec(program, [...args], {
      silent: true,
      ignoreReturnCode: true,
      env: defined({ ...base, ...options.env }),
      listeners: {
        stdout: (data) => stdout.push(data),
        stderr: (data) => stderr.push(data),
        ...(onLine && {
          stdline: (line: string) => onLine(line, 'stdout'),
          errline: (line: string) => onLine(line, 'stderr'),
        }),
      },
    })
    return { code, stdout: textOf(stdout), stderr: textOf(stderr) }
  } catch (error: unknown) {
    throw new ProgramMissing(program, error)
  }
}

/** In milliseconds, for a program that was asked to end. */
const GRACE = 2_000

async function runReading(
  program: string,
  args: readonly string[],
  base: Environment,
  { env, stdin, onLine, signal = new AbortController().signal }: RunOptions & Readonly<{ stdin: string }>,
): Promise<Finished> {
  const { createInterface } = await import('node:readline')
  const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  const hear = (output: Readable, name: 'stdout' | 'stderr') => {
    output.on('data', (data: Buffer) => said[name].push(data))
    if (onLine) createInterface({ input: output }).on('line', (line) => onLine(line, name))
  }
  const code = await start(program, args, { env: { ...base, ...env }, stdin, signal, hear })
  if (signal.aborted) return outOfTime(`${program} took too long and was ended`)
  return { code: code ?? -1, stdout: textOf(said.stdout), stderr: textOf(said.stderr) }
}

async function followLines(
  program: string,
  args: readonly string[],
  base: Environment,
  { env, onLine, signal, stdin = '' }: FollowOptions,
) {
  const { createInterface } = await import('node:readline')
  const hear = (output: Readable) => void createInterface({ input: output }).on('line', onLine)
  return await start(program, args, { env: { ...base, ...env }, stdin, signal, hear })
}

type Start = Readonly<{
  env: Environment
  stdin: string
  signal: AbortSignal
  hear: (output: Readable, name: 'stdout' | 'stderr') => void
}>

/** Resolves with the exit code, or undefined when a signal ended it. */
async function start(program: string, args: readonly string[], { env, stdin, signal, hear }: Start) {
  const { spawn } = await import('node:child_process')
  const child = spawn(program, args, { env, stdio: 'pipe', signal })
  // A program that ends before it has read all of its input is judged by its exit code, as any other.
  child.stdin.on('error', () => {}).end(stdin)
  hear(child.stdout, 'stdout')
  hear(child.stderr, 'stderr')
  const insist = () => clock.deadline(GRACE).addEventListener('abort', kill)
  const kill = () => {
    child.kill('SIGKILL')
    // A program that it has started may hold these open for as long as it likes.
    for (const stream of [child.stdout, child.stderr]) stream.destroy()
  }
  if (signal.aborted) insist()
  else signal.addEventListener('abort', insist, { once: true })
  return await new Promise<number | undefined>((resolve, reject) => {
    child.on('error', (error) => {
      if (error.name !== 'AbortError') reject(new ProgramMissing(program, error))
    })
    child.on('close', (code) => resolve(code ?? undefined))
  })
}

function defined(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8')
}
