import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatAttributes, parseAttributes } from '../../src/build/attributes.ts'
import { exporterOf, gathered, isOfFiles, pushExporter } from '../../src/build/exporters.ts'
import { type Output, parseOutput } from '../../src/build/outputs.ts'
import { FormatError } from '../../src/image/format-error.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { formatReference } from '../../src/image/reference.ts'

const APP = { registry: 'ghcr.io', path: 'octo/app' }

describe('attributes', () => {
  test('are read back as they were written, whatever is in them', () => {
    const name = fc.stringMatching(/^[a-z][a-z.-]{0,9}$/)
    const attributes = fc.array(fc.tuple(name, fc.string()), { minLength: 1 }).map((pairs) => new Map(pairs))
    fc.assert(
      fc.property(attributes, (given) => {
        assert.deepEqual(parseAttributes(formatAttributes(given), 'output'), given)
      }),
    )
  })

  test('may be quoted, one by one', () => {
    const read = parseAttributes('type=image,"name=a,b", Compression =zstd,"x=say ""hi"""', 'output')
    assert.deepEqual(
      [...read],
      [
        ['type', 'image'],
        ['name', 'a,b'],
        ['compression', 'zstd'],
        ['x', 'say "hi"'],
      ],
    )
  })

  for (const text of ['type', 'type=a,', '=a', 'type=a,"dest=b', 'type=a,"dest"=b', ''])
    test(`${JSON.stringify(text)} are none`, () => {
      assert.throws(() => parseAttributes(text, 'output'), FormatError)
    })
})

describe('an output', () => {
  test('of type registry is an image that is pushed', () => {
    assert.deepEqual(
      parseOutput('type=registry,compression=zstd'),
      parseOutput('type=image,push=true,compression=zstd'),
    )
  })

  test('may say that it is pushed by digest, and is annotated', () => {
    const text = 'type=image,name=octo/app,push-by-digest=true,name-canonical=true,push=false'
    const output = image(`${text},annotation.a=1,annotation-index.b.c=2,annotation-manifest[linux/arm64].d=3`)
    assert.deepEqual([output.push, output.byDigest, output.attributes.size], [false, true, 0])
    assert.deepEqual(output.names.map(formatReference), ['docker.io/octo/app:latest'])
    assert.deepEqual(output.annotations, [
      { level: 'manifest', key: 'a', value: '1' },
      { level: 'index', key: 'b.c', value: '2' },
      { level: 'manifest', platform: parsePlatform('linux/arm64'), key: 'd', value: '3' },
    ])
  })
})

describe('for one platform, buildx is told', () => {
  const share = { platform: parsePlatform('linux/arm/v7'), folder: '/own' }
  const cases: Readonly<Record<string, readonly [alone: string, oneOfSeveral: string]>> = {
    'type=image,name=octo/app:1,store=true': [
      'type=image,name=docker.io/octo/app:1,store=true',
      'type=image,name=docker.io/octo/app:1,store=true',
    ],
    'type=oci,dest=out,tar=false,compression=zstd': [
      'type=oci,dest=/own/linux-arm-v7-2.tar,compression=zstd',
      'type=oci,dest=/own/linux-arm-v7-2.tar,compression=zstd',
    ],
    'type=docker,"name=a:1,b:2"': [
      'type=docker,"name=docker.io/library/a:1,docker.io/library/b:2"',
      'type=oci,dest=/own/linux-arm-v7-2.tar,"name=docker.io/library/a:1,docker.io/library/b:2"',
    ],
    'type=tar,dest=out.tar': ['type=tar,dest=out.tar', 'type=tar,dest=/own/linux-arm-v7-2.tar'],
    'out/files': ['type=local,dest=out/files', 'type=local,dest=out/files'],
  }
  for (const [text, [alone, oneOfSeveral]] of Object.entries(cases)) {
    test(text, () => {
      const output = parseOutput(text)
      assert.ok(output.type !== 'cacheonly')
      assert.equal(formatAttributes(exporterOf(output, 2, { ...share, several: false })), alone)
      assert.equal(formatAttributes(exporterOf(output, 2, { ...share, several: true })), oneOfSeveral)
    })
  }

  test('what is pushed by digest, with attributes of the user but not against us', () => {
    const attributes = parseAttributes('compression=zstd,push=false,registry.insecure=true', 'output')
    assert.equal(
      formatAttributes(pushExporter(APP, attributes)),
      'compression=zstd,push=true,registry.insecure=true,type=image,name=ghcr.io/octo/app,push-by-digest=true,name-canonical=true',
    )
  })
})

test('layouts and tarballs of several platforms are put together, and files are kept apart', () => {
  const facts = ['type=oci,dest=a', 'type=docker', 'type=tar,dest=a', 'out'].map((text) => {
    const output = parseOutput(text)
    assert.ok(output.type !== 'cacheonly' && output.type !== 'image')
    return [gathered(output, false), gathered(output, true), isOfFiles(output)]
  })
  assert.deepEqual(facts, [
    ['layout', 'layout', false],
    [undefined, 'layout', false],
    [undefined, 'tarball', true],
    [undefined, undefined, true],
  ])
})

function image(text: string): Extract<Output, { type: 'image' }> {
  const output = parseOutput(text)
  return output.type === 'image' ? output : assert.fail(`it is of type ${output.type}`)
}
