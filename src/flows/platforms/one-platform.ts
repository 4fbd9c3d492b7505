import { join } from 'node:path'
import { cachesLost, neededIn, unopenedIn, wasJustMade } from '../../build/cache.ts'
import type { Heard } from '../../build/complaints.ts'
import { exporterOf, isOfFiles } from '../../build/exporters.ts'
import type { FileOutput, ImageOutput } from '../../build/outputs.ts'
import { type BuildPlan, narrow, type PlatformRecipe } from '../../build/plan.ts'
import { type Facts, openProgress, type Progress, styleFor } from '../../build/progress.ts'
import { type Build, type BuildFailed, BuildStopped, type BuildWorld } from '../../build/run.ts'
import { formatPlatform, type Platform, platformSlug } from '../../image/platform.ts'
import type { Say } from '../../system/log.ts'
import type { Workshop } from '../workshop/workshop.ts'
import type { Live } from './live.ts'
import type { Push, Pushed } from './push.ts'

/** What builds that run side by side share. */
export type Site = Workshop &
  Readonly<{
    /** undefined where no image is pushed */
    push: Push | undefined
    outputs: readonly (ImageOutput | FileOutput)[]
    /** whether other platforms of the same image are built, here or in other jobs */
    oneOfMany: boolean
    live: Live
    build: Build
    /** of all of them: once one has failed, the others are stopped */
    signal: AbortSignal
    /** told what build checks complain of, of a build that fails as well */
    hear: (heard: readonly Heard[]) => void
  }>

/** What has come of one try. */
export type Made = Readonly<{
  /** undefined where buildx is too old to tell */
  facts?: Facts
  heard: readonly Heard[]
  pushed?: Pushed
  /** milliseconds at its end in which it waited for those that it was built together with */
  idle: number
}>

type Attempt = Readonly<{
  /** when the first one began, in milliseconds */
  begun: number
  /** told the whole log when it ends, well or badly */
  say: Say
  /** what became of the one before */
  before: BuildFailed | undefined
}>

/** Builds one platform, once. Rejects with BuildFailed, or with BuildStopped. */
export async function buildOnce(
  platform: Platform,
  site: Site,
  { begun, say, before }: Attempt,
): Promise<Made> {
  const { clock, log } = site.world
  const name = formatPlatform(platform)
  const progress = openProgress(clock, begun)
  const recipe = narrow(site.recipe, platform)
  const needed = neededIn(recipe.cacheTo)
  // Where a store does not open, the second try goes without the caches that the build can do without.
  const isClosed = before && needed.length < recipe.cacheTo.length && !wasJustMade(before.tail)
  const unopened = isClosed ? unopenedIn(before.tail) : undefined
  const plan = planOf(platform, unopened ? { ...recipe, cacheTo: needed } : recipe, site)
  const heard = () => progress.warnings().map((warning) => ({ warning, recipe }))
  const end: string[] = []
  site.live.begin(name, progress)
  try {
    const { pushed, idle } = await buildAndPush(plan, site, progress)
    for (const reason of [unopened ?? [], cachesLost(progress.log())].flat())
      log.warn(reason, { title: `The cache of ${name} was not written` })
    const facts = progress.facts()
    return { heard: heard(), idle, ...(facts && { facts }), ...(pushed && { pushed }) }
  } catch (error: unknown) {
    if (error instanceof BuildStopped) end.push('Stopped, as the build of another platform has failed.')
    throw error
  } finally {
    for (const line of [...progress.log(), ...end]) say(line)
    site.hear(heard())
  }
}

async function buildAndPush(
  plan: BuildPlan,
  site: Site,
  progress: Progress,
): Promise<Pick<Made, 'pushed' | 'idle'>> {
  const { platform } = plan
  const { build, builder, world, push, live, signal } = site
  const onLine: BuildWorld['onLine'] = (told) => live.tell(formatPlatform(platform), progress.take(told))
  const digest = await build(plan, builder.env, { ...world, onLine, progress, signal })
  const idle = progress.quiet() ?? 0
  const pushed = digest === undefined ? undefined : await push?.finish(platform, digest)
  return { idle, ...(pushed && { pushed }) }
}

function planOf(
  platform: Platform,
  recipe: PlatformRecipe,
  { builder, decisions, buildx, world, push, outputs, oneOfMany }: Site,
): BuildPlan {
  const folder = world.places.own
  const several = decisions.length > 1
  const share = { platform, several, folder }
  return {
    ...{ recipe, platform, builder: builder.name, oneOfMany },
    // buildx notes the digest of the last one.
    exporters: [
      ...outputs.map((output, place) => exporterOf(output, place, share)),
      ...(push ? [push.exporter(platform)] : []),
    ],
    pushes: push !== undefined,
    apart: several && outputs.some(isOfFiles),
    style: styleFor(buildx),
    metadataFile: join(folder, `${platformSlug(platform)}.json`),
  }
}
