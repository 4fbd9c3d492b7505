import { mishapIn } from '../../build/mishap.ts'
import { canBake } from '../../build/progress.ts'
import { type Build, type BuildFailed, type BuildWorld, buildPlatform, stopped } from '../../build/run.ts'
import { bakeTargets, buildTogether, type Member } from '../../build/together.ts'
import { type Decision, isEmulated } from '../../emulation/decide.ts'
import type { Digest } from '../../image/digest.ts'
import { formatPlatform, samePlatform } from '../../image/platform.ts'
import type { Environment } from '../../system/processes.ts'
import type { Workshop } from '../workshop/workshop.ts'

type Site = Pick<Workshop, 'world' | 'buildx' | 'builder'> & Readonly<{ signal: AbortSignal }>

/** A build that waits for the others. */
type Waiting = Member &
  Readonly<{
    world: BuildWorld
    resolve: (digest: Digest | undefined | Promise<Digest | undefined>) => void
    reject: (error: unknown) => void
  }>

/**
 * Builds these platforms together once all of them have come, so that what they share, as the context, is sent to BuildKit
 * once. Whatever comes again is built by itself, and so are all of them where bake cannot build one.
 */
export function openJoint(decisions: readonly Decision[], site: Site): Build {
  const missing = new Set(decisions.map(({ platform }) => formatPlatform(platform)))
  const isMishap = ({ platform, tail }: BuildFailed) => {
    const emulated = decisions.some((one) => samePlatform(one.platform, platform) && isEmulated(one))
    return mishapIn(tail, { emulated }) !== undefined
  }
  // For several nodes bake does not go by what they are for, unless that is said of every platform.
  if (missing.size < 2 || site.builder.nodes.length > 1 || !canBake(site.buildx)) return buildPlatform
  const waiting: Waiting[] = []
  const leave = () => {
    // After another one's failure there are some that never come.
    if (missing.size > 0) for (const { plan, reject } of waiting) reject(stopped(plan))
  }
  site.signal.addEventListener('abort', leave, { once: true })
  return (plan, env, world) => {
    if (!missing.delete(formatPlatform(plan.platform))) return buildPlatform(plan, env, world)
    if (site.signal.aborted) return Promise.reject(stopped(plan))
    const { promise, resolve, reject } = Promise.withResolvers<Digest | undefined>()
    waiting.push({ plan, world, resolve, reject })
    if (missing.size === 0)
      depart(waiting, env, { ...site, isMishap }).catch((error: unknown) => {
        for (const { reject } of waiting) reject(error)
      })
    return promise
  }
}

async function depart(
  waiting: readonly Waiting[],
  env: Environment,
  { world, signal, isMishap }: Site & Readonly<{ isMishap: (error: BuildFailed) => boolean }>,
): Promise<void> {
  const targets = bakeTargets(
    waiting.map(({ plan }) => plan),
    world.places.workspace,
  )
  if (targets === undefined) {
    for (const { plan, world, resolve } of waiting) resolve(buildPlatform(plan, env, world))
    return
  }
  const outcomes = await buildTogether(waiting, targets, env, { ...world, signal, isMishap })
  for (const [place, outcome] of outcomes.entries()) {
    const one = waiting[place]
    if ('error' in outcome) one?.reject(outcome.error)
    else one?.resolve(outcome.digest)
  }
}
