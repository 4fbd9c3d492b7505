import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  decide,
  emulatorFor,
  type Handler,
  isNative,
  isUsable,
  parseHandler,
} from '../../src/emulation/decide.ts'
import { parsePlatform } from '../../src/image/platform.ts'

const GOOD: Handler = { enabled: true, interpreter: '/usr/bin/qemu', flags: 'POCF' }

type Case = Readonly<{
  natives?: readonly string[]
  covered?: readonly string[]
  handlers?: Readonly<Record<string, Handler>>
  platform: string
  action: string
  why: RegExp
}>

const cases: Readonly<Record<string, Case>> = {
  'the machine’s own': { platform: 'linux/amd64', action: 'native', why: /own CPU \(linux\/amd64\)/ },
  'a newer variant of it': { platform: 'linux/amd64/v3', action: 'native', why: /own CPU/ },
  '32 bits on 64 of Intel': { platform: 'linux/386', action: 'native', why: /own CPU/ },
  '32 bits on 64 of ARM, which many server CPUs cannot': {
    natives: ['linux/arm64'],
    ...{ platform: 'linux/arm/v7', action: 'install', why: /qemu-arm is not registered/ },
  },
  'one of several nodes’ own': {
    natives: ['linux/amd64', 'linux/arm64'],
    ...{ platform: 'linux/arm64', action: 'native', why: /own CPU \(linux\/arm64\)/ },
  },
  'what the builder covers': {
    covered: ['linux/amd64', 'linux/arm64'],
    ...{ platform: 'linux/arm64', action: 'present', why: /builder can run/ },
  },
  'registered and good': {
    handlers: { 'qemu-aarch64': GOOD },
    ...{ platform: 'linux/arm64', action: 'present', why: /qemu-aarch64 is registered$/ },
  },
  'not registered': { platform: 'linux/arm64', action: 'install', why: /qemu-aarch64 is not registered/ },
  'registered under another name': {
    handlers: { 'qemu-s390x': GOOD },
    ...{ platform: 'linux/arm64', action: 'install', why: /qemu-aarch64 is not registered/ },
  },
  'registered without flag F': {
    handlers: { 'qemu-aarch64': { ...GOOD, flags: 'POC' } },
    ...{ platform: 'linux/arm64', action: 'install', why: /without flag F/ },
  },
  'registered and disabled': {
    handlers: { 'qemu-aarch64': { ...GOOD, enabled: false } },
    ...{ platform: 'linux/arm64', action: 'install', why: /qemu-aarch64 is disabled/ },
  },
  'without an emulator': { platform: 'linux/sparc64', action: 'none', why: /must not RUN anything/ },
  'of another system': { platform: 'windows/amd64', action: 'none', why: /must not RUN anything/ },
  'that no machine is': { platform: 'wasi/wasm', action: 'none', why: /must not RUN anything/ },
}

describe('a platform is', () => {
  for (const [
    name,
    { natives = ['linux/amd64'], covered = [], handlers = {}, platform, action, why },
  ] of Object.entries(cases)) {
    test(name, () => {
      const [decision, ...others] = decide([parsePlatform(platform)], {
        ...{ natives: natives.map(parsePlatform), covered: covered.map(parsePlatform) },
        handlers: new Map(Object.entries(handlers)),
        ...{ runs: new Map(), reset: false },
      })
      assert.deepEqual(others, [])
      assert.deepEqual(decision?.platform, parsePlatform(platform))
      assert.equal(decision?.action, action)
      assert.match(decision?.why ?? '', why)
      assert.ok(action !== 'install' || decision?.emulator !== undefined)
    })
  }

  test('decided in the order wanted, each once', () => {
    const wanted = ['linux/s390x', 'linux/amd64', 'linux/arm64'].map(parsePlatform)
    const decisions = decide(wanted, {
      natives: [],
      covered: [],
      handlers: new Map(),
      runs: new Map(),
      reset: false,
    })
    assert.deepEqual(
      decisions.map(({ platform }) => platform),
      wanted,
    )
  })
})

const emulators: Readonly<Record<string, readonly [handler: string, architecture: string]>> = {
  'linux/386': ['qemu-i386', '386'],
  'linux/amd64': ['qemu-x86_64', 'amd64'],
  'linux/arm64': ['qemu-aarch64', 'arm64'],
  'linux/arm/v6': ['qemu-arm', 'arm'],
  'linux/arm/v7': ['qemu-arm', 'arm'],
  'linux/loong64': ['qemu-loongarch64', 'loong64'],
  'linux/mips64': ['qemu-mips64', 'mips64'],
  'linux/mips64le': ['qemu-mips64el', 'mips64le'],
  'linux/ppc64le': ['qemu-ppc64le', 'ppc64le'],
  'linux/riscv64': ['qemu-riscv64', 'riscv64'],
  'linux/s390x': ['qemu-s390x', 's390x'],
}

describe('the emulator, as the kernel has it and as tonistiigi/binfmt installs it, of', () => {
  for (const [platform, [handler, architecture]] of Object.entries(emulators)) {
    test(platform, () => assert.deepEqual(emulatorFor(parsePlatform(platform)), { handler, architecture }))
  }
  for (const platform of ['linux/sparc64', 'freebsd/arm64', 'windows/amd64'])
    test(`${platform}: none`, () => assert.equal(emulatorFor(parsePlatform(platform)), undefined))
})

test('an object’s inherited names are no architectures', () => {
  for (const architecture of ['constructor', 'toString', 'hasOwnProperty'])
    assert.equal(emulatorFor({ os: 'linux', architecture }), undefined)
})

test('the same architecture under another system is foreign', () => {
  assert.equal(isNative(parsePlatform('windows/amd64'), parsePlatform('linux/amd64')), false)
})

const REAL = `enabled
interpreter /usr/bin/qemu-aarch64
flags: POCF
offset 0
magic 7f454c460201010000000000000000000200b700
mask ffffffffffffff00fffffffffffffffffeffffff
`

const texts: Readonly<Record<string, readonly [text: string, handler: Handler, usable: boolean]>> = {
  'as tonistiigi/binfmt registers it': [
    REAL,
    { enabled: true, interpreter: '/usr/bin/qemu-aarch64', flags: 'POCF' },
    true,
  ],
  'as Debian’s qemu-user-static does': [
    REAL.replace('/usr/bin/qemu-aarch64', '/usr/libexec/qemu-binfmt/aarch64-binfmt-P'),
    { enabled: true, interpreter: '/usr/libexec/qemu-binfmt/aarch64-binfmt-P', flags: 'POCF' },
    true,
  ],
  'without F': [
    REAL.replace('POCF', 'OC'),
    { enabled: true, interpreter: '/usr/bin/qemu-aarch64', flags: 'OC' },
    false,
  ],
  'without any flag': [
    REAL.replace('POCF', ''),
    { enabled: true, interpreter: '/usr/bin/qemu-aarch64', flags: '' },
    false,
  ],
  'without any flag, by a file name that has an F': [
    'enabled\ninterpreter /usr/bin/foo\nflags: \nextension .FOO\n',
    { enabled: true, interpreter: '/usr/bin/foo', flags: '' },
    false,
  ],
  disabled: [
    REAL.replace('enabled', 'disabled'),
    { enabled: false, interpreter: '/usr/bin/qemu-aarch64', flags: 'POCF' },
    false,
  ],
  'as nothing at all': ['', { enabled: false, interpreter: '', flags: '' }, false],
}

describe('an entry of /proc/sys/fs/binfmt_misc', () => {
  for (const [name, [text, handler, usable]] of Object.entries(texts)) {
    test(name, () => {
      assert.deepEqual(parseHandler(text), handler)
      assert.equal(isUsable(parseHandler(text)), usable)
    })
  }

  test('that is missing is of no use', () => assert.equal(isUsable(undefined), false))
})
