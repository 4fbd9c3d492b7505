import type { Platform } from '../image/platform.ts'
import { formatPlatform } from '../image/platform.ts'
import type { Files } from '../system/files.ts'
import type { Say } from '../system/log.ts'
import type { Finished, Run } from '../system/processes.ts'
import {
  type Decision,
  decide,
  type Emulator,
  emulatorFor,
  type Handler,
  isUsable,
  parseHandler,
} from './decide.ts'

/** The ledger's entry for emulators this run has added: what post takes back when asked to. */
export type AddedEmulators = Readonly<{ kind: 'emulators'; image: string; handlers: readonly string[] }>

export type EmulationWorld = Readonly<{
  run: Run
  files: Files
  say: Say
  note: (entry: AddedEmulators) => void
}>

export type EmulationPlan = Readonly<{
  wanted: readonly Platform[]
  natives: readonly Platform[]
  covered: readonly Platform[]
  /** whether the engine shares this machine's kernel, so that /proc tells what is registered there */
  local: boolean
  /** the tonistiigi/binfmt image */
  image: string
  keep: boolean
}>

/** Emulators that did not come up, with what the installer said. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError'
  readonly platforms: readonly string[]
  readonly image: string
  readonly said: string

  constructor(platforms: readonly string[], image: string, said: string) {
    super(`no working emulator for ${platforms.join(', ')}`)
    this.platforms = platforms
    this.image = image
    this.said = said
  }
}

const BINFMT_MISC = '/proc/sys/fs/binfmt_misc'

/** Makes sure every wanted platform can run; doing it twice is harmless, and the second time starts no container. */
export async function ensureEmulators(
  plan: EmulationPlan,
  world: EmulationWorld,
): Promise<readonly Decision[]> {
  const handlers = plan.local ? await readHandlers(plan.wanted, world.files) : new Map<string, Handler>()
  const decisions = decide(plan.wanted, { ...plan, handlers })
  for (const { platform, why } of decisions) world.say(`${formatPlatform(platform)} ${why}`)
  const missing = decisions.filter(({ action }) => action === 'install')
  if (missing.length > 0) await install(missing, handlers, plan, world)
  return decisions
}

/** Takes emulators out of the kernel again. */
export async function removeEmulators({ image, handlers }: AddedEmulators, run: Run): Promise<Finished> {
  return await run('docker', privileged(image, ['--uninstall', handlers.join(',')]))
}

async function install(
  missing: readonly Decision[],
  handlers: ReadonlyMap<string, Handler>,
  { image, local, keep }: EmulationPlan,
  { run, files, say, note }: EmulationWorld,
): Promise<void> {
  const emulators = missing.flatMap(({ emulator }) => emulator ?? [])
  const names = unique(emulators.map(({ handler }) => handler))
  if (!keep) note({ kind: 'emulators', image, handlers: names })
  const finished = await run('docker', privileged(image, installArguments(emulators, handlers)))
  for (const line of finished.stderr.split('\n').filter(Boolean)) say(line)
  const failed = await Promise.all(
    missing.map(async ({ platform, emulator }) =>
      (await cameUp(emulator)) ? [] : [formatPlatform(platform)],
    ),
  )
  if (failed.flat().length > 0)
    throw new EmulatorError(failed.flat(), image, finished.stderr || finished.stdout)
  say(`installed ${names.join(', ')} from ${image}`)

  // The installer logs what failed and still exits 0, so its list and the kernel's own word are what count.
  async function cameUp(emulator: Emulator | undefined): Promise<boolean> {
    if (
      finished.code !== 0 ||
      emulator === undefined ||
      !registeredNames(finished.stdout).has(emulator.handler)
    )
      return false
    const entry = local ? await readHandler(emulator.handler, files) : undefined
    return entry === undefined || isUsable(entry)
  }
}

/** A handler that is there but useless must go first, or the kernel refuses its name a second time. */
function installArguments(
  emulators: readonly Emulator[],
  handlers: ReadonlyMap<string, Handler>,
): readonly string[] {
  const broken = unique(emulators.map(({ handler }) => handler)).filter((handler) => handlers.has(handler))
  const architectures = unique(emulators.map(({ architecture }) => architecture))
  return [
    ...(broken.length > 0 ? ['--uninstall', broken.join(',')] : []),
    '--install',
    architectures.join(','),
  ]
}

function privileged(image: string, args: readonly string[]): readonly string[] {
  return ['run', '--rm', '--privileged', '--network=none', image, ...args]
}

/** The installer ends by printing `{"supported":[…],"emulators":["qemu-aarch64",…]}`; anything else names nothing. */
function registeredNames(stdout: string): ReadonlySet<string> {
  const json = /\{[\s\S]*\}/.exec(stdout)?.[0] ?? '{}'
  try {
    const { emulators } = JSON.parse(json) as { emulators?: readonly string[] | null }
    return new Set(emulators)
  } catch {
    return new Set()
  }
}

async function readHandlers(
  wanted: readonly Platform[],
  files: Files,
): Promise<ReadonlyMap<string, Handler>> {
  const names = unique(wanted.flatMap((platform) => emulatorFor(platform)?.handler ?? []))
  const found = await Promise.all(names.map(async (name) => [name, await readHandler(name, files)] as const))
  return new Map(found.flatMap(([name, handler]) => (handler === undefined ? [] : [[name, handler]])))
}

async function readHandler(name: string, files: Files): Promise<Handler | undefined> {
  const text = await files.read(`${BINFMT_MISC}/${name}`)
  return text === undefined ? undefined : parseHandler(text)
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)]
}
