import type { Finished, Run } from '../system/processes.ts'
import type { Emulator } from './decide.ts'

/** The ledger's entry for emulators this run has added: what post takes back when asked to. */
export type AddedEmulators = Readonly<{ kind: 'emulators'; image: string; handlers: readonly string[] }>

/** What the installer says the machine can do now. */
export type Installed = Readonly<{
  code: number
  /** the kernel's names of all emulators */
  handlers: ReadonlySet<string>
  said: string
}>

/** Which handlers go first: those that would be in the way, or all there are. */
export type Removal = readonly string[] | 'all'

/**
 * Installs emulators in one container of tonistiigi/binfmt. The kernel refuses a name twice, so what is useless goes
 * first. The installer logs what failed and still exits 0: only its list and the kernel's own word count.
 */
export async function installEmulators(
  image: string,
  emulators: readonly Emulator[],
  removal: Removal,
  run: Run,
): Promise<Installed> {
  const architectures = [...new Set(emulators.map(({ architecture }) => architecture))]
  const first = removal === 'all' ? ['qemu-*'] : removal
  const removing = first.length > 0 ? ['--uninstall', first.join(',')] : []
  const { code, stdout, stderr } = await run(
    'docker',
    privileged(image, [...removing, '--install', architectures.join(',')]),
  )
  return { code, handlers: registeredNames(stdout), said: stderr || stdout }
}

/** Takes emulators out of the kernel again. */
export async function removeEmulators({ image, handlers }: AddedEmulators, run: Run): Promise<Finished> {
  return await run('docker', privileged(image, ['--uninstall', handlers.join(',')]))
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
