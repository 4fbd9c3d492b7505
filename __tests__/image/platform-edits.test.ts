import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FormatError } from '../../src/image/format-error.ts'
import { editPlatform, type PlatformEdits, parseEdit } from '../../src/image/platform-edits.ts'

const edits: readonly (readonly [name: string, values: readonly string[], PlatformEdits])[] = [
  ['arch', ['arm64'], { architecture: 'arm64' }],
  ['architecture', ['ARM64'], { architecture: 'arm64' }],
  ['arch', ['aarch64'], { architecture: 'arm64' }],
  ['arch', ['x86_64'], { architecture: 'amd64' }],
  ['arch', ['armhf'], { architecture: 'arm', variant: 'v7' }],
  ['arch', ['arm'], { architecture: 'arm' }],
  ['arch', ['sw64'], { architecture: 'sw64' }],
  ['os', ['Linux'], { os: 'linux' }],
  ['variant', ['v8'], { variant: 'v8' }],
  ['variant', [''], { variant: '' }],
  ['os-version', ['10.0.17763.1'], { 'os.version': '10.0.17763.1' }],
  ['os.version', ['10.0 build'.replace(' ', '+')], { 'os.version': '10.0+build' }],
  ['osversion', ['1'], { 'os.version': '1' }],
  ['os-features', ['win32k', 'x'], { 'os.features': ['win32k', 'x'] }],
  ['OS.Features', [''], { 'os.features': [] }],
]

describe('an edit of a platform is', () => {
  for (const [name, values, edit] of edits)
    test(`${name}=${values.join(',')}`, () => assert.deepEqual(parseEdit(name, values), edit))
})

describe('no edit of a platform is', () => {
  for (const [name, ...values] of [
    ['cpu', 'arm64'],
    ['arch', ''],
    ['os', ''],
    ['arch', 'arm64', 'amd64'],
    ['variant', 'v 8'],
    ['os', 'linux/amd64'],
    ['os-version', '1 2'],
    ['platform', 'linux/arm64'],
  ] as const)
    test(`${name}=${values.join(',')}`, () => assert.throws(() => parseEdit(name, values), FormatError))
})

describe('a platform is edited', () => {
  const windows = { os: 'windows', architecture: 'amd64', 'os.version': '10.0.1', 'os.features': ['win32k'] }

  test('member by member; what nobody speaks of stays, also what we do not know', () => {
    const platform = { ...windows, 'x.y': [1] }
    assert.deepEqual(editPlatform(platform, { architecture: 'arm64', variant: 'v8' }), {
      ...platform,
      architecture: 'arm64',
      variant: 'v8',
    })
    assert.deepEqual(editPlatform(platform, {}), platform)
  })

  test('by taking members away', () => {
    const bare = editPlatform(windows, { 'os.version': '', 'os.features': [] })
    assert.deepEqual(bare, { os: 'windows', architecture: 'amd64' })
  })

  test('to one that was not known, if all of it is said', () => {
    assert.equal(editPlatform(undefined, { architecture: 'arm64' }), undefined)
    assert.deepEqual(editPlatform({ os: 'linux' }, { architecture: 'arm64' }), {
      os: 'linux',
      architecture: 'arm64',
    })
    assert.deepEqual(editPlatform({ os: '', architecture: '' }, { os: 'js', architecture: 'wasm' }), {
      os: 'js',
      architecture: 'wasm',
    })
  })
})
