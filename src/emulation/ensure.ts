import { formatPlatform, type Platform, samePlatform } from '../image/platform.ts'
import type { Say } from '../system/log.ts'
import type { Run } from '../system/processes.ts'
import { type Decision, decide, emulatorFor, type Handler, isUsable } from './decide.ts'
import { type AddedEmulators, type Installed, installEmulators } from './install.ts'
import { type ProbeWorld, probe, readHandlers } from './kernel.ts'

export type EmulationWorld = ProbeWorld &
  Readonly<{
    run: Run
    say: Say
    note: (entry: AddedEmulators) => void
    fetchImage: (image: string) => Promise<string>
  }>

export type EmulationPlan = Readonly<{
  wanted: readonly Platform[]
  natives: readonly Platform[]
  covered: readonly Platform[]
  /** whether the engine shares this machine's kernel, so that it tells what is registered there */
  local: boolean
  /** the tonistiigi/binfmt image */
  image: string
  keep: boolean
  /** start a test program of each architecture */
  verify: boolean
  /** throw away what is registered */
  reset: boolean
  /** where test programs may lie */
  folder: string
}>

/** Emulators that did not come up, or came up broken, with what the installer said. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError'
  readonly platforms: readonly string[]
  readonly image: string
  readonly said: string
  /** whether they are registered, and yet run nothing */
  readonly broken: boolean

  constructor(platforms: readonly string[], image: string, said: string, broken: boolean) {
    const what = broken ? 'the emulator is installed and does not run' : 'there is no working emulator'
    super(`${what} for ${platforms.join(', ')}`)
    this.platforms = platforms
    this.image = image
    this.said = said.trim()
    this.broken = broken
  }
}

type Kernel = Readonly<{ handlers: ReadonlyMap<string, Handler>; runs: ReadonlyMap<string, boolean> }>

/** Makes sure every wanted platform can run; doing it twice is harmless, and the second time starts no container. */
export async function ensureEmulators(
  plan: EmulationPlan,
  world: EmulationWorld,
): Promise<readonly Decision[]> {
  const kernel = await lookAtKernel(plan, world)
  const decisions = decide(plan.wanted, { ...plan, ...kernel })
  for (const { platform, why } of decisions) world.say(`${formatPlatform(platform)} ${why}`)
  const missing = decisions.filter(({ action }) => action === 'install')
  if (missing.length > 0) await install(missing, kernel, plan, world)
  return decisions
}

async function install(
  missing: readonly Decision[],
  kernel: Kernel,
  plan: EmulationPlan,
  world: EmulationWorld,
): Promise<void> {
  const emulators = missing.flatMap(({ emulator }) => emulator ?? [])
  const names = [...new Set(emulators.map(({ handler }) => handler))]
  const image = await world.fetchImage(plan.image)
  if (!plan.keep) world.note({ kind: 'emulators', image, handlers: names })
  const removal = plan.reset ? 'all' : names.filter((name) => kernel.handlers.has(name))
  const installed = await installEmulators(image, emulators, removal, world.run)
  for (const line of installed.said.split('\n').filter(Boolean)) world.say(line)
  await check(missing, installed, plan, world)
  world.say(`installed ${names.join(', ')} from ${image}`)
}

/** Better here, with a cure, than as "exec format error" in the middle of somebody's Dockerfile. */
async function check(
  missing: readonly Decision[],
  { code, handlers, said }: Installed,
  plan: EmulationPlan,
  world: EmulationWorld,
): Promise<void> {
  const now = await lookAtKernel({ ...plan, wanted: missing.map(({ platform }) => platform) }, world)
  const failed = missing.filter(({ emulator }) => {
    const listed = code === 0 && emulator !== undefined && handlers.has(emulator.handler)
    const entry = now.handlers.get(emulator?.handler ?? '')
    return !listed || (entry !== undefined && !isUsable(entry))
  })
  if (failed.length > 0) throw new EmulatorError(names(failed), plan.image, said, false)
  const broken = missing.filter(({ platform }) => now.runs.get(platform.architecture) === false)
  if (broken.length > 0) throw new EmulatorError(names(broken), plan.image, said, true)
}

/** An engine elsewhere has a kernel that we cannot see: nothing is known of it. */
async function lookAtKernel(plan: EmulationPlan, world: EmulationWorld): Promise<Kernel> {
  if (!plan.local) return { handlers: new Map(), runs: new Map() }
  const tested = plan.verify ? plan.wanted.filter((platform) => isForeign(platform, plan)) : []
  const architectures = tested.flatMap((platform) => emulatorFor(platform)?.architecture ?? [])
  const [handlers, runs] = await Promise.all([
    readHandlers(plan.wanted, world.files),
    probe(architectures, plan.folder, world),
  ])
  return { handlers, runs }
}

function isForeign(platform: Platform, { natives, covered }: EmulationPlan): boolean {
  const own = natives.some(
    ({ os, architecture }) => os === platform.os && architecture === platform.architecture,
  )
  return !own && !covered.some((one) => samePlatform(one, platform))
}

function names(decisions: readonly Decision[]): readonly string[] {
  return decisions.map(({ platform }) => formatPlatform(platform))
}
