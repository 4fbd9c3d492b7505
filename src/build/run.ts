import { type Digest, parseDigest } from '../image/digest.ts'
import { formatPlatform, type Platform } from '../image/platform.ts'
import type { Files } from '../system/files.ts'
import type { Place } from '../system/log.ts'
import type { Environment, Follow } from '../system/processes.ts'
import { buildArguments, buildEnvironment } from './arguments.ts'
import { excerptIn } from './excerpt.ts'
import { placeOf } from './place.ts'
import type { BuildPlan } from './plan.ts'
import type { Progress } from './progress.ts'

export type BuildWorld = Readonly<{
  follow: Follow
  files: Pick<Files, 'read'>
  /** told every line that buildx prints */
  onLine: (line: string) => void
  progress: Pick<Progress, 'failure' | 'words'>
  signal: AbortSignal
}>

/** The build of one platform failed. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed'
  readonly platform: Platform
  readonly code: number | undefined
  /** the end of the failed step's log, and what buildx says to it */
  readonly tail: readonly string[]
  /** the Dockerfile's lines that it is about, where buildx says them */
  readonly place: Place | undefined

  constructor(platform: Platform, code: number | undefined, tail: readonly string[], place?: Place) {
    super(`the build of ${formatPlatform(platform)} failed`)
    this.platform = platform
    this.code = code
    this.tail = tail
    this.place = place
  }
}

/** The build was stopped because another platform's had failed. */
export class BuildStopped extends Error {
  override readonly name = 'BuildStopped'
}

/** Builds one platform. Resolves with the digest of what was pushed, or undefined where nothing was to be pushed. */
export async function buildPlatform(
  plan: BuildPlan,
  env: Environment,
  { follow, files, onLine, progress, signal }: BuildWorld,
): Promise<Digest | undefined> {
  const { recipe } = plan
  const code = await follow('docker', buildArguments(plan), {
    ...{ env: { ...env, ...buildEnvironment(recipe) }, onLine, signal },
    ...(recipe.inline !== undefined && { stdin: recipe.inline }),
  })
  if (signal.aborted) throw new BuildStopped(`the build of ${formatPlatform(plan.platform)} was stopped`)
  if (code !== 0) {
    const excerpt = excerptIn(progress.words())
    throw new BuildFailed(plan.platform, code, progress.failure(), excerpt && placeOf(excerpt, recipe))
  }
  if (!plan.pushes) return undefined
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
