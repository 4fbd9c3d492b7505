import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toReport } from '../../src/action/report.ts'
import { fixedAmong, requireFree, TagsTaken } from '../../src/publish/immutable.ts'
import { errorOf } from '../fakes/registries.ts'
import { tags, withIndex } from './attested-index.ts'

const NAMES = tags('a/b:v1.0.0', 'a/b:v1', 'a/b:latest', 'a/b:1x0', 'a/b:1.0')
const patterns: Readonly<Record<string, string>> = {
  '*': 'v1.0.0 v1 latest 1x0 1.0',
  'v*': 'v1.0.0 v1',
  'v*.*': 'v1.0.0',
  '1.0': '1.0',
  '*.0': 'v1.0.0 1.0',
  v: '',
}

describe('a pattern means', () => {
  for (const [pattern, meant] of Object.entries(patterns)) {
    test(`${pattern}: ${meant || 'nothing'}`, () => {
      assert.equal(
        fixedAmong(NAMES, [pattern])
          .map(({ tag }) => tag)
          .join(' '),
        meant,
      )
    })
  }

  test('any of several', () => assert.equal(fixedAmong(NAMES, ['v1', 'latest']).length, 2))
})

describe('a tag that must not move', () => {
  const [there, free, also] = tags('old.io/octo/app:1.0', 'old.io/octo/app:2', 'old.io/octo/app:also')
  assert.ok(there && free && also)

  test('is fine where it is free, or names this very image', async () => {
    const { registry, image, did } = withIndex()
    await requireFree([there, free], registry, image.digest)
    assert.deepEqual(did.toSorted(), ['head old.io/octo/app:1.0', 'head old.io/octo/app:2'])
  })

  test('is taken by another image, and by any image where nobody knows yet; all are named', async () => {
    const { registry, image, images, shelf } = withIndex()
    shelf(also).tags.set('also', image.digest)
    for (const digest of [undefined, images[0]?.image.digest]) {
      await assert.rejects(requireFree([there, free, also], registry, digest), (error) => {
        assert.ok(error instanceof TagsTaken)
        const said = [there, also].map(({ tag }) => `old.io/octo/app:${tag} is ${image.digest} already`)
        assert.equal(error.message, said.join('; '))
        assert.equal(toReport(error).title, 'A tag is taken')
        return true
      })
    }
  })

  test('is not taken where the registry says nothing: the writing will tell', async () => {
    const { registry } = withIndex()
    const head = () => Promise.reject(errorOf('denied', 'octo/app', '403'))
    await requireFree([there], { ...registry, head })
    const down = () => Promise.reject(errorOf('unavailable', 'octo/app', '503'))
    await assert.rejects(requireFree([there], { ...registry, head: down }), /503/)
  })
})
