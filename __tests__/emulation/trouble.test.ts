import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Decision } from '../../src/emulation/decide.ts'
import { EmulatorError, ensureEmulators } from '../../src/emulation/ensure.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { BOTH, CONTAINER, entry, INSTALLER, type Machine, machine, PLAN, printed } from './machine.ts'

describe('an engine elsewhere', () => {
  const remote = { ...PLAN, local: false }

  test('is asked by a container what it has, and nothing is installed where nothing is missing', async () => {
    const world = machine({ before: BOTH })
    const decisions = await ensureEmulators(remote, world)
    assert.deepEqual(world.did, [`docker ${CONTAINER}`])
    assert.deepEqual(
      decisions.map(({ action }) => action),
      ['native', 'present', 'present'],
    )
  })

  test('gets what is missing, and only that is taken back', async () => {
    const before = { 'qemu-aarch64': BOTH['qemu-aarch64'] }
    const world = machine({ before, adds: BOTH })
    await ensureEmulators({ ...remote, keep: false }, world)
    assert.deepEqual(world.did, [
      ...[`docker ${CONTAINER}`, 'note emulators tonistiigi/binfmt:latest qemu-s390x'],
      `docker ${INSTALLER} --install s390x`,
    ])
  })

  test('is not asked where nothing foreign is wanted', async () => {
    const world = machine()
    await ensureEmulators({ ...remote, wanted: [parsePlatform('linux/amd64')] }, world)
    assert.deepEqual(world.did, [])
  })

  test('has emulators tested by the installer, where that is not turned off', async () => {
    const given = { before: BOTH, broken: ['qemu-s390x'] }
    await assert.rejects(ensureEmulators(remote, machine(given)), (error) => {
      assert.ok(error instanceof EmulatorError)
      return error.trouble === 'broken' && error.platforms.join() === 'linux/s390x'
    })
    const trusting = machine(given)
    await ensureEmulators({ ...remote, verify: false }, trusting)
    assert.deepEqual(trusting.did, [`docker ${CONTAINER}`])
  })

  test('that does not get one is an error', async () => {
    await assert.rejects(ensureEmulators(remote, machine()), (error) => {
      return error instanceof EmulatorError && error.trouble === 'missing'
    })
  })
})

describe('emulators that go with the installer’s container', () => {
  const vanishing = { answer: { stdout: printed(['qemu-aarch64', 'qemu-s390x']) } }

  test('are missed by their test programs, where binfmt_misc is mounted nowhere', async () => {
    await assert.rejects(ensureEmulators(PLAN, machine(vanishing)), (error) => {
      return error instanceof EmulatorError && error.trouble === 'gone' && error.platforms.length === 2
    })
  })

  test('are missed without test programs, where it is mounted', async () => {
    const world = machine({ ...vanishing, before: { status: 'enabled' } })
    await assert.rejects(ensureEmulators({ ...PLAN, verify: false }, world), (error) => {
      return error instanceof EmulatorError && error.trouble === 'gone'
    })
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
    {
      answer: { stdout: printed(['qemu-aarch64', 'qemu-s390x']) },
      adds: { ...BOTH, 'qemu-s390x': entry('', 'OC') },
    },
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

describe('an optional platform', () => {
  const optional = [parsePlatform('linux/s390x')]
  const lostIn = (decisions: readonly Decision[]) =>
    decisions.map(({ lost }) => lost && (lost.cause instanceof Error ? lost.cause.message : ''))

  for (const [name, [given, platforms]] of Object.entries(failures)) {
    test(`is lost, or another one is missed, when ${name}`, async () => {
      const world = machine(given)
      const ensured = ensureEmulators({ ...PLAN, optional }, world)
      if (platforms.length > 1)
        return await assert.rejects(ensured, ({ platforms }) => platforms.join() === 'linux/arm64')
      const missed = 'there is no working emulator for linux/s390x'
      assert.deepEqual(lostIn(await ensured), [undefined, undefined, missed])
      assert.ok(world.said.includes('installed qemu-aarch64 from tonistiigi/binfmt:latest'))
    })
  }

  test('whose emulator runs nothing is lost alone', async () => {
    const world = machine({ before: BOTH, broken: ['qemu-s390x'] })
    const broken = 'the emulator is installed and does not run for linux/s390x'
    assert.deepEqual(lostIn(await ensureEmulators({ ...PLAN, optional }, world)), [
      undefined,
      undefined,
      broken,
    ])
  })

  for (const local of [true, false])
    test(`is lost where no registry gives the installer, ${local ? 'here' : 'elsewhere'}`, async () => {
      const plan = { ...PLAN, local, optional, wanted: ['linux/amd64', 'linux/s390x'].map(parsePlatform) }
      const lost = lostIn(await ensureEmulators(plan, machine({ unfetched: true })))
      assert.deepEqual(lost, [undefined, 'the image tonistiigi/binfmt:latest could not be pulled'])
      await assert.rejects(ensureEmulators({ ...plan, wanted: PLAN.wanted }, machine({ unfetched: true })), {
        name: 'ImageError',
      })
    })
})
