import { join } from 'node:path'
import type { Recipe } from '../build/plan.ts'
import { stepOf } from '../build/progress.ts'
import { BuildStopped, buildPlatform } from '../build/run.ts'
import type { Decision } from '../emulation/decide.ts'
import { formatPlatform, platformSlug } from '../image/platform.ts'
import type { Repository } from '../image/reference.ts'
import { flatten, type PlatformImage } from '../merge/flatten.ts'
import { formatDuration } from '../system/clock.ts'
import type { Ground } from './set-up.ts'
import type { World } from './world.ts'

/** One platform, built; pushed as well where there is an image. */
export type BuiltPlatform = Readonly<{ decision: Decision; milliseconds: number; pushed?: PlatformImage }>

/** How often a silent build says that it lives, in milliseconds. */
const HEARTBEAT = 20_000

/** Builds every platform at the same time. The first failure stops the others: an hour of QEMU would not help it. */
export async function buildPlatforms(
  recipe: Recipe,
  repositories: readonly Repository[],
  ground: Ground,
  world: World,
): Promise<readonly BuiltPlatform[]> {
  const stop = new AbortController()
  const steps = new Map<string, string>()
  const startedAt = world.clock.now()
  using _beat = world.clock.every(HEARTBEAT, () => {
    const since = formatDuration(world.clock.now() - startedAt)
    for (const [platform, step] of steps)
      world.log.line(`${platform}: still building after ${since}, at ${step}`)
  })
  const settled = await Promise.allSettled(ground.decisions.map(buildOne))
  const failures = settled.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []))
  const culprit = failures.find((error) => !(error instanceof BuildStopped))
  if (culprit !== undefined) throw culprit
  return settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))

  async function buildOne(decision: Decision): Promise<BuiltPlatform> {
    const name = formatPlatform(decision.platform)
    const begun = world.clock.now()
    steps.set(name, 'its start')
    try {
      const pushed = await world.stages.run(
        `Build ${name}${isEmulated(decision) ? ', emulated' : ''}`,
        async (say) => {
          const { platform } = decision
          const { builder, decisions } = ground
          const plan = {
            ...{ recipe, platform, repositories, builder: builder.name, oneOfMany: decisions.length > 1 },
            metadataFile: join(world.places.own, `${platformSlug(platform)}.json`),
          }
          const onLine = (line: string) => {
            say(line)
            steps.set(name, stepOf(line) ?? steps.get(name) ?? '')
          }
          const digest = await buildPlatform(plan, builder.env, {
            ...world,
            say: onLine,
            signal: stop.signal,
          })
          const [repository] = repositories
          if (digest === undefined || repository === undefined) return undefined
          const registry = await world.registry()
          return flatten(await registry.get({ ...repository, digest }, { expected: true }), platform)
        },
      )
      return { decision, milliseconds: world.clock.now() - begun, ...(pushed && { pushed }) }
    } catch (error: unknown) {
      stop.abort()
      throw error
    } finally {
      steps.delete(name)
    }
  }
}

export function isEmulated({ action }: Decision): boolean {
  return action === 'present' || action === 'install'
}
