import { type Builder, reboot } from '../../builder/builder.ts'
import type { Engine } from '../../builder/engine.ts'
import type { Decision } from '../../emulation/decide.ts'
import { ensureEmulators } from '../../emulation/ensure.ts'
import { formatPlatform, type Platform } from '../../image/platform.ts'
import type { Say } from '../../system/log.ts'
import type { World } from '../world.ts'
import { fetcher } from './fetch.ts'

export type EmulatorChoice = Readonly<{
  image: string
  imageMirrors: readonly string[]
  keep: boolean
  verify: boolean
  reset: boolean
}>

type Wanted = Readonly<{
  platforms: readonly Platform[]
  optional?: readonly Platform[]
  /** what the machines that build run by themselves */
  natives: readonly Platform[]
  /** what a builder says that it can build, however */
  covered: readonly Platform[]
  emulators: EmulatorChoice
}>

/** `underWay` is called when the installer is about to start; an image that must be pulled first takes its time. */
export function emulate(
  { platforms, optional = [], natives, covered, emulators }: Wanted,
  { local }: Engine,
  world: World,
  underWay: () => void = () => {},
): Promise<readonly Decision[]> {
  const plan = {
    wanted: platforms,
    optional,
    natives,
    covered,
    local,
    folder: world.places.own,
    by: world.name,
    ...emulators,
  }
  return world.stages.run('Emulators', (say) => {
    const fetch = fetcher(emulators.imageMirrors, say, world)
    const fetchImage = async (image: string) => {
      const name = await fetch(image)
      underWay()
      return name
    }
    return ensureEmulators(plan, { ...world, say, fetchImage })
  })
}

/** The builder, started anew where it was up before emulators that it should know of. */
export async function withEmulators(
  builder: Builder,
  decisions: readonly Decision[],
  world: Pick<World, 'run'> & { say: Say },
): Promise<Builder> {
  const installed = decisions.flatMap(({ action, platform, lost }) =>
    action === 'install' && !lost ? platform : [],
  )
  const unseen = installed.filter(
    ({ architecture }) => !builder.platforms.some((seen) => seen.architecture === architecture),
  )
  if (unseen.length === 0) return builder
  world.say(
    `buildkitd was there before the emulator of ${unseen.map(formatPlatform).join(', ')}: it looks again`,
  )
  return await reboot(builder, world)
}
