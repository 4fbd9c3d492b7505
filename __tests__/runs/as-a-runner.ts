import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'

/** How a step ended: what a workflow and its reader would see of it. */
export type StepResult = Readonly<{
  code: number | null
  signal: NodeJS.Signals | null
  /** standard output and error, as the log shows them */
  log: string
  outputs: Readonly<Record<string, string>>
  state: Readonly<Record<string, string>>
  summary: string
  milliseconds: number
}>

export type Step = Readonly<{
  inputs: Readonly<Record<string, string>>
  env?: Readonly<Record<string, string>>
  cwd?: string
  /** what to do with the running process, such as killing it */
  meanwhile?: (process: RunningStep) => void
}>

export type RunningStep = Readonly<{
  pid: number
  kill: (signal: NodeJS.Signals) => void
  /** What it has saved by now for post. */
  state: () => Promise<StepResult['state']>
  /** Resolves when the log has such words. */
  says: (words: RegExp) => Promise<void>
}>

export type Job = Awaited<ReturnType<typeof openJob>>

const ROOT = resolve(import.meta.dirname, '../..')

/** A job on a runner: a temporary folder of its own, and steps that are run as GitHub's runner runs them. */
export async function openJob() {
  const temporary = await mkdtemp(join(tmpdir(), 'multiarch-job-'))
  let count = 0
  return {
    temporary,
    /** Runs dist/main.mjs with these inputs, and the defaults of action.yml as the action itself knows them. */
    main: (step: Step) => runEntry('main', step, {}),
    /** Runs dist/post.mjs with the state that main has left, however main ended. */
    post: (main: Pick<StepResult, 'state'>, env: Step['env'] = {}) =>
      runEntry('post', { inputs: {}, env }, main.state),
    [Symbol.asyncDispose]: () => rm(temporary, { recursive: true, force: true }),
  }

  async function runEntry(
    entry: 'main' | 'post',
    step: Step,
    state: StepResult['state'],
  ): Promise<StepResult> {
    const files = await makeFiles(join(temporary, `${count++}-${entry}`))
    const env = {
      ...withoutActions(process.env),
      ...prefixed('INPUT_', step.inputs, (name) => name.toUpperCase()),
      ...prefixed('STATE_', state),
      ...{ RUNNER_TEMP: temporary, GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: step.cwd ?? ROOT },
      ...{ GITHUB_OUTPUT: files.output, GITHUB_STATE: files.state, GITHUB_STEP_SUMMARY: files.summary },
      ...step.env,
    }
    const started = performance.now()
    const ended = await follow(join(ROOT, 'dist', `${entry}.mjs`), env, step)
    return {
      ...ended,
      milliseconds: performance.now() - started,
      outputs: parseFileCommands(await readFile(files.output, 'utf8')),
      state: parseFileCommands(await readFile(files.state, 'utf8')),
      summary: await readFile(files.summary, 'utf8'),
    }
  }
}

/** A runner makes the files first; the action only appends. */
async function makeFiles(prefix: string) {
  const files = { output: `${prefix}-output`, state: `${prefix}-state`, summary: `${prefix}-summary` }
  await Promise.all(Object.values(files).map((path) => writeFile(path, '')))
  return files
}

function follow(entry: string, env: NodeJS.ProcessEnv, { cwd = ROOT, meanwhile }: Step) {
  if (!existsSync(entry)) throw new Error(`${entry} is missing; run "npm run bundle" first`)
  return new Promise<Pick<StepResult, 'code' | 'signal' | 'log'>>((done, failed) => {
    const child = spawn(process.execPath, [entry], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let log = ''
    const listeners: (() => void)[] = []
    const hear = (text: string) => {
      log += text
      for (const listen of listeners) listen()
    }
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear)
    const says = (words: RegExp) =>
      new Promise<void>((heard) => listeners.push(() => words.test(log) && heard()))
    child.on('error', failed)
    child.on('close', (code, signal) => done({ code, signal, log }))
    const state = async () => parseFileCommands(await readFile(env['GITHUB_STATE'] ?? '', 'utf8'))
    const { pid } = child
    if (pid !== undefined) meanwhile?.({ pid, kill: (signal) => child.kill(signal), state, says })
  })
}

/** The runner's file commands: `name<<delimiter`, lines, `delimiter`. The last of a name wins. */
export function parseFileCommands(text: string): Readonly<Record<string, string>> {
  const pattern = /^(?<name>[^\n=]+?)<<(?<end>[^\n]+)\n(?<value>[\s\S]*?)\n?^\k<end>$/gm
  return Object.fromEntries(
    [...text.matchAll(pattern)].map(({ groups }) => [groups?.['name'], groups?.['value'] ?? '']),
  )
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>, spell = (name: string) => name) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + spell(name), value]))
}

/** What a runner above us has set is not this job's. */
function withoutActions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(GITHUB|INPUT|STATE|RUNNER|ACTIONS)_/.test(name)),
  )
}
