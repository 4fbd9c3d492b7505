import { formatPlatform, type Platform, samePlatform } from '../image/platform.ts'
import type { Say } from '../system/log.ts'
import type { Run } from '../system/processes.ts'
import { type Decision, decide, emulatorFor, type Handler, isUsable } from './decide.ts'
import { type AddedEmulators, askInstaller, type Installed, installEmulators } from './install.ts'
import { isMounted, type ProbeWorld, probe, readHandlers } from './kernel.ts'

export type EmulationWorld = ProbeWorld &
  Readonly<{
    run: Run
    say: Say
    note: (entry: AddedEmulators) => void
    fetchImage: (image: string) => Promise<string>
  }>

export type EmulationPlan = Readonly<{
  wanted: readonly Platform[]
  /** those that the others go without, should their emulators not come up */
  optional: readonly Platform[]
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
  /** the name of this run */
  by: string
}>

/** What is wrong with emulators that should be there. */
export type Trouble =
  /** the kernel has none that is of use in containers */
  | 'missing'
  /** registered, and yet run nothing */
  | 'broken'
  /** the installer had registered them, and with its container they went: nothing else keeps binfmt_misc mounted */
  | 'gone'

/** Emulators that did not come up, or came up broken, with what the installer said. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError'
  readonly platforms: readonly string[]
  readonly image: string
  readonly said: string
  readonly trouble: Trouble

  constructor(platforms: readonly string[], image: string, said: string, trouble: Trouble) {
    super(`${TROUBLES[trouble]} for ${platforms.join(', ')}`)
    this.platforms = platforms
    this.image = image
    this.said = said.trim()
    this.trouble = trouble
  }
}

const TROUBLES: Readonly<Record<Trouble, string>> = {
  missing: 'there is no working emulator',
  broken: 'the emulator is installed and does not run',
  gone: 'the emulator was installed, and the kernel has lost it since,',
}

type Kernel = Readonly<{
  /** whether the names of its emulators can be read here */
  mounted: boolean
  handlers: ReadonlyMap<string, Handler>
  runs: ReadonlyMap<string, boolean>
}>

/**
 * Makes sure every wanted platform can run; doing it twice is harmless, and the second time starts no container here.
 * Throws for one that cannot, unless it is optional: then its decision says why.
 */
export async function ensureEmulators(
  plan: EmulationPlan,
  world: EmulationWorld,
): Promise<readonly Decision[]> {
  let fetched: Promise<string> | undefined
  const fetchImage = () => (fetched ??= world.fetchImage(plan.image))
  const kernel = plan.local
    ? await lookAtKernel(plan, world)
    : await askElsewhere(plan, { ...world, fetchImage })
  const decisions = decide(plan.wanted, { ...plan, ...kernel })
  for (const { platform, why } of decisions) world.say(`${formatPlatform(platform)} ${why}`)
  const missing = decisions.filter(({ action }) => action === 'install')
  if (missing.length === 0) return decisions
  const installed = await installOrLose(missing, kernel, plan, { ...world, fetchImage })
  return decisions.map(
    (decision) => installed.find(({ platform }) => platform === decision.platform) ?? decision,
  )
}

/** No image to install from is a matter of all that are missing. */
async function installOrLose(
  ...[missing, kernel, plan, world]: Parameters<typeof install>
): Promise<readonly Decision[]> {
  try {
    return await install(missing, kernel, plan, world)
  } catch (cause: unknown) {
    if (!missing.every(({ platform }) => isOptional(platform, plan))) throw cause
    return missing.map((decision) => ({ ...decision, lost: { cause } }))
  }
}

async function install(
  missing: readonly Decision[],
  kernel: Kernel,
  plan: EmulationPlan,
  world: EmulationWorld,
): Promise<readonly Decision[]> {
  const emulators = missing.flatMap(({ emulator }) => emulator ?? [])
  const names = [...new Set(emulators.map(({ handler }) => handler))]
  const image = await world.fetchImage(plan.image)
  if (!plan.keep) world.note({ kind: 'emulators', image, handlers: names, by: plan.by })
  const removal = plan.reset ? 'all' : names.filter((name) => kernel.handlers.has(name))
  const installed = await installEmulators(image, emulators, { removal, by: plan.by }, world.run)
  for (const line of installed.said.split('\n').filter(Boolean)) world.say(line)
  const wanted = missing.map(({ platform }) => platform)
  const now = plan.local
    ? await lookAtKernel({ ...plan, wanted }, world)
    : seenBy(installed, { ...plan, wanted })
  const judged = judge(missing, installed, now, plan)
  const good = judged.flatMap(({ emulator, lost }) => (emulator && !lost ? emulator.handler : []))
  if (good.length > 0) world.say(`installed ${[...new Set(good)].join(', ')} from ${image}`)
  return judged
}

/** Better here, with a cure, than as "exec format error" in the middle of somebody's Dockerfile. */
function judge(
  missing: readonly Decision[],
  installed: Installed,
  now: Kernel,
  plan: EmulationPlan,
): readonly Decision[] {
  const judged = missing.map((decision) => ({ decision, trouble: troubleWith(decision, installed, now) }))
  const errorFor = (decisions: readonly Decision[], trouble: Trouble) => {
    const names = decisions.map(({ platform }) => formatPlatform(platform))
    return new EmulatorError(names, plan.image, installed.said, trouble)
  }
  for (const trouble of ['missing', 'gone', 'broken'] as const) {
    const concerned = judged.flatMap((one) => (one.trouble === trouble ? one.decision : []))
    const needed = concerned.filter(({ platform }) => !isOptional(platform, plan))
    if (needed.length > 0) throw errorFor(needed, trouble)
  }
  return judged.map(({ decision, trouble }) =>
    trouble === undefined ? decision : { ...decision, lost: { cause: errorFor([decision], trouble) } },
  )
}

function troubleWith(
  { platform, emulator }: Decision,
  { code, handlers }: Installed,
  now: Kernel,
): Trouble | undefined {
  const entry = now.handlers.get(emulator?.handler ?? '')
  const ran = now.runs.get(platform.architecture)
  if (code !== 0 || !handlers.has(emulator?.handler ?? '')) return 'missing'
  if (entry !== undefined && !isUsable(entry)) return 'missing'
  if (entry === undefined && (ran === false || now.mounted)) return 'gone'
  return ran === false ? 'broken' : undefined
}

function isOptional(platform: Platform, { optional }: EmulationPlan): boolean {
  return optional.some((one) => samePlatform(one, platform))
}

const UNSEEN: Kernel = { mounted: false, handlers: new Map(), runs: new Map() }

async function lookAtKernel(plan: EmulationPlan, world: EmulationWorld): Promise<Kernel> {
  const architectures = plan.verify ? foreignArchitectures(plan) : []
  const [mounted, handlers, runs] = await Promise.all([
    isMounted(world.files),
    readHandlers(plan.wanted, world.files),
    probe(architectures, plan.folder, world),
  ])
  return { mounted, handlers, runs }
}

/** An engine elsewhere has a kernel that we cannot see; a container there can. */
async function askElsewhere(plan: EmulationPlan, world: EmulationWorld): Promise<Kernel> {
  const foreign = plan.wanted.filter((platform) => isForeign(platform, plan) && emulatorFor(platform))
  if (foreign.length === 0) return UNSEEN
  try {
    const image = await world.fetchImage(plan.image)
    return seenBy(await askInstaller(image, world.run), plan)
  } catch (error: unknown) {
    // They are taken for missing, and what was thrown here is thrown again where they are installed.
    if (foreign.every((platform) => isOptional(platform, plan))) return UNSEEN
    throw error
  }
}

/** A container sees names alone; what is registered there is as the installer does it, with flag F. */
function seenBy({ handlers, runs }: Installed, plan: EmulationPlan): Kernel {
  const tested = plan.verify ? foreignArchitectures(plan) : []
  return {
    mounted: false,
    handlers: new Map([...handlers].map((name) => [name, { enabled: true, interpreter: '', flags: 'F' }])),
    runs: new Map(tested.map((architecture) => [architecture, runs.has(architecture)])),
  }
}

function foreignArchitectures(plan: EmulationPlan): readonly string[] {
  const foreign = plan.wanted.filter((platform) => isForeign(platform, plan))
  return foreign.flatMap((platform) => emulatorFor(platform)?.architecture ?? [])
}

function isForeign(platform: Platform, { natives, covered }: EmulationPlan): boolean {
  const own = natives.some(
    ({ os, architecture }) => os === platform.os && architecture === platform.architecture,
  )
  return !own && !covered.some((one) => samePlatform(one, platform))
}
