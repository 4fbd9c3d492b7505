import { join } from 'node:path'
import type { Platform } from '../image/platform.ts'
import type { Clock } from '../system/clock.ts'
import type { Files } from '../system/files.ts'
import { type Follow, ProgramMissing } from '../system/processes.ts'
import { emulatorFor, type Handler, parseHandler } from './decide.ts'
import { probeFor } from './probe.ts'

const BINFMT_MISC = '/proc/sys/fs/binfmt_misc'

/** In milliseconds; a program of three instructions takes twenty under QEMU. */
const PROBE_LIMIT = 10_000

/** Whether this machine shows what its kernel has registered. In a container it does not, though the kernel may well have it. */
export async function isMounted(files: Pick<Files, 'read'>): Promise<boolean> {
  return (await files.read(`${BINFMT_MISC}/status`)) !== undefined
}

/** What this machine's kernel has registered for the platforms, by the kernel's names. */
export async function readHandlers(
  platforms: readonly Platform[],
  files: Pick<Files, 'read'>,
): Promise<ReadonlyMap<string, Handler>> {
  const names = [...new Set(platforms.flatMap((platform) => emulatorFor(platform)?.handler ?? []))]
  const found = await Promise.all(names.map(async (name) => [name, await readHandler(name, files)] as const))
  return new Map(found.flatMap(([name, handler]) => (handler === undefined ? [] : [[name, handler]])))
}

export type ProbeWorld = Readonly<{
  follow: Follow
  files: Pick<Files, 'read' | 'writeProgram'>
  clock: Pick<Clock, 'deadline'>
}>

/**
 * Starts the smallest program of each architecture on this machine: flag F makes an emulator work here as it does in
 * containers. An architecture is left out where this machine cannot tell, as in a folder that is mounted noexec.
 */
export async function probe(
  architectures: readonly string[],
  folder: string,
  world: ProbeWorld,
): Promise<ReadonlyMap<string, boolean>> {
  const results = await Promise.all(
    [...new Set(architectures)].map(async (name) => [name, await runs(name, folder, world)] as const),
  )
  return new Map(results.flatMap(([name, ran]) => (ran === undefined ? [] : [[name, ran]])))
}

async function runs(architecture: string, folder: string, world: ProbeWorld): Promise<boolean | undefined> {
  const program = probeFor(architecture)
  if (program === undefined) return undefined
  const path = join(folder, `probe-${architecture}`)
  await world.files.writeProgram(path, program)
  return await start(path, world, BUSY_TRIES)
}

/** Another program that starts while ours is written holds it open for a moment, and the kernel says "text file busy". */
const BUSY_TRIES = 20

async function start(path: string, world: ProbeWorld, tries: number): Promise<boolean | undefined> {
  try {
    const signal = world.clock.deadline(PROBE_LIMIT)
    return (await world.follow(path, [], { onLine: () => {}, signal })) === 0
  } catch (error: unknown) {
    if (!(error instanceof ProgramMissing)) throw error
    if (error.reason === 'ETXTBSY' && tries > 1) return await start(path, world, tries - 1)
    return error.reason === 'ENOEXEC' ? false : undefined
  }
}

async function readHandler(name: string, files: Pick<Files, 'read'>): Promise<Handler | undefined> {
  const text = await files.read(`${BINFMT_MISC}/${name}`)
  return text === undefined ? undefined : parseHandler(text)
}
