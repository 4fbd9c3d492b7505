import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { emulatorFor } from '../../src/emulation/decide.ts'
import { type EmulationPlan, EmulatorError, ensureEmulators } from '../../src/emulation/ensure.ts'
import { type AddedEmulators, removeEmulators } from '../../src/emulation/install.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { type Finished, type Follow, ProgramMissing, type Run } from '../../src/system/processes.ts'

const BINFMT_MISC = '/proc/sys/fs/binfmt_misc'
const CONTAINER = 'run --rm --privileged --network=none tonistiigi/binfmt:latest'

const PLAN: EmulationPlan = {
  wanted: ['linux/amd64', 'linux/arm64', 'linux/s390x'].map(parsePlatform),
  ...{ natives: [parsePlatform('linux/amd64')], covered: [], local: true },
  ...{ image: 'tonistiigi/binfmt:latest', keep: true, verify: true, reset: false, folder: '/own' },
}

const entry = (name: string, flags = 'POCF') =>
  `enabled\ninterpreter /usr/bin/${name}\nflags: ${flags}\noffset 0\nmagic 7f45\nmask ff00\n`

/** What the installer prints last: what the kernel has now. */
const printed = (...names: readonly string[]) =>
  JSON.stringify({ supported: ['linux/amd64'], emulators: names }, null, 2)

type Machine = Readonly<{
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
}>

/** A machine of literals: it notes what is done to it, in order. */
function machine({ before = {}, adds = {}, answer = {}, broken = [], cpu = [], refusal }: Machine = {}) {
  const did: string[] = []
  const said: string[] = []
  let kernel: Readonly<Record<string, string>> = before
  const run: Run = (program, args) => {
    did.push([program, ...args].join(' '))
    kernel = { ...kernel, ...adds }
    return Promise.resolve({ code: 0, stdout: printed(...Object.keys(kernel)), stderr: '', ...answer })
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
  const fetchImage = (image: string) => Promise.resolve(image)
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

function missing(program: string, code: string): ProgramMissing {
  return new ProgramMissing(program, Object.assign(new Error(`spawn ${code}`), { code }))
}

const BOTH = { 'qemu-aarch64': entry('qemu-aarch64'), 'qemu-s390x': entry('qemu-s390x') }

describe('emulators', () => {
  test('that are all there need no container', async () => {
    const world = machine({ before: BOTH })
    const decisions = await ensureEmulators(PLAN, world)
    assert.deepEqual(world.did, [])
    assert.deepEqual(
      decisions.map(({ action }) => action),
      ['native', 'present', 'present'],
    )
  })

  test('that are missing are installed, in one container, and only they', async () => {
    const before = { 'qemu-aarch64': BOTH['qemu-aarch64'] }
    const world = machine({ before, adds: { 'qemu-s390x': BOTH['qemu-s390x'] } })
    const decisions = await ensureEmulators(PLAN, world)
    assert.deepEqual(world.did, [`docker ${CONTAINER} --install s390x`])
    assert.deepEqual(
      decisions.map(({ action }) => action),
      ['native', 'present', 'install'],
    )
  })

  test('are there the second time, so that it starts no container', async () => {
    const world = machine({ adds: BOTH })
    await ensureEmulators(PLAN, world)
    await ensureEmulators(PLAN, world)
    assert.deepEqual(world.did, [`docker ${CONTAINER} --install arm64,s390x`])
  })

  test('serve several variants at once', async () => {
    const world = machine({ adds: { 'qemu-arm': entry('qemu-arm') } })
    await ensureEmulators({ ...PLAN, wanted: ['linux/arm/v6', 'linux/arm/v7'].map(parsePlatform) }, world)
    assert.deepEqual(world.did, [`docker ${CONTAINER} --install arm`])
  })

  test('are not needed where nothing foreign is wanted, or nothing has one', async () => {
    const world = machine()
    const wanted = ['linux/amd64', 'windows/amd64', 'linux/sparc64'].map(parsePlatform)
    await ensureEmulators({ ...PLAN, wanted }, world)
    assert.deepEqual(world.did, [])
  })

  test('that cannot work in containers go before they come again, in the same container', async () => {
    const before = { ...BOTH, 'qemu-aarch64': entry('qemu-aarch64', 'OC') }
    const world = machine({ before, adds: BOTH })
    await ensureEmulators(PLAN, world)
    assert.deepEqual(world.did, [`docker ${CONTAINER} --uninstall qemu-aarch64 --install arm64`])
  })

  test('say why they are what they are, and what the installer said', async () => {
    const world = machine({ adds: BOTH, answer: { stderr: 'installing: arm64 OK\ninstalling: s390x OK\n' } })
    await ensureEmulators(PLAN, world)
    assert.deepEqual(world.said, [
      "linux/amd64 runs on the builder's own CPU (linux/amd64)",
      'linux/arm64 qemu-aarch64 is not registered',
      'linux/s390x qemu-s390x is not registered',
      'installing: arm64 OK',
      'installing: s390x OK',
      'installed qemu-aarch64, qemu-s390x from tonistiigi/binfmt:latest',
    ])
  })
})

describe('a test program', () => {
  test('tells a registered emulator that is broken, and it is replaced', async () => {
    const world = machine({ before: BOTH, broken: ['qemu-s390x'] })
    const failing = ensureEmulators(PLAN, world)
    await assert.rejects(
      failing,
      (error) => error instanceof EmulatorError && error.broken && error.platforms.join() === 'linux/s390x',
    )
    assert.deepEqual(world.did, [`docker ${CONTAINER} --uninstall qemu-s390x --install s390x`])
    assert.ok(world.said.includes('linux/s390x qemu-s390x is registered, and a test program does not run'))
  })

  test('finds what a CPU runs without an emulator, such as 32-bit arm on some of 64', async () => {
    const natives = [parsePlatform('linux/arm64')]
    const wanted = ['linux/arm64', 'linux/arm/v7'].map(parsePlatform)
    const world = machine({ cpu: ['arm'] })
    const decisions = await ensureEmulators({ ...PLAN, natives, wanted }, world)
    assert.deepEqual(
      decisions.map(({ action }) => action),
      ['native', 'native'],
    )
    assert.deepEqual(world.did, [])
  })

  test('finds a kernel of 64 bits that does not run 32', async () => {
    const world = machine({ adds: { 'qemu-i386': entry('qemu-i386') } })
    await ensureEmulators({ ...PLAN, wanted: [parsePlatform('linux/386')] }, world)
    assert.deepEqual(world.did, [`docker ${CONTAINER} --install 386`])
  })

  test('is not started where nobody asks, nor for what is native', async () => {
    const world = machine({ before: BOTH, broken: ['qemu-s390x'] })
    await ensureEmulators({ ...PLAN, verify: false }, world)
    assert.deepEqual(world.tested, [])
    await ensureEmulators({ ...PLAN, wanted: [parsePlatform('linux/amd64')] }, world)
    assert.deepEqual(world.tested, [])
  })

  test('proves nothing where programs may not start at all', async () => {
    const world = machine({ before: BOTH, refusal: 'EACCES' })
    const decisions = await ensureEmulators(PLAN, world)
    assert.deepEqual(
      decisions.map(({ action }) => action),
      ['native', 'present', 'present'],
    )
  })

  test('is started again where the kernel says that its file is busy', async () => {
    const world = machine({ before: BOTH })
    let busy = 3
    const follow: Follow = (...call) =>
      busy-- > 0 ? Promise.reject(missing(call[0], 'ETXTBSY')) : world.follow(...call)
    const decisions = await ensureEmulators(PLAN, { ...world, follow })
    assert.deepEqual(decisions.map(({ why }) => why).slice(1), [
      'qemu-aarch64 is registered and works',
      'qemu-s390x is registered and works',
    ])
  })
})

test('reset throws away all emulators and installs the wanted ones', async () => {
  const world = machine({ before: BOTH })
  await ensureEmulators({ ...PLAN, reset: true }, world)
  assert.deepEqual(world.did, [`docker ${CONTAINER} --uninstall qemu-* --install arm64,s390x`])
})

describe('an engine elsewhere', () => {
  const remote = { ...PLAN, local: false }

  test('is not judged by this machine’s kernel', async () => {
    const world = machine({ before: BOTH })
    await ensureEmulators(remote, world)
    assert.deepEqual(world.did, [`docker ${CONTAINER} --install arm64,s390x`])
  })

  test('is believed on the installer’s word alone', async () => {
    const world = machine({ answer: { stdout: printed('qemu-aarch64', 'qemu-s390x') } })
    await ensureEmulators(remote, world)
    const silent = machine({ answer: { stdout: printed('qemu-aarch64') } })
    await assert.rejects(ensureEmulators(remote, silent), EmulatorError)
  })
})

const failures: Readonly<Record<string, readonly [Machine, platforms: readonly string[]]>> = {
  'the installer exits with 0 and has not installed one': [
    {
      adds: { 'qemu-aarch64': BOTH['qemu-aarch64'] },
      answer: { stderr: 'installing: s390x invalid argument' },
    },
    ['linux/s390x'],
  ],
  'the installer says it is there and the kernel does not': [
    { answer: { stdout: printed('qemu-aarch64', 'qemu-s390x') }, adds: { 'qemu-s390x': entry('', 'OC') } },
    ['linux/s390x'],
  ],
  'the installer fails': [
    { adds: BOTH, answer: { code: 125, stderr: 'privileged mode is incompatible' } },
    ['linux/arm64', 'linux/s390x'],
  ],
  'the installer prints nothing': [{ adds: BOTH, answer: { stdout: '' } }, ['linux/arm64', 'linux/s390x']],
  'the installer prints no JSON': [
    { adds: BOTH, answer: { stdout: '{"emulators": ["qemu-aarch64"' } },
    ['linux/arm64', 'linux/s390x'],
  ],
  'the installer prints broken JSON': [
    { adds: BOTH, answer: { stdout: '{"emulators": [}' } },
    ['linux/arm64', 'linux/s390x'],
  ],
  'the installer prints other JSON': [
    { adds: BOTH, answer: { stdout: '{"emulators": null}' } },
    ['linux/arm64', 'linux/s390x'],
  ],
}

describe('it is an error, that names the platforms, when', () => {
  for (const [name, [given, platforms]] of Object.entries(failures)) {
    test(name, async () => {
      const world = machine(given)
      await assert.rejects(ensureEmulators(PLAN, world), (error) => {
        assert.ok(error instanceof EmulatorError)
        assert.deepEqual(error.platforms, platforms)
        assert.equal(error.image, PLAN.image)
        assert.ok(error.said.includes(given.answer?.stderr ?? ''))
        return true
      })
      assert.ok(!world.said.some((line) => line.startsWith('installed')))
    })
  }
})

describe('the ledger', () => {
  test('knows emulators that shall not stay before they are there', async () => {
    const world = machine({ adds: BOTH })
    await ensureEmulators({ ...PLAN, keep: false }, world)
    assert.deepEqual(world.did, [
      'note emulators tonistiigi/binfmt:latest qemu-aarch64,qemu-s390x',
      `docker ${CONTAINER} --install arm64,s390x`,
    ])
  })

  test('does not know those that were there before', async () => {
    const world = machine({ before: BOTH })
    await ensureEmulators({ ...PLAN, keep: false }, world)
    assert.deepEqual(world.did, [])
  })

  test('is undone with the same image', async () => {
    const world = machine()
    await removeEmulators({ kind: 'emulators', image: PLAN.image, handlers: Object.keys(BOTH) }, world.run)
    assert.deepEqual(world.did, [`docker ${CONTAINER} --uninstall qemu-aarch64,qemu-s390x`])
  })
})
