import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseTypedPlatform } from '../../src/image/nearest.ts'
import { formatPlatform } from '../../src/image/platform.ts'

const misspelt: Readonly<Record<string, string>> = {
  'linux/arm46': 'linux/arm64',
  'linux/amd46': 'linux/amd64',
  'linux/adm64': 'linux/amd64',
  'lunix/amd64': 'linux/amd64',
  'linux/arm64v8': 'linux/arm64',
  'linux/armv7': 'linux/arm/v7',
  'linux/armv6': 'linux/arm/v6',
  'linux/ppc64el': 'linux/ppc64le',
  'linux/s309x': 'linux/s390x',
  'linux/riscv46': 'linux/riscv64',
  'window/amd64': 'windows/amd64',
}

describe('a platform that is typed', () => {
  for (const [text, meant] of Object.entries(misspelt))
    test(`${text} was meant to be ${meant}`, () =>
      assert.throws(
        () => parseTypedPlatform(text),
        new RegExp(
          `^FormatError: "${text}" is not a platform; expected one that is known: did you mean ${meant}\\?$`,
        ),
      ))

  for (const text of [
    'linux/s390',
    'linux/sparc64',
    'wasi/wasm',
    'linux/arm64/v9',
    'linux/m68k',
    'linux/sh4',
  ])
    test(`${text} is what it says`, () => assert.equal(formatPlatform(parseTypedPlatform(text)), text))
})
