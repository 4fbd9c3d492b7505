import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import type { StepResult } from '../runs/as-a-runner.ts'

/** The test bench of script/rig, as script/test hands it over. */
export type Rig = Readonly<{
  /** host:port of the reference registry, distribution v3 */
  registry: string
  /** host:port of Debian's docker-registry 2.8 */
  oldRegistry: string
  /** host:port of olareg, which is strict and has the referrers API */
  olareg: string
  /** host:port of the reference registry behind a login, and that login as user:password */
  loginRegistry: string
  login: string
  /** host:port of a registry that only reads */
  mirror: string
  baseImage: string
  /** the inputs that every run on the bench needs */
  inputs: Readonly<Record<string, string>>
}>

const { env } = process

/** Why the bench cannot be used; script/test fails before this under CI=true. */
export const noRig = env['RIG_REGISTRY']
  ? false
  : `no test bench: ${env['RIG_MISSING'] ?? 'run script/test, or eval "$(script/rig env)"'}`

export const rig: Rig = {
  registry: env['RIG_REGISTRY'] ?? '',
  oldRegistry: env['RIG_REGISTRY_OLD'] ?? '',
  olareg: env['RIG_REGISTRY_OLAREG'] ?? '',
  loginRegistry: env['RIG_REGISTRY_LOGIN'] ?? '',
  login: env['RIG_LOGIN'] ?? '',
  mirror: env['RIG_MIRROR'] ?? '',
  baseImage: env['RIG_BASE_IMAGE'] ?? '',
  inputs: {
    'driver-opts': 'network=host',
    'binfmt-image': env['RIG_BINFMT_IMAGE'] ?? '',
    'buildkit-image': env['RIG_BUILDKIT_IMAGE'] ?? '',
  },
}

/** No program can be started, and no engine would answer. */
export const NO_DOCKER = { PATH: '/nowhere', DOCKER_HOST: 'unix:///nowhere.sock' }

const execute = promisify(execFile)

/** Runs another tool, a referee; its trimmed standard output. Rejects when it fails. */
export async function ask(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args, { maxBuffer: 64 * 1024 * 1024 })
  return stdout.trim()
}

/** Two referees see this digest. */
export async function sameEverywhere(image: string, digest: string): Promise<void> {
  assert.equal(await ask('crane', 'digest', image), digest)
  assert.equal(await ask('regctl', 'image', 'digest', image), digest)
}

/** Runs one platform of an image, fetched anew by its tag; what it prints. */
export async function runImage(image: string, platform: string): Promise<string> {
  return await ask('docker', 'run', '--rm', '--quiet', '--pull', 'always', '--platform', platform, image)
}

/** The tags of a repository, none where there is no repository yet. */
export async function tagsOf(repository: string): Promise<readonly string[]> {
  const said = await ask('crane', 'ls', repository).catch((error: unknown) => {
    if (String(error).includes('NAME_UNKNOWN')) return ''
    throw error
  })
  return said.split('\n').filter(Boolean)
}

/** The containers of the builder that this step has made, as its ledger names it. */
export async function builderContainers({ state }: Pick<StepResult, 'state'>): Promise<readonly string[]> {
  const ledger: readonly { kind: string; name: string }[] = JSON.parse(state['ledger'] ?? '[]')
  const made = ledger.find(({ kind }) => kind === 'builder')
  return made === undefined ? [] : await containersNamed(`buildx_buildkit_${made.name}`)
}

export async function containersNamed(name: string): Promise<readonly string[]> {
  const said = await ask('docker', 'ps', '--all', '--filter', `name=${name}`, '--format', '{{.Names}}')
  return said.split('\n').filter(Boolean)
}

let count = 0
/** A repository that no other test has. */
export function freshRepository(registry: string): string {
  return `${registry}/e2e/r${process.pid}-${Date.now()}-${count++}`
}
