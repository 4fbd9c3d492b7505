import { normalize, type Platform } from '../image/platform.ts'
import { type Finished, ProgramMissing, type Run } from '../system/processes.ts'

/** The Docker engine that does the work. */
export type Engine = Readonly<{
  platform: Platform
  version: string
  client: string
  /** whether it shares this machine's kernel */
  local: boolean
  /** the docker context that it is reached by; buildx has a builder of that name, which is the BuildKit in the engine */
  context: string
}>

/** Something the action needs is not on this machine. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly missing: 'docker' | 'engine' | 'buildx'
  readonly said: string

  constructor(missing: 'docker' | 'engine' | 'buildx', said: string, cause?: unknown) {
    super(MISSING[missing], { cause })
    this.missing = missing
    this.said = said.trim()
  }
}

const MISSING = {
  docker: 'the docker command is not installed on this runner',
  engine: 'the Docker engine does not answer',
  buildx: 'docker has no working buildx plugin',
} as const

/** Asks the engine what it is; throws EngineError where there is none. `host` is DOCKER_HOST. */
export async function findEngine(run: Run, host = ''): Promise<Engine> {
  const finished = await docker(run, ['version', '--format', '{{json .}}'])
  const { Client, Server } = parseVersions(finished.stdout)
  if (finished.code !== 0 || !Server) throw new EngineError('engine', finished.stderr)
  return {
    platform: normalize({ os: Server.Os, architecture: Server.Arch }),
    version: Server.Version,
    client: Client.Version,
    local: host === '' ? Client.Context === 'default' : host.startsWith('unix://'),
    context: Client.Context || 'default',
  }
}

/** The version of the buildx plugin, like `v0.36.1`; throws EngineError where there is none. */
export async function findBuildx(run: Run): Promise<string> {
  const { code, stdout, stderr } = await docker(run, ['buildx', 'version'])
  if (code !== 0) throw new EngineError('buildx', stderr)
  return versionOf(stdout)
}

/** The second word of `github.com/docker/buildx v0.36.1 5c0d6e6`. */
export function versionOf(said: string): string {
  return said.trim().split(/\s+/)[1] ?? said.trim()
}

async function docker(run: Run, args: readonly string[]): Promise<Finished> {
  return await run('docker', args).catch((error: unknown) => {
    throw error instanceof ProgramMissing ? new EngineError('docker', '', error) : error
  })
}

type Versions = Readonly<{
  Client: { Version: string; Context: string }
  Server?: { Version: string; Os: string; Arch: string } | null
}>

function parseVersions(stdout: string): Versions {
  if (stdout.trim() === '') return { Client: { Version: '', Context: '' } }
  return JSON.parse(stdout) as Versions
}
