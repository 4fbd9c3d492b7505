import type { Finished, Run } from '../system/processes.ts'
import type { Emulator } from './decide.ts'

/** The ledger's entry for emulators this run has added: what post takes back when asked to. */
export type AddedEmulators = Readonly<{
  kind: 'emulators'
  image: string
  handlers: readonly string[]
  /** the name of the run that has added them */
  by: string
}>

/** What the installer says the machine can do now. */
export type Installed = Readonly<{
  code: number
  /** the kernel's names of all emulators */
  handlers: ReadonlySet<string>
  /** architectures of which a test program of its own ran */
  runs: ReadonlySet<string>
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
  { removal, by }: Readonly<{ removal: Removal; by: string }>,
  run: Run,
): Promise<Installed> {
  const architectures = [...new Set(emulators.map(({ architecture }) => architecture))]
  const first = removal === 'all' ? ['qemu-*'] : removal
  const removing = first.length > 0 ? ['--uninstall', first.join(',')] : []
  const args = [...removing, '--install', architectures.join(',')]
  return answerOf(await run('docker', privileged(image, args, ['--name', installerOf(by)])))
}

/** What an engine's machine can do now, where that is not this machine: its kernel is seen from a container alone. */
export async function askInstaller(image: string, run: Run): Promise<Installed> {
  return answerOf(await run('docker', privileged(image, [])))
}

/** Takes emulators out of the kernel again, after an installer that may still be at work. */
export async function removeEmulators(
  { image, handlers, by }: Omit<AddedEmulators, 'kind'>,
  run: Run,
): Promise<Finished> {
  await run('docker', ['rm', '--force', installerOf(by)])
  return await run('docker', privileged(image, ['--uninstall', handlers.join(',')]))
}

/** Outside of a user namespace that the engine may give its containers: there it lets nothing be privileged. */
function privileged(
  image: string,
  args: readonly string[],
  options: readonly string[] = [],
): readonly string[] {
  return ['run', '--rm', '--privileged', '--userns=host', '--network=none', ...options, image, ...args]
}

function installerOf(run: string): string {
  return `${run}-emulators`
}

/** The installer ends by printing `{"supported":["linux/amd64",…],"emulators":["qemu-aarch64",…]}`; anything else names nothing. */
function answerOf({ code, stdout, stderr }: Finished): Installed {
  const { supported, emulators } = parseAnswer(/\{[\s\S]*\}/.exec(stdout)?.[0] ?? '{}')
  const architectures = supported?.flatMap((platform) => platform.split('/')[1] ?? [])
  return { code, handlers: new Set(emulators), runs: new Set(architectures), said: stderr || stdout }
}

type Answer = Readonly<{ supported?: readonly string[] | null; emulators?: readonly string[] | null }>

function parseAnswer(json: string): Answer {
  try {
    return JSON.parse(json) as Answer
  } catch {
    return {}
  }
}
