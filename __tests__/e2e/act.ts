/**
 * Runs workflows with a real workflow runner: nektos/act, on this machine itself.
 *
 *     await using runner = await openRunner(registry)
 *     const run = await runner.run(await runner.example('matrix-planned.yml', 'ghcr.io/octo/app', repository))
 *
 * Nothing is fetched: the names of actions lead to folders here. org/multiarch-action is this repository's action.yml
 * and dist; docker/login-action is a stand-in that writes Docker's settings; actions/checkout is what act does itself,
 * a copy of the repository into the job's workspace.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { parse, stringify } from 'yaml'
import { ask, rig } from './rig.ts'
import { freePort } from './server-process.ts'
import type { TokenRegistry } from './token-registry.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const RUNNERS = ['ubuntu-24.04', 'ubuntu-24.04-arm', 'docker-amd64', 'docker-arm64', 'self-hosted']

type RunOptions = Readonly<{
  /** the workflow's, such as GITHUB_RUN_ATTEMPT */
  env?: Readonly<Record<string, string>>
  flags?: readonly string[]
  /** what was pushed */
  ref?: string
}>

export type WorkflowRun = Readonly<{ code: number; log: string }>

type Login = { registry: string; username: string; password: string }
type Step = { uses?: string; with?: Record<string, string> }
type Job = { steps?: Step[]; with?: Record<string, string> }
type Workflow = { jobs: Record<string, Job> }

/** An example as users copy it, with the bench's names in place of the world's, and what every build on the bench needs. */
async function example(login: Login, name: string, image: string, repository: string): Promise<string> {
  const text = await readFile(join(ROOT, 'examples', name), 'utf8')
  const workflow: Workflow = parse(text.replaceAll(image, repository))
  for (const job of Object.values(workflow.jobs)) {
    if (job.with) job.with = bench(job.with)
    for (const step of job.steps ?? []) {
      const mode = step.with?.['mode'] ?? 'build'
      if (step.uses?.startsWith('org/multiarch-action@') && (mode === 'build' || mode === 'part'))
        step.with = bench(step.with)
      if (step.uses?.startsWith('docker/login-action@')) step.with = login
    }
  }
  return stringify(workflow)
}

function bench(given: Record<string, string> = {}): Record<string, string> {
  const args = [given['build-args'], `BASE=${rig.baseImage}`].filter(Boolean).join('\n')
  return { ...given, ...rig.inputs, 'build-args': args }
}

/** A repository with the little app in it, and a runner that has it checked out. */
export async function openRunner({ host, username, password }: TokenRegistry) {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-act-'))
  const at = (...names: readonly string[]) => join(folder, ...names)
  await cp(join(ROOT, 'examples/hello'), at('repository'), { recursive: true })
  await mkdir(at('repository/.github/workflows'), { recursive: true })
  await cp(join(ROOT, 'action.yml'), at('action/action.yml'))
  await cp(join(ROOT, 'dist'), at('action/dist'), { recursive: true })
  await cp(join(ROOT, '.github/workflows/image.yml'), at('action/.github/workflows/image.yml'))
  await writeLogin(at('login'))
  await mkdir(at('docker'))
  const plugins = process.env['DOCKER_CONFIG']
  const settings = plugins ? { cliPluginsExtraDirs: [join(plugins, 'cli-plugins')] } : {}
  await writeFile(at('docker/config.json'), JSON.stringify(settings))
  const hosts = { [host]: { tls: 'disabled', user: username, pass: password } }
  await writeFile(at('regctl.json'), JSON.stringify({ hosts }))
  const git = (...args: readonly string[]) =>
    ask('git', '-C', at('repository'), '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args)
  await git('init', '--quiet', '--initial-branch', 'main')
  await git('remote', 'add', 'origin', 'https://github.com/octo/app.git')
  await git('add', '.')
  await git('commit', '--quiet', '--message', 'app')
  return {
    folder,
    /** where Docker's settings are, with the login of this run */
    docker: at('docker'),
    sha: await git('rev-parse', 'HEAD'),
    example: (name: string, image: string, repository: string) =>
      example({ registry: host, username, password }, name, image, repository),
    /** A referee, logged in. Not crane: it refuses a token server on the machine itself. */
    regctl: (...args: readonly string[]) =>
      ask('env', `REGCTL_CONFIG=${at('regctl.json')}`, 'regctl', ...args),
    run: async (
      workflow: string,
      { env = {}, flags = [], ref = 'refs/heads/main' }: RunOptions = {},
    ): Promise<WorkflowRun> => {
      await writeFile(at('repository/.github/workflows/image.yml'), workflow)
      await writeFile(at('event.json'), JSON.stringify({ ref, repository: { default_branch: 'main' } }))
      if (ref.startsWith('refs/tags/')) await git('tag', '--force', ref.slice('refs/tags/'.length))
      const all = {
        ...{ DOCKER_CONFIG: at('docker'), DOCKER_HOST: process.env['DOCKER_HOST'] ?? '' },
        ...env,
      }
      const args = [
        ...[
          'push',
          '--eventpath',
          at('event.json'),
          '--directory',
          at('repository'),
          '--pull=false',
          '--action-offline-mode',
        ],
        ...['--cache-server-addr', '127.0.0.1', '--cache-server-path', at('caches')],
        ...['--action-cache-path', at('cache'), '--actor', 'octo'],
        ...['--artifact-server-path', at('artifacts'), '--artifact-server-addr', '127.0.0.1'],
        ...['--artifact-server-port', String(await freePort())],
        ...RUNNERS.flatMap((label) => ['--platform', `${label}=-self-hosted`]),
        ...['--local-repository', `org/multiarch-action@v1=${at('action')}`],
        ...['--local-repository', `docker/login-action@v4=${at('login')}`],
        ...Object.entries(all).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
        ...['--secret', 'GITHUB_TOKEN=none', ...flags],
      ]
      return await act(args, { ...process.env, XDG_CACHE_HOME: at('xdg') })
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** As docker/login-action, as far as these workflows need it: one login, or a list of them. */
async function writeLogin(folder: string): Promise<void> {
  await mkdir(folder)
  const inputs = ['registry', 'username', 'password', 'registry-auth']
  const action = {
    ...{ name: 'login', description: 'A stand-in for docker/login-action.' },
    inputs: Object.fromEntries(inputs.map((name) => [name, { description: name }])),
    runs: { using: 'node24', main: 'login.mjs' },
  }
  await writeFile(join(folder, 'action.yml'), stringify(action))
  const script = `
    import { readFileSync, renameSync, writeFileSync } from 'node:fs'
    const input = (name) => process.env['INPUT_' + name.toUpperCase()] ?? ''
    const one = { registry: input('registry'), username: input('username'), password: input('password') }
    const logins = input('registry-auth') ? JSON.parse(input('registry-auth')) : [one]
    const file = process.env.DOCKER_CONFIG + '/config.json'
    const settings = JSON.parse(readFileSync(file, 'utf8'))
    const auths = logins.map(({ registry, username, password }) => [registry, { auth: btoa(username + ':' + password) }])
    // Jobs run side by side on these settings: whoever reads meets all of the old or all of the new, as Docker writes them.
    writeFileSync(file + '.' + process.pid, JSON.stringify({ ...settings, auths: { ...settings.auths, ...Object.fromEntries(auths) } }))
    renameSync(file + '.' + process.pid, file)
    console.log('logged in to ' + logins.map(({ registry }) => registry).join(', '))`
  await writeFile(join(folder, 'login.mjs'), script)
}

function act(args: readonly string[], env: NodeJS.ProcessEnv): Promise<WorkflowRun> {
  return new Promise((done) => {
    execFile('act', args, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? 1)
      done({ code, log: `${stdout}${stderr}` })
    })
  })
}
