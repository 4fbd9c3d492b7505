import { join } from 'node:path'
import type { Recipe } from '../build/plan.ts'
import { stepOf } from '../build/progress.ts'
import { BuildStopped, buildPlatform } from '../build/run.ts'
import type { Decision } from '../emulation/decide.ts'
import type { Digest } from '../image/digest.ts'
import { readImage } from '../image/manifest.ts'
import { formatPlatform, platformSlug } from '../image/platform.ts'
import type { Repository } from '../image/reference.ts'
import { flatten, type PlatformImage } from '../merge/flatten.ts'
import type { Read } from '../publish/tree.ts'
import { formatDuration } from '../system/clock.ts'
import type { Ground } from './set-up.ts'
import type { World } from './world.ts'

/** One platform, built; pushed as well where there is an image. */
export type BuiltPlatform = Readonly<{ decision: Decision; milliseconds: number; pushed?: Pushed }>

/** `as` is what the registry has it under: with attestations that is an index of its own. */
export type Pushed = PlatformImage & Readonly<{ as: Digest }>

/** How often a silent build says that it lives, in milliseconds. */
const HEARTBEAT = 20_000

/** Builds every platform at the same time. The first failure stops the others: an hour of QEMU would not help it. */
export async function buildPlatforms(
  recipe: Recipe,
  repositories: readonly Repository[],
  ground: Ground,
  world: World,
  { oneOfMany = ground.decisions.length > 1 } = {},
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
          const { builder } = ground
          const plan = {
            ...{ recipe, platform, repositories, builder: builder.name, oneOfMany },
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
          const manifest = await registry.get({ ...repository, digest }, { expected: true })
          return { ...flatten(manifest, platform), as: digest }
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

/** What a pull of the platform moves, in bytes. Only shown, so a registry that will not tell is no failure. */
export async function pullSize({ pushed }: BuiltPlatform, read: Read): Promise<number | undefined> {
  if (pushed === undefined) return undefined
  try {
    return readImage(await read(pushed.image.digest)).reduce((sum, { size }) => sum + size, 0)
  } catch {
    return undefined
  }
}

export function isEmulated({ action }: Decision): boolean {
  return action === 'present' || action === 'install'
}
