import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseImageRef } from '../../src/image/reference.ts'
import { readSpec } from '../../src/merge/spec.ts'
import { SpecError } from '../../src/merge/spec-error.ts'

/** As in manifest-tool's documentation, with what version 2 knows beside it. */
const WHOLE = `
image: myprivreg:5000/octo/some:latest
tags: [1.10, '1', 2.0.0]
annotations:
  org.example.title: Some
manifests:
  - image: myprivreg:5000/octo/some:amd64
    platform:
      architecture: amd64
      os: linux
      features: [sse]
  - image: otherreg.io/octo/some:arm
    platform: { architecture: arm, os: linux, variant: v6 }
  - image: myprivreg:5000/octo/some:windows
    platform:
      os: windows
      architecture: amd64
      os.version: 10.0.17763.1
      os.features:
        - win32k
  - image: myprivreg:5000/octo/some:plain
`

describe('a list of manifest-tool', () => {
  test('says what to merge, and what it shall be called: a tag is text, even where it looks like a number', () => {
    const { names, annotations, sources } = readSpec(WHOLE, 'spec.yml')
    const name = { registry: 'myprivreg:5000', path: 'octo/some' }
    assert.deepEqual(
      names,
      ['latest', '1.10', '1', '2.0.0'].map((tag) => ({ ...name, tag })),
    )
    assert.deepEqual(annotations, [{ level: 'index', key: 'org.example.title', value: 'Some' }])
    assert.deepEqual(sources, [
      { image: { ...name, tag: 'amd64' }, edits: { os: 'linux', architecture: 'amd64' } },
      {
        image: parseImageRef('otherreg.io/octo/some:arm'),
        edits: { os: 'linux', architecture: 'arm', variant: 'v6' },
      },
      {
        image: { ...name, tag: 'windows' },
        edits: {
          ...{ os: 'windows', architecture: 'amd64' },
          ...{ 'os.version': '10.0.17763.1', 'os.features': ['win32k'] },
        },
      },
      { image: { ...name, tag: 'plain' }, edits: {} },
    ])
  })

  test('spells members as its program does: osversion, osfeatures', () => {
    const text = 'manifests: [{ image: a, platform: { osversion: "1", osfeatures: [x] } }]'
    const { names, sources } = readSpec(text, 'spec.yml')
    assert.deepEqual([names, sources[0]?.edits], [[], { 'os.version': '1', 'os.features': ['x'] }])
  })
})

const broken: Readonly<Record<string, readonly [string, ...RegExp[]]>> = {
  'that is no YAML': ['image: [', /^it is no YAML: .+ at line 1/],
  'that is empty': ['', /^the file: it is no map/, /^manifests: there are none$/],
  'of nothing': ['image: a\nmanifests: []', /^manifests: there are none$/],
  'that is no list': ['image: a\nmanifests: { image: b }', /^manifests: it is no list/, /^manifests: there/],
  'with a name nobody knows': ['manifest: []', /^the file: "manifest" means nothing here$/, /^manifests: /],
  'with several mistakes, each with its place': [
    'image: A\ntags: x\nmanifests: [{ platform: { cpu: 1 } }, b, { image: b, digest: c }]',
    /^image: "A" is not a reference; .* lower case/,
    /^tags: it is no list$/,
    /^manifests\[0\]\.image: "" is not a reference/,
    /^manifests\[0\]\.platform: "cpu=1" is not a platform edit/,
    /^manifests\[1\]: it is no map/,
    /^manifests\[1\]\.image: /,
    /^manifests\[2\]: "digest" means nothing here$/,
  ],
  'with tags of nothing': ['tags: [a]\nmanifests: [{ image: b }]', /^tags: they need the repository/],
  'with a bad tag': ['image: a\ntags: ["b c"]\nmanifests: [{ image: b }]', /^tags\[0\]: .*b c" is not a/],
}

describe('a list', () => {
  for (const [name, [text, ...faults]] of Object.entries(broken)) {
    test(`${name} is refused`, () => {
      assert.throws(
        () => readSpec(text, 'spec.yml'),
        (error) => {
          assert.ok(error instanceof SpecError)
          assert.equal(error.file, 'spec.yml')
          assert.equal(error.faults.length, faults.length, error.faults.join('\n'))
          for (const [place, fault] of faults.entries()) assert.match(error.faults[place] ?? '', fault)
          return true
        },
      )
    })
  }
})
