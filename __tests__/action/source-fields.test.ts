import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseSourceLine } from '../../src/action/source-fields.ts'
import { FormatError } from '../../src/image/format-error.ts'
import { parseImageRef } from '../../src/image/reference.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const APP = `ghcr.io/octo/app@${DIGEST}`
const plain = (name: string) => ({ image: parseImageRef(name), edits: {} })

describe('a line of sources has', () => {
  test('one image, or several with commas between', () => {
    assert.deepEqual(parseSourceLine(APP), [plain(APP)])
    assert.deepEqual(parseSourceLine('octo/a:1, octo/b'), [plain('octo/a:1'), plain('octo/b:latest')])
    assert.deepEqual(parseSourceLine(`${DIGEST},octo/a`), [
      { image: { digest: DIGEST }, edits: {} },
      plain('octo/a'),
    ])
  })

  test('a digest alone, by sha512 too', () => {
    const digest = `sha512:${'a'.repeat(128)}`
    assert.deepEqual(parseSourceLine(digest), [{ image: { digest }, edits: {} }])
  })

  test('one image and its edits, with commas or spaces between them', () => {
    const edits = { architecture: 'arm64', variant: 'v8' }
    for (const line of [
      `${APP} arch=arm64,variant=v8`,
      `${APP}  arch=arm64 variant=v8 `,
      `${APP}, arch=arm64, variant=v8`,
    ])
      assert.deepEqual(parseSourceLine(line), [{ image: parseImageRef(APP), edits }], line)
  })

  test('as many features as one likes, and in either way', () => {
    const both = [
      { image: parseImageRef('octo/a:1'), edits: { os: 'windows', 'os.features': ['win32k', 'x'] } },
    ]
    assert.deepEqual(parseSourceLine('octo/a:1 os-features=win32k,x os=windows'), both)
    assert.deepEqual(parseSourceLine('octo/a:1 os-features=win32k os=windows os-features=x'), both)
  })

  test('a file that lists images; a tag may end like one', () => {
    assert.deepEqual(parseSourceLine('spec.yml'), [{ list: 'spec.yml' }])
    assert.deepEqual(parseSourceLine('./lists/a b.YAML,octo/a:1.yml'), [
      { list: './lists/a b.YAML' },
      plain('octo/a:1.yml'),
    ])
  })
})

describe('a line of sources has not', () => {
  for (const line of [
    'arch=arm64',
    'octo/a arch=arm64, octo/b arch=amd64',
    'octo/a octo/b arch=amd64',
    'octo/a arch=arm64 cpu=1',
    'octo/a arch=arm64,arch=amd64',
    'spec.yml arch=arm64',
    'octo/A arch=arm64',
    'octo/a b',
  ])
    test(line, () => assert.throws(() => parseSourceLine(line), FormatError))
})
