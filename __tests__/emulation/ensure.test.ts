import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EmulatorError, ensureEmulators } from '../../src/emulation/ensure.ts'
import { removeEmulators } from '../../src/emulation/install.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import type { Follow } from '../../src/system/processes.ts'
import { BOTH, CONTAINER, entry, INSTALLER, machine, missing, PLAN } from './machine.ts'

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
    assert.deepEqual(world.did, [`docker ${INSTALLER} --install s390x`])
    assert.deepEqual(
      decisions.map(({ action }) => action),
      ['native', 'present', 'install'],
    )
  })

  test('are there the second time, so that it starts no container', async () => {
    const world = machine({ adds: BOTH })
    await ensureEmulators(PLAN, world)
    await ensureEmulators(PLAN, world)
    assert.deepEqual(world.did, [`docker ${INSTALLER} --install arm64,s390x`])
  })

  test('serve several variants at once', async () => {
    const world = machine({ adds: { 'qemu-arm': entry('qemu-arm') } })
    await ensureEmulators({ ...PLAN, wanted: ['linux/arm/v6', 'linux/arm/v7'].map(parsePlatform) }, world)
    assert.deepEqual(world.did, [`docker ${INSTALLER} --install arm`])
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
    assert.deepEqual(world.did, [`docker ${INSTALLER} --uninstall qemu-aarch64 --install arm64`])
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
      (error) =>
        error instanceof EmulatorError &&
        error.trouble === 'broken' &&
        error.platforms.join() === 'linux/s390x',
    )
    assert.deepEqual(world.did, [`docker ${INSTALLER} --uninstall qemu-s390x --install s390x`])
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
    assert.deepEqual(world.did, [`docker ${INSTALLER} --install 386`])
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
  assert.deepEqual(world.did, [`docker ${INSTALLER} --uninstall qemu-* --install arm64,s390x`])
})

describe('the ledger', () => {
  test('knows emulators that shall not stay before they are there', async () => {
    const world = machine({ adds: BOTH })
    await ensureEmulators({ ...PLAN, keep: false }, world)
    assert.deepEqual(world.did, [
      'note emulators tonistiigi/binfmt:latest qemu-aarch64,qemu-s390x',
      `docker ${INSTALLER} --install arm64,s390x`,
    ])
  })

  test('does not know those that were there before', async () => {
    const world = machine({ before: BOTH })
    await ensureEmulators({ ...PLAN, keep: false }, world)
    assert.deepEqual(world.did, [])
  })

  test('is undone with the same image', async () => {
    const world = machine()
    await removeEmulators({ image: PLAN.image, handlers: Object.keys(BOTH), by: PLAN.by }, world.run)
    assert.deepEqual(world.did, [
      'docker rm --force multiarch-1-emulators',
      `docker ${CONTAINER} --uninstall qemu-aarch64,qemu-s390x`,
    ])
  })
})
