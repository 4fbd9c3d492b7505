import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type AddedEmulators,
  type EmulationPlan,
  EmulatorError,
  ensureEmulators,
  removeEmulators,
} from '../../src/emulation/ensure.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import type { Files } from '../../src/system/files.ts'
import type { Finished, Run } from '../../src/system/processes.ts'

const BINFMT_MISC = '/proc/sys/fs/binfmt_misc'
const CONTAINER = 'run --rm --privileged --network=none tonistiigi/binfmt:latest'

const PLAN: EmulationPlan = {
  wanted: ['linux/amd64', 'linux/arm64', 'linux/s390x'].map(parsePlatform),
  ...{ natives: [parsePlatform('linux/amd64')], covered: [], local: true },
  ...{ image: 'tonistiigi/binfmt:latest', keep: true },
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
}>

/** A machine of literals: it notes what is done to it, in order. */
function machine({ before = {}, adds = {}, answer = {} }: Machine = {}) {
  const did: string[] = []
  const said: string[] = []
  let kernel: Readonly<Record<string, string>> = before
  const run: Run = (program, args) => {
    did.push([program, ...args].join(' '))
    kernel = { ...kernel, ...adds }
    return Promise.resolve({ code: 0, stdout: printed(...Object.keys(kernel)), stderr: '', ...answer })
  }
  const never = () => Promise.reject(new Error('not for emulators'))
  const read = (path: string) => Promise.resolve(kernel[path.replace(`${BINFMT_MISC}/`, '')])
  const files: Files = { read, exists: never, write: never, link: never, makeFolder: never, remove: never }
  const note = ({ kind, image, handlers }: AddedEmulators) =>
    did.push(`note ${kind} ${image} ${handlers.join()}`)
  return { run, files, note, say: (line: string) => said.push(line), did, said }
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
