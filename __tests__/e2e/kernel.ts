import { ask, rig } from './rig.ts'

const BINFMT_MISC = '/proc/sys/fs/binfmt_misc'
const IMAGE = rig.inputs['binfmt-image'] ?? ''

/** The emulators that the engine's kernel has, by the kernel's names. */
export async function registered(): Promise<readonly string[]> {
  const { emulators } = JSON.parse(await binfmt())
  return (emulators ?? []).filter((name: string) => name.startsWith('qemu-'))
}

/** A kernel without emulators. What it had comes back at the end, and what a test has added goes. */
export async function bareKernel() {
  const before = await registered()
  await unregister('qemu-*')
  return {
    [Symbol.asyncDispose]: async () => {
      await unregister('qemu-*')
      const names = before.map((name) => name.replace('qemu-', ''))
      if (names.length > 0) await register(...names)
    },
  }
}

export async function register(...names: readonly string[]): Promise<void> {
  await binfmt('--install', names.join(','))
}

export async function unregister(...names: readonly string[]): Promise<void> {
  await binfmt('--uninstall', names.join(','))
}

/** Writes lines to a file of binfmt_misc, as root on the engine's machine. */
export async function tellKernel(file: string, line: string): Promise<void> {
  const mounted = `[ -e ${BINFMT_MISC}/status ] || mount -t binfmt_misc none ${BINFMT_MISC}`
  const script = `${mounted}; printf %s "$0" >${BINFMT_MISC}/${file}`
  // Tests pull foreign images under this name, so that it may stand for one of them.
  const native = ['--quiet', '--pull=always', `--platform=linux/${await architecture()}`]
  const options = ['--rm', '--privileged', '--network=none', ...native]
  await ask('docker', 'run', ...options, rig.baseImage, 'sh', '-c', script, line)
}

/** The engine's own. */
export async function architecture(): Promise<string> {
  return await ask('docker', 'version', '--format', '{{.Server.Arch}}')
}

async function binfmt(...args: readonly string[]): Promise<string> {
  return await ask('docker', 'run', '--rm', '--privileged', '--network=none', IMAGE, ...args)
}
