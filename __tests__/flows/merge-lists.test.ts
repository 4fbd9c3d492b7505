import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toReport } from '../../src/action/report.ts'
import { readIndex } from '../../src/image/manifest.ts'
import { failureOf } from '../fakes/failure.ts'
import { AMD64, ARM64, FAR, source, stage } from './sources-stage.ts'

describe('a list of images in a file', () => {
  const list = (set: ReturnType<typeof stage>) => `
image: one.io/octo/app:1.0.0
tags: [latest]
annotations: { org.example.title: App }
manifests:
  - image: ${AMD64}@${set.amd64.digest}
  - image: ${ARM64}@${set.arm64.digest}
    platform: { os: linux, architecture: arm64, variant: v8 }
`

  test('says what to merge and what to call it', async () => {
    const { registries, mergeLists } = stage({ '/repo/images.yml': list(stage()) })
    const { published } = await mergeLists([], [{ list: 'images.yml' }])
    assert.deepEqual(Object.keys(registries.tags()), ['one.io/octo/app:1.0.0', 'one.io/octo/app:latest'])
    const { manifests, annotations } = readIndex(published.index)
    assert.deepEqual(
      manifests.map(({ platform }) => platform),
      [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64', variant: 'v8' },
      ],
    )
    assert.deepEqual(annotations, { 'org.example.title': 'App' })
  })

  test('stands among other sources; the input tags decides on names', async () => {
    const set = stage({ '/repo/images.yml': list(stage()) })
    const lists = [source(FAR, set.attested), { list: 'images.yml' }]
    const { parts } = await set.mergeLists(['three.io/octo/app:2'], lists)
    assert.deepEqual(
      parts.map(({ platform }) => platform.architecture),
      ['s390x', 'amd64', 'arm64'],
    )
    assert.deepEqual(Object.keys(set.registries.tags()), ['three.io/octo/app:2'])
    assert.match(set.log.groups[0]?.lines.join('\n') ?? '', /the names in it are not used/)
  })

  const refusals: Readonly<Record<string, readonly [Readonly<Record<string, string>>, RegExp]>> = {
    'that is not there': [{}, /^images\.yml: there is no such file$/],
    'that names nothing': [
      { '/repo/images.yml': 'manifests: [{ image: a }]' },
      /no image is named, and the input tags is empty/,
    ],
    'that is broken': [{ '/repo/images.yml': 'image: a' }, /^images\.yml: manifests: there are none$/],
    'that disagrees with another': [
      {
        '/repo/images.yml': 'image: a\nmanifests: [{ image: a:x }]',
        '/repo/more.yml': 'image: b\nmanifests: [{ image: b:x }]',
      },
      /^more\.yml: it makes docker\.io\/library\/b:latest, but images\.yml makes docker\.io\/library\/a:latest/,
    ],
  }
  for (const [name, [files, said]] of Object.entries(refusals)) {
    test(`${name} is refused`, async () => {
      const lists = ['images.yml', ...(Object.keys(files).length > 1 ? ['more.yml'] : [])]
      const error = await failureOf(
        stage(files).mergeLists(
          [],
          lists.map((list) => ({ list })),
        ),
      )
      assert.match(error.message, said)
      assert.equal(toReport(error).title, 'The inputs need a correction')
    })
  }
})
