import type { Attributes } from '../../build/attributes.ts'
import { complaintsOf, type Heard, tellComplaints } from '../../build/complaints.ts'
import type { FileOutput, ImageOutput } from '../../build/outputs.ts'
import { BuildFailed, BuildStopped } from '../../build/run.ts'
import { type Decision, isEmulated } from '../../emulation/decide.ts'
import { formatPlatform, type Platform, samePlatform } from '../../image/platform.ts'
import type { Repository } from '../../image/reference.ts'
import type { Workshop } from '../workshop/workshop.ts'
import type { World } from '../world.ts'
import { type Tried, tryAgain } from './again.ts'
import { openJoint } from './joint.ts'
import { openLive } from './live.ts'
import { buildOnce, type Made, type Site } from './one-platform.ts'
import { openPush } from './push.ts'

/** One platform, built; pushed as well where there is an image. */
export type BuiltPlatform = Tried<Made> & Readonly<{ decision: Decision; milliseconds: number }>

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

/** An optional platform that could not be built. */
export type LostPlatform = Readonly<{ platform: Platform; cause: unknown }>

export type Outcome = Readonly<{ built: readonly BuiltPlatform[]; lost: readonly LostPlatform[] }>

/**
 * Builds every platform at the same time. The first failure stops the others: an hour of QEMU would not help it. Only an
 * optional platform fails alone.
 */
export async function buildPlatforms(
  workshop: Workshop,
  { home, push: attributes, outputs }: Destiny,
  options: Options,
): Promise<Outcome> {
  const { builder, decisions, world } = workshop
  const { oneOfMany = decisions.length > 1, annotate = true, optional = [] } = options
  const isOptional = ({ platform }: Pick<Decision, 'platform'>) =>
    optional.some((one) => samePlatform(one, platform))
  const push = home && openPush(home, { attributes, driver: builder.driver }, world)
  const stop = new AbortController()
  const heard: Heard[] = []
  const names = decisions.map(({ platform }) => formatPlatform(platform))
  using live = openLive(names, world.log, world.clock)
  const joint = decisions.filter((decision) => !isOptional(decision) && decision.lost === undefined)
  const { signal } = stop
  const build = openJoint(joint, { ...workshop, signal })
  const site = {
    ...{ ...workshop, push, outputs, oneOfMany, live, build, signal },
    hear: (more: readonly Heard[]) => void heard.push(...more),
  }
  const outcomes = await Promise.all(
    decisions.map(async (decision) => {
      const outcome = await buildOne(decision, site)
      if ('cause' in outcome && !isOptional(outcome)) stop.abort()
      return outcome
    }),
  )
  if (annotate) tellComplaints(complaintsOf(heard), world.log)
  const lost = outcomes.flatMap((one) => ('cause' in one && !(one.cause instanceof BuildStopped) ? one : []))
  const culprit = lost.find((one) => !isOptional(one))
  if (culprit !== undefined) throw culprit.cause
  for (const one of lost)
    world.log.warn(wordsFor(one, world), { title: 'An optional platform failed to build' })
  return { built: outcomes.flatMap((one) => ('cause' in one ? [] : one)), lost }
}

/** Never rejects: what the failure means for the others is for the caller to say. */
async function buildOne(decision: Decision, site: Site): Promise<BuiltPlatform | LostPlatform> {
  const { platform, lost } = decision
  // It could not run, which the stage of the emulators has told.
  if (lost !== undefined) return { platform, ...lost }
  const { world, live, signal } = site
  const { clock, log, stages } = world
  const emulated = isEmulated(decision)
  const name = formatPlatform(platform)
  const begun = clock.now()
  let idle = 0
  try {
    const made = await stages.run(
      `Build ${name}${emulated ? ', emulated' : ''}`,
      async (say) => {
        const made = await tryAgain((before) => buildOnce(platform, site, { begun, say, before }), {
          ...{ platform, emulated, signal },
          tell: (line) => [say, log.line].map((tell) => tell(line)),
        })
        idle = made.idle
        return made
      },
      {
        platform,
        idle: () => idle,
        ended: (error) => (error instanceof BuildStopped ? 'stopped' : 'failed'),
      },
    )
    return { decision, milliseconds: clock.now() - begun - idle, ...made }
  } catch (cause: unknown) {
    return { platform, cause }
  } finally {
    live.end(name)
  }
}

function wordsFor({ platform, cause }: LostPlatform, { explain }: Pick<World, 'explain'>): string {
  const name = formatPlatform(platform)
  const why = cause instanceof BuildFailed ? `The whole log is in the group "Build ${name}".` : explain(cause)
  return `The image is made without ${name}. ${why}`
}
