import { join } from 'node:path'
import type { Attributes } from '../build/attributes.ts'
import { cachesLost, neededIn, unopenedIn } from '../build/cache.ts'
import { complaintsOf, type Heard, tellComplaints } from '../build/complaints.ts'
import { exporterOf, isOfFiles } from '../build/exporters.ts'
import type { FileOutput, ImageOutput } from '../build/outputs.ts'
import { narrow, type PlatformRecipe } from '../build/plan.ts'
import { type Facts, openProgress, type Progress, styleFor } from '../build/progress.ts'
import { BuildFailed, BuildStopped, buildPlatform } from '../build/run.ts'
import { type Decision, isEmulated } from '../emulation/decide.ts'
import { formatPlatform, type Platform, platformSlug, samePlatform } from '../image/platform.ts'
import type { Repository } from '../image/reference.ts'
import type { Say } from '../system/log.ts'
import { type Tried, tryAgain } from './again.ts'
import { openLive } from './live.ts'
import { openPush, type Pushed } from './push.ts'
import type { Workshop } from './workshop.ts'
import type { World } from './world.ts'

/** One platform, built; pushed as well where there is an image. */
export type BuiltPlatform = Tried<Made> & Readonly<{ decision: Decision; milliseconds: number }>

/** What has come of one try. */
type Made = Readonly<{
  /** undefined where buildx is too old to tell */
  facts?: Facts
  heard: readonly Heard[]
  pushed?: Pushed
}>

/** What becomes of each platform: it is pushed, or written somewhere, or both, or left in the builder's cache. */
export type Destiny = Readonly<{
  /** where it is pushed by its digest; undefined: nowhere */
  home: Repository | undefined
  /** how it is pushed: attributes of BuildKit's exporter, like compression */
  push: Attributes
  outputs: readonly (ImageOutput | FileOutput)[]
}>

type Options = Readonly<{
  /** whether other jobs build other platforms of the same image */
  oneOfMany?: boolean
  /** whether complaints of build checks shall stand beside the lines that they are about */
  annotate?: boolean
  /** platforms that the others go without, should they fail */
  optional?: readonly Platform[]
}>

type Attempt = Readonly<{
  /** when the first one began */
  begun: number
  say: Say
  /** what became of the one before */
  before: BuildFailed | undefined
}>

/** An optional platform that could not be built. */
export type LostPlatform = Readonly<{ platform: Platform; cause: unknown }>

export type Outcome = Readonly<{ built: readonly BuiltPlatform[]; lost: readonly LostPlatform[] }>

/**
 * Builds every platform at the same time. The first failure stops the others: an hour of QEMU would not help it. Only an
 * optional platform fails alone.
 */
export async function buildPlatforms(
  { recipe, builder, decisions, buildx, world }: Workshop,
  { home, push: attributes, outputs }: Destiny,
  { oneOfMany = decisions.length > 1, annotate = true, optional = [] }: Options,
): Promise<Outcome> {
  const several = decisions.length > 1
  const push = home && openPush(home, { attributes, driver: builder.driver }, world)
  const stop = new AbortController()
  const heard: Heard[] = []
  const { log, clock } = world
  using live = openLive(
    decisions.map(({ platform }) => formatPlatform(platform)),
    log,
    clock,
  )
  const outcomes = await Promise.all(decisions.map(buildOne))
  if (annotate) tellComplaints(complaintsOf(heard), log)
  const lost = outcomes.flatMap((one) => ('cause' in one && !(one.cause instanceof BuildStopped) ? one : []))
  const culprit = lost.find(({ platform }) => !isOptional(platform))
  if (culprit !== undefined) throw culprit.cause
  for (const loss of lost) log.warn(wordsFor(loss, world), { title: 'An optional platform failed to build' })
  return { built: outcomes.flatMap((one) => ('cause' in one ? [] : one)), lost }

  function isOptional(platform: Platform): boolean {
    return optional.some((one) => samePlatform(one, platform))
  }

  async function buildOne(decision: Decision): Promise<BuiltPlatform | LostPlatform> {
    const { platform, lost } = decision
    // It could not run, which the stage of the emulators has told.
    if (lost !== undefined) return { platform, ...lost }
    const emulated = isEmulated(decision)
    const name = formatPlatform(platform)
    const begun = clock.now()
    const { signal } = stop
    try {
      const made = await world.stages.run(
        `Build ${name}${emulated ? ', emulated' : ''}`,
        (say) =>
          tryAgain((before) => attempt(decision, { begun, say, before }), {
            ...{ emulated, signal },
            tell: (line) => [say, log.line].map((tell) => tell(line)),
          }),
        { platform, ended: (error) => (error instanceof BuildStopped ? 'stopped' : 'failed') },
      )
      return { decision, milliseconds: clock.now() - begun, ...made }
    } catch (cause: unknown) {
      if (!isOptional(platform)) stop.abort()
      return { platform, cause }
    } finally {
      live.end(name)
    }
  }

  async function attempt({ platform }: Decision, { begun, say, before }: Attempt): Promise<Made> {
    const progress = openProgress(clock, begun)
    const own = narrow(recipe, platform)
    const needed = neededIn(own.cacheTo)
    // A second try goes without them.
    const unopened = before && needed.length < own.cacheTo.length ? unopenedIn(before.tail) : undefined
    const end: string[] = []
    live.begin(formatPlatform(platform), progress)
    try {
      const pushed = await pushOne(platform, unopened ? { ...own, cacheTo: needed } : own, progress)
      for (const reason of [unopened ?? [], cachesLost(progress.log())].flat())
        log.warn(reason, { title: `The cache of ${formatPlatform(platform)} was not written` })
      const facts = progress.facts()
      return { heard: heardOf(own, progress), ...(facts && { facts }), ...(pushed && { pushed }) }
    } catch (error: unknown) {
      if (error instanceof BuildStopped) end.push('Stopped, as the build of another platform has failed.')
      throw error
    } finally {
      for (const line of [...progress.log(), ...end]) say(line)
      heard.push(...heardOf(own, progress))
    }
  }

  function heardOf(own: PlatformRecipe, progress: Progress): readonly Heard[] {
    return progress.warnings().map((warning) => ({ warning, recipe: own }))
  }

  async function pushOne(
    platform: Platform,
    own: PlatformRecipe,
    progress: Progress,
  ): Promise<Pushed | undefined> {
    const share = { platform, several, folder: world.places.own }
    const plan = {
      ...{ recipe: own, platform, builder: builder.name, oneOfMany },
      // buildx notes the digest of the last one.
      exporters: [
        ...outputs.map((output, place) => exporterOf(output, place, share)),
        ...(push ? [push.exporter(platform)] : []),
      ],
      pushes: push !== undefined,
      apart: several && outputs.some(isOfFiles),
      style: styleFor(buildx),
      metadataFile: join(world.places.own, `${platformSlug(platform)}.json`),
    }
    const onLine = (line: string) => live.tell(formatPlatform(platform), progress.take(line))
    const outside = { ...world, onLine, progress, signal: stop.signal }
    const digest = await buildPlatform(plan, builder.env, outside)
    return digest === undefined ? undefined : await push?.finish(platform, digest)
  }
}

function wordsFor({ platform, cause }: LostPlatform, { explain }: Pick<World, 'explain'>): string {
  const name = formatPlatform(platform)
  const why = cause instanceof BuildFailed ? `The whole log is in the group "Build ${name}".` : explain(cause)
  return `The image is made without ${name}. ${why}`
}
