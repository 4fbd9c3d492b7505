import { type Digest, parseDigest } from '../image/digest.ts'
import { formatPlatform, type Platform } from '../image/platform.ts'
import type { Files } from '../system/files.ts'
import type { Say } from '../system/log.ts'
import type { Environment, Follow } from '../system/processes.ts'
import { buildArguments, buildEnvironment } from './arguments.ts'
import type { BuildPlan } from './plan.ts'

export type BuildWorld = Readonly<{
  follow: Follow
  files: Pick<Files, 'read'>
  /** told every line of BuildKit's log */
  say: Say
  signal: AbortSignal
}>

/** The build of one platform failed. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed'
  readonly platform: Platform
  readonly code: number | undefined
  /** the end of BuildKit's log */
  readonly tail: readonly string[]

  constructor(platform: Platform, code: number | undefined, tail: readonly string[]) {
    super(`the build of ${formatPlatform(platform)} failed`)
    this.platform = platform
    this.code = code
    this.tail = tail
  }
}

/** The build was stopped because another platform's had failed. */
export class BuildStopped extends Error {
  override readonly name = 'BuildStopped'
}

const TAIL = 25

/** Builds one platform. Resolves with the digest of what was pushed, or undefined where nothing was to be pushed. */
export async function buildPlatform(
  plan: BuildPlan,
  env: Environment,
  { follow, files, say, signal }: BuildWorld,
): Promise<Digest | undefined> {
  const tail: string[] = []
  const onLine = (line: string) => {
    say(line)
    if (tail.push(line) > TAIL) tail.shift()
  }
  const { recipe } = plan
  const code = await follow('docker', buildArguments(plan), {
    ...{ env: { ...env, ...buildEnvironment(recipe) }, onLine, signal },
    ...(recipe.inline !== undefined && { stdin: recipe.inline }),
  })
  if (signal.aborted) throw new BuildStopped(`the build of ${formatPlatform(plan.platform)} was stopped`)
  if (code !== 0) throw new BuildFailed(plan.platform, code, tail)
  if (plan.repositories.length === 0) return undefined
  return readMetadata((await files.read(plan.metadataFile)) ?? '{}')
}

/** The digest that buildx notes in its metadata file. */
export function readMetadata(text: string): Digest {
  const json: unknown = JSON.parse(text)
  const digest =
    typeof json === 'object' &&
    json !== null &&
    'containerimage.digest' in json &&
    json['containerimage.digest']
  return parseDigest(String(digest))
}
