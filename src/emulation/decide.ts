import { formatPlatform, type Platform, samePlatform } from '../image/platform.ts'

/** One QEMU emulator: the name the kernel has it under, and what `tonistiigi/binfmt --install` calls it. */
export type Emulator = Readonly<{ handler: string; architecture: string }>

/** What to do about one platform, and why: the log shows both. */
export type Decision = Readonly<{
  platform: Platform
  emulator?: Emulator
  action: Action
  why: string
  /** why it cannot be built, where the others go without it */
  lost?: Readonly<{ cause: unknown }>
}>

export type Action = 'native' | 'present' | 'install' | 'none'

/** An entry of the kernel's binfmt_misc (Documentation/admin-guide/binfmt-misc.rst). */
export type Handler = Readonly<{ enabled: boolean; interpreter: string; flags: string }>

const HANDLERS: Readonly<Record<string, string>> = {
  '386': 'qemu-i386',
  amd64: 'qemu-x86_64',
  arm: 'qemu-arm',
  arm64: 'qemu-aarch64',
  loong64: 'qemu-loongarch64',
  mips64: 'qemu-mips64',
  mips64le: 'qemu-mips64el',
  ppc64le: 'qemu-ppc64le',
  riscv64: 'qemu-riscv64',
  s390x: 'qemu-s390x',
}

/** What can run a platform without our help. */
export type Ground = Readonly<{
  /** what the machines that build run by themselves */
  natives: readonly Platform[]
  /** what an existing builder says it can build, however */
  covered: readonly Platform[]
  /** what the kernel has, by name */
  handlers: ReadonlyMap<string, Handler>
  /** whether a test program of an architecture ran here, where that was tried */
  runs: ReadonlyMap<string, boolean>
  /** what is registered does not count */
  reset: boolean
}>

/** Sorts the wanted platforms into native, already emulated and missing. */
export function decide(wanted: readonly Platform[], ground: Ground): readonly Decision[] {
  return wanted.map((platform) => decideOne(platform, ground))
}

function decideOne(platform: Platform, { natives, covered, handlers, runs, reset }: Ground): Decision {
  const emulator = emulatorFor(platform)
  const present = handlers.get(emulator?.handler ?? '')
  const ran = runs.get(platform.architecture)
  const own = natives.find((native) => isNative(platform, native))
  if (own && ran !== false) {
    return { platform, action: 'native', why: `runs on the builder's own CPU (${formatPlatform(own)})` }
  }
  if (covered.some((one) => samePlatform(one, platform))) {
    return { platform, action: 'present', why: 'is among what the builder can run' }
  }
  if (emulator === undefined) {
    return { platform, action: 'none', why: 'has no emulator; its Dockerfile must not RUN anything' }
  }
  if (present === undefined && ran) {
    return { platform, action: 'native', why: 'runs here without an emulator' }
  }
  if (isUsable(present) && ran !== false && !reset) {
    return {
      platform,
      emulator,
      action: 'present',
      why: `${emulator.handler} is registered${ran ? ' and works' : ''}`,
    }
  }
  return { platform, emulator, action: 'install', why: whyMissing(emulator, present, reset) }
}

/** The emulator a platform needs where it is foreign; undefined where QEMU's user mode has none. */
export function emulatorFor({ os, architecture }: Platform): Emulator | undefined {
  const handler = os === 'linux' && Object.hasOwn(HANDLERS, architecture) ? HANDLERS[architecture] : undefined
  return handler === undefined ? undefined : { handler, architecture }
}

/** Whether the machine's CPU runs the platform itself. 32-bit arm on arm64 is left to an emulator: many server CPUs cannot. */
export function isNative(platform: Platform, machine: Platform): boolean {
  if (platform.os !== machine.os) return false
  if (platform.architecture === machine.architecture) return true
  return machine.architecture === 'amd64' && platform.architecture === '386'
}

/** Whether an emulator runs its programs, by whoever's doing. */
export function isEmulated({ action }: Decision): boolean {
  return action === 'present' || action === 'install'
}

/** How the programs of a platform run: by themselves, by an emulator, or not at all. */
export function waysOf(decision: Decision): Readonly<{ emulated: boolean; unsupported?: boolean }> {
  return { emulated: isEmulated(decision), ...(decision.action === 'none' && { unsupported: true }) }
}

/** Only flag F lets an emulator work inside containers: the kernel opens it at registration, from outside. */
export function isUsable(handler: Handler | undefined): boolean {
  return handler?.enabled === true && handler.flags.includes('F')
}

/** Reads one file of /proc/sys/fs/binfmt_misc. */
export function parseHandler(text: string): Handler {
  const field = (name: string) => new RegExp(`^${name}:? *(.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
  return { enabled: text.startsWith('enabled'), interpreter: field('interpreter'), flags: field('flags') }
}

function whyMissing({ handler }: Emulator, present: Handler | undefined, reset: boolean): string {
  if (present === undefined) return `${handler} is not registered`
  if (!present.enabled) return `${handler} is disabled`
  if (!isUsable(present)) return `${handler} is registered without flag F, useless in containers`
  return reset ? `${handler} is replaced` : `${handler} is registered, and a test program does not run`
}
