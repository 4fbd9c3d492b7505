import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatReference, type TagRef } from '../../src/image/reference.ts'
import { publish } from '../../src/publish/publish.ts'
import { acceptedTags } from '../../src/registry/manifests/oci-tag.ts'
import { openClient } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

// Several tags in one request: distribution-spec, end-7b; registry.md, 1.5.3.

const image = imageNamed('image')

const tags = (fake: FakeRegistry, names: readonly string[], path = 'octo/app'): readonly TagRef[] =>
  names.map((tag) => ({ registry: fake.host, path, tag }))

/** What was asked, without what all of it has in common. */
const asked = (fake: FakeRegistry) =>
  fake.log().map((line) => line.replace('/v2/octo/', '').replace('manifests/', '').replace(image.digest, 'D'))

const named = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`octo/app:${name}`, image.digest]))

describe('several tags', () => {
  test('go one by one to a registry that never spoke of them: the first alone', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    await publish(image, tags(fake, ['1.2.3', '1.2', 'latest']), client.registry)
    assert.deepEqual(asked(fake), ['PUT app/1.2.3 201', 'PUT app/1.2 201', 'PUT app/latest 201'])
  })

  test('go together after the first, to one that speaks of it there', async () => {
    await using fake = await fakeRegistry({ manyTags: 10 })
    await using client = openClient()
    const moved = await publish(image, tags(fake, ['latest', '1.2.3', '1.2', '1']), client.registry)
    assert.deepEqual(asked(fake), ['PUT app/1.2.3 201', 'PUT app/D?tag=latest&tag=1.2&tag=1 201'])
    assert.deepEqual(fake.tags(), named(['1.2.3', 'latest', '1.2', '1']))
    assert.deepEqual(moved, tags(fake, ['1.2.3', 'latest', '1.2', '1']))
    // It is remembered for the other repositories of the registry.
    await publish(image, tags(fake, ['a', 'b'], 'octo/copy'), client.registry)
    assert.equal(asked(fake).at(-1), 'PUT copy/D?tag=a&tag=b 201')
  })

  test('are one request where the user says so, the moving ones at its end', async () => {
    await using fake = await fakeRegistry({ manyTags: 10 })
    await using client = openClient({ multiTag: true })
    await publish(image, tags(fake, ['latest', '1.2.3', '1']), client.registry)
    assert.deepEqual(asked(fake), ['PUT app/D?tag=1.2.3&tag=latest&tag=1 201'])
    assert.deepEqual(fake.tags(), named(['1.2.3', 'latest', '1']))
  })

  test('go one by one where it was said, but is not so; the registry is not tried again', async () => {
    await using fake = await fakeRegistry()
    await using client = openClient({ multiTag: true })
    for (const names of [
      ['1', '1.2.3'],
      ['2', '2.3.4'],
    ])
      await publish(image, tags(fake, names), client.registry)
    assert.deepEqual(asked(fake), [
      'PUT app/D?tag=1.2.3&tag=1 201',
      'PUT app/1.2.3 201',
      'PUT app/1 201',
      'PUT app/2.3.4 201',
      'PUT app/2 201',
    ])
  })

  test('that were not taken along are put by themselves', async () => {
    await using fake = await fakeRegistry({ manyTags: 2 })
    await using client = openClient({ multiTag: true })
    const moved = await publish(image, tags(fake, ['1.2.3', 'a', 'b', 'latest']), client.registry)
    assert.deepEqual(asked(fake), [
      'PUT app/D?tag=1.2.3&tag=a&tag=b&tag=latest 201',
      'PUT app/b 201',
      'PUT app/latest 201',
    ])
    assert.deepEqual(moved, tags(fake, ['1.2.3', 'a', 'b', 'latest']))
  })

  for (const status of [400, 404, 405, 414, 431, 501]) {
    test(`are put one by one after ${status}`, async () => {
      await using fake = await fakeRegistry({ manyTags: 10 })
      await using client = openClient({ multiTag: true })
      fake.fault({ path: /tag=/, status, times: 5 })
      await publish(image, tags(fake, ['1.2.3', '1', 'latest']), client.registry)
      assert.deepEqual(fake.tags(), named(['1.2.3', '1', 'latest']))
      assert.equal(asked(fake).at(-3), 'PUT app/1.2.3 201')
    })
  }

  for (const fault of [{ reset: 'after' }, { afterDeed: 504 }, { status: 503 }] as const)
    test(`are sent again after ${JSON.stringify(fault)}, and only that`, async () => {
      await using fake = await fakeRegistry({ manyTags: 10 })
      await using client = openClient({ multiTag: true })
      fake.fault(fault)
      await publish(image, tags(fake, ['1.2.3', '1', 'latest']), client.registry)
      assert.deepEqual(fake.tags(), named(['1.2.3', '1', 'latest']))
      const paths = fake.requests.map(({ path }) => path)
      assert.deepEqual([paths.length, new Set(paths).size], [2, 1])
    })

  test('are more than a registry must take: ten at a time', async () => {
    await using fake = await fakeRegistry({ manyTags: 10 })
    await using client = openClient({ multiTag: true })
    const names = Array.from({ length: 21 }, (_, at) => `t${at}`)
    await publish(image, tags(fake, names), client.registry)
    assert.equal(fake.requests.length, 3)
    assert.deepEqual(fake.tags(), named(names))
  })

  test('are named as failed, all of them, when nobody answers', async () => {
    await using fake = await fakeRegistry({ manyTags: 10 })
    await using client = openClient({ multiTag: true })
    fake.fault({ reset: 'before', times: 100 })
    const published = publish(image, tags(fake, ['1.2.3', 'latest']), client.registry)
    await assert.rejects(published, ({ moved, failed, untouched }) => {
      assert.deepEqual([moved, failed.map(formatReference).length, untouched], [[], 2, []])
      return true
    })
  })
})

test('OCI-Tag is read from one header or several', () => {
  const headers = { 'oci-tag': ['1.2.3, 1.2,1', 'latest'] }
  assert.deepEqual(acceptedTags({ headers }), ['1.2.3', '1.2', '1', 'latest'])
  assert.deepEqual(acceptedTags({ headers: {} }), [])
})
