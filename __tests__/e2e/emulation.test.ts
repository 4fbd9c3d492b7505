import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { after, before, beforeEach, describe, test } from 'node:test'
import { EmulatorError, ensureEmulators } from '../../src/emulation/ensure.ts'
import { removeEmulators } from '../../src/emulation/install.ts'
import { probeFor } from '../../src/emulation/probe.ts'
import { type Platform, parsePlatform } from '../../src/image/platform.ts'
import { clock } from '../../src/system/clock.ts'
import { files } from '../../src/system/files.ts'
import { openProcesses, type Run } from '../../src/system/processes.ts'
import { architecture, registered, tellKernel } from './kernel.ts'
import { noRig, rig } from './rig.ts'

// Architectures that no other test builds for, since emulators are the machine's.
const WANTED = ['linux/riscv64', 'linux/ppc64le', 'linux/mips64le'].map(parsePlatform)
const HANDLERS = ['qemu-riscv64', 'qemu-ppc64le', 'qemu-mips64el']
const IMAGE = rig.inputs['binfmt-image'] ?? ''

describe('emulators on this kernel', { skip: noRig }, () => {
  let folder = ''
  const processes = openProcesses(process.env)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'multiarch-emulation-'))
  })
  beforeEach(() => removeEmulators({ image: IMAGE, handlers: HANDLERS, by: 'e2e' }, processes.run))
  after(async () => {
    await removeEmulators({ image: IMAGE, handlers: HANDLERS, by: 'e2e' }, processes.run)
    await rm(folder, { recursive: true })
  })

  test('are installed in one container, and the second time none is started', async () => {
    const first = await ensure(WANTED)
    assert.deepEqual(first.actions, ['install', 'install', 'install'])
    assert.equal(first.containers.length, 1)
    const second = await ensure(WANTED)
    assert.deepEqual(second.actions, ['present', 'present', 'present'])
    assert.deepEqual(second.containers, [])
    assert.ok(
      second.said.every((line) => line.endsWith('is registered and works')),
      second.said.join('\n'),
    )
  })

  test('one missing of three is the only one installed', async () => {
    await ensure(WANTED.slice(0, 2))
    const { actions, containers } = await ensure(WANTED)
    assert.deepEqual(actions, ['present', 'present', 'install'])
    assert.match(containers.join(), / --install mips64le$/)
  })

  test('one without flag F is found and replaced', async () => {
    await register('qemu-riscv64', 'riscv64', '/bin/true', 'OC')
    const { actions, containers } = await ensure(WANTED.slice(0, 1))
    assert.deepEqual(actions, ['install'])
    assert.match(containers.join(), / --uninstall qemu-riscv64 --install riscv64$/)
    assert.deepEqual((await ensure(WANTED.slice(0, 1))).actions, ['present'])
  })

  test('one with a dead interpreter is found by its test program and replaced', async () => {
    await register('qemu-riscv64', 'riscv64', '/bin/false', 'OCF')
    const { actions, said } = await ensure(WANTED.slice(0, 1))
    assert.deepEqual(actions, ['install'])
    assert.ok(said.includes('linux/riscv64 qemu-riscv64 is registered, and a test program does not run'))
    assert.deepEqual((await ensure(WANTED.slice(0, 1))).actions, ['present'])
  })

  test('an installer that cannot do it fails here, with its words', async () => {
    await assert.rejects(ensure(WANTED, 'multiarch-no-such-image:1'), (error) => {
      assert.ok(error instanceof EmulatorError)
      assert.deepEqual(error.platforms, ['linux/riscv64', 'linux/ppc64le', 'linux/mips64le'])
      assert.match(error.said, /multiarch-no-such-image/)
      return true
    })
  })

  test('test programs of every architecture run under the emulators of the image', async () => {
    const foreign = ['arm', 'arm64', 'loong64', 'mips64', 'mips64le', 'ppc64le', 'riscv64', 's390x']
    const before = new Set(await registered())
    const { actions } = await ensure(foreign.map((name) => parsePlatform(`linux/${name}`)))
    assert.ok(
      actions.every((action) => action === 'install' || action === 'present'),
      actions.join(),
    )
    const added = (await registered()).filter((name) => !before.has(name))
    await removeEmulators({ image: IMAGE, handlers: added, by: 'e2e' }, processes.run)
  })

  /** Makes sure of emulators, and counts the containers that it takes. */
  async function ensure(wanted: readonly Platform[], image = IMAGE) {
    const containers: string[] = []
    const said: string[] = []
    const run: Run = (program, args, options) => {
      containers.push([program, ...args].join(' '))
      return processes.run(program, args, options)
    }
    const plan = {
      ...{
        wanted,
        optional: [],
        natives: [parsePlatform(`linux/${await architecture()}`)],
        covered: [],
        local: true,
      },
      ...{ image, keep: true, verify: true, reset: false, folder, by: 'e2e' },
    }
    const world = {
      run,
      follow: processes.follow,
      files,
      clock,
      note: () => {},
      fetchImage: (name: string) => Promise.resolve(name),
      say: (line: string) => said.push(line),
    }
    const decisions = await ensureEmulators(plan, world)
    return { actions: decisions.map(({ action }) => action), containers, said }
  }
})

/** Registers by hand (Documentation/admin-guide/binfmt-misc.rst): `:name:M::magic:mask:interpreter:flags`. */
async function register(
  name: string,
  architecture: string,
  interpreter: string,
  flags: string,
): Promise<void> {
  const header = probeFor(architecture)?.slice(0, 20) ?? []
  const magic = [...header].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  const mask = `${'\\xff'.repeat(7)}${'\\x00'.repeat(9)}${'\\xff'.repeat(4)}`
  await tellKernel('register', `:${name}:M::${magic}:${mask}:${interpreter}:${flags}`)
}
