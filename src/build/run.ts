import { type Digest, parseDigest } from '../image/digest.ts'
import { formatPlatform, type Platform } from '../image/platform.ts'
import type { Files } from '../system/files.ts'
import type { Place } from '../system/log.ts'
import type { Environment, Follow } from '../system/processes.ts'
import { buildArguments, buildEnvironment } from './arguments.ts'
import type { Event } from './events.ts'
import { excerptIn } from './excerpt.ts'
import { placeOf } from './place.ts'
import type { BuildPlan } from './plan.ts'
import type { Progress } from './progress.ts'

export type BuildWorld = Readonly<{
  follow: Follow
  files: Pick<Files, 'read'>
  /** told every line that buildx prints, or the event that one holds */
  onLine: (told: string | Event) => void
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

/** The build has to be made anew, by itself: it was made together with others, and ended for what is none of its faults. */
export class BuildCut extends Error {
  override readonly name = 'BuildCut'
}

/** Builds one platform. Resolves with the digest of what was pushed, or undefined where nothing was to be pushed. */
export type Build = (plan: BuildPlan, env: Environment, world: BuildWorld) => Promise<Digest | undefined>

/** Builds it by itself. Rejects with BuildFailed, or with BuildStopped. */
export const buildPlatform: Build = async (plan, env, { follow, files, onLine, progress, signal }) => {
  const { recipe } = plan
  const code = await follow('docker', buildArguments(plan), {
    ...{ env: { ...env, ...buildEnvironment(recipe) }, onLine, signal },
    ...(recipe.inline !== undefined && { stdin: recipe.inline }),
  })
  if (signal.aborted) throw stopped(plan)
  if (code !== 0) throw failed(plan, code, progress)
  if (!plan.pushes) return undefined
  return readMetadata((await files.read(plan.metadataFile)) ?? '{}')
}

export function stopped({ platform }: BuildPlan): BuildStopped {
  return new BuildStopped(`the build of ${formatPlatform(platform)} was stopped`)
}

export function failed(
  { platform, recipe }: BuildPlan,
  code: number | undefined,
  progress: BuildWorld['progress'],
): BuildFailed {
  const excerpt = excerptIn(progress.words())
  return new BuildFailed(platform, code, progress.failure(), excerpt && placeOf(excerpt, recipe))
}

/** The digest that buildx notes in its metadata file; of several builds, for the one of this name. */
export function readMetadata(text: string, name?: string): Digest {
  const json: unknown = JSON.parse(text)
  return parseDigest(
    String(memberOf(name === undefined ? json : memberOf(json, name), 'containerimage.digest')),
  )
}

function memberOf(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null
    ? Object.entries(json).find(([key]) => key === name)?.[1]
    : undefined
}
