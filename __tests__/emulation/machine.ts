import { ImageError } from '../../src/builder/images.ts'
import { emulatorFor } from '../../src/emulation/decide.ts'
import type { EmulationPlan } from '../../src/emulation/ensure.ts'
import type { AddedEmulators } from '../../src/emulation/install.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { type Finished, type Follow, ProgramMissing, type Run } from '../../src/system/processes.ts'

const BINFMT_MISC = '/proc/sys/fs/binfmt_misc'
const OPTIONS = '--rm --privileged --userns=host --network=none'
export const CONTAINER = `run ${OPTIONS} tonistiigi/binfmt:latest`
export const INSTALLER = `run ${OPTIONS} --name multiarch-1-emulators tonistiigi/binfmt:latest`

export const PLAN: EmulationPlan = {
  wanted: ['linux/amd64', 'linux/arm64', 'linux/s390x'].map(parsePlatform),
  ...{ optional: [], natives: [parsePlatform('linux/amd64')], covered: [], local: true },
  ...{
    image: 'tonistiigi/binfmt:latest',
    keep: true,
    verify: true,
    reset: false,
    folder: '/own',
    by: 'multiarch-1',
  },
}

export const entry = (name: string, flags = 'POCF') =>
  `enabled\ninterpreter /usr/bin/${name}\nflags: ${flags}\noffset 0\nmagic 7f45\nmask ff00\n`

/** What the installer prints last: what the kernel has now. */
export const printed = (names: readonly string[], supported: readonly string[] = []) =>
  JSON.stringify({ supported: ['linux/amd64', ...supported], emulators: names }, null, 2)

const FOREIGN = ['linux/arm64', 'linux/s390x'].flatMap((name) => emulatorFor(parsePlatform(name)) ?? [])

export type Machine = Readonly<{
  /** entries of binfmt_misc before, and those that the installer adds */
  before?: Readonly<Record<string, string>>
  adds?: Readonly<Record<string, string>>
  answer?: Partial<Finished>
  /** emulators that are registered and crash */
  broken?: readonly string[]
  /** what this CPU runs by itself beside what it is */
  cpu?: readonly string[]
  /** why programs do not start here at all */
  refusal?: string
  /** whether no registry gives the installer */
  unfetched?: boolean
}>

/** A machine of literals: it notes what is done to it, in order. */
export function machine({
  before = {},
  adds = {},
  answer = {},
  broken = [],
  cpu = [],
  refusal,
  unfetched = false,
}: Machine = {}) {
  const did: string[] = []
  const said: string[] = []
  let kernel: Readonly<Record<string, string>> = before
  const run: Run = (program, args) => {
    did.push([program, ...args].join(' '))
    if (args.includes('--install')) kernel = { ...kernel, ...adds }
    const names = Object.keys(kernel)
    const works = FOREIGN.filter(({ handler }) => handler in kernel && !broken.includes(handler))
    const stdout = printed(
      names,
      works.map(({ architecture }) => `linux/${architecture}`),
    )
    return Promise.resolve({ code: 0, stdout, stderr: '', ...answer })
  }
  const tested: string[] = []
  const follow: Follow = (program) => {
    const architecture = program.replace('/own/probe-', '')
    tested.push(architecture)
    const { handler = '' } = emulatorFor(parsePlatform(`linux/${architecture}`)) ?? {}
    if (refusal !== undefined) return Promise.reject(missing(program, refusal))
    if (cpu.includes(architecture)) return Promise.resolve(0)
    if (!(handler in kernel)) return Promise.reject(missing(program, 'ENOEXEC'))
    return Promise.resolve(broken.includes(handler) ? undefined : 0)
  }
  const read = (path: string) => Promise.resolve(kernel[path.replace(`${BINFMT_MISC}/`, '')])
  const files = { read, writeProgram: () => Promise.resolve() }
  const clock = { deadline: () => new AbortController().signal }
  const note = ({ kind, image, handlers }: AddedEmulators) =>
    did.push(`note ${kind} ${image} ${handlers.join()}`)
  const fetchImage = (image: string) =>
    unfetched ? Promise.reject(new ImageError(image, [])) : Promise.resolve(image)
  return {
    run,
    fetchImage,
    follow,
    files,
    clock,
    note,
    say: (line: string) => said.push(line),
    did,
    said,
    tested,
  }
}

export function missing(program: string, code: string): ProgramMissing {
  return new ProgramMissing(program, Object.assign(new Error(`spawn ${code}`), { code }))
}

export const BOTH = { 'qemu-aarch64': entry('qemu-aarch64'), 'qemu-s390x': entry('qemu-s390x') }
