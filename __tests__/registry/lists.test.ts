import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf } from '../../src/image/digest.ts'
import { type Manifest, manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { readLinks } from '../../src/registry/link.ts'
import { referrersTag } from '../../src/registry/lists.ts'
import { here, octo, openClient } from '../fakes/client.ts'
import { imageNamed, indexOf } from '../fakes/images.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'

const image = imageNamed('image')

/** What belongs to another image, as a signature does. */
function signatureOf({ mediaType, digest, bytes }: Manifest, name: string): Manifest {
  const config = {
    mediaType: 'application/vnd.oci.empty.v1+json',
    digest: digestOf(Buffer.from(name)),
    size: 2,
  }
  const subject = { mediaType, digest, size: bytes.length }
  const json = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [], subject }
  return manifestOf(OCI_MANIFEST, Buffer.from(JSON.stringify(json)))
}

const signatures = ['one', 'two', 'three'].map((name) => signatureOf(image, name))

function holdTags(fake: FakeRegistry, count: number): readonly string[] {
  const names = Array.from({ length: count }, (_, at) => `v${at}`)
  for (const name of names) fake.hold(image.bytes, image.mediaType, 'octo/app', name)
  return names
}

for (const links of ['relative', 'absolute'] as const) {
  test(`tags come in pages, by links that are ${links}`, async () => {
    await using fake = await fakeRegistry({ auth: 'bearer', page: 3, links })
    await using client = openClient({ credential: octo })
    const names = holdTags(fake, 8)
    assert.deepEqual(await client.registry.tags(here(fake)), names)
    const pages = fake.requests.filter(({ path, status }) => path.includes('tags/list') && status === 200)
    assert.deepEqual(
      pages.map(({ path }) => path.replace(/.*\?/, '')),
      ['n=1000', 'n=3&last=v2', 'n=3&last=v5'],
    )
  })
}

test('a page that is just full is the last', async () => {
  await using fake = await fakeRegistry({ page: 3 })
  await using client = openClient()
  const names = holdTags(fake, 3)
  assert.deepEqual(await client.registry.tags(here(fake)), names)
  assert.equal(fake.requests.length, 1)
})

test('no repository has no tags, and neither has one of manifests only', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  assert.deepEqual(await client.registry.tags(here(fake)), [])
  fake.hold(image.bytes, image.mediaType, 'octo/app')
  assert.deepEqual(await client.registry.tags(here(fake)), [])
})

test('who has no lists at all does not pass for empty', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ status: 404, body: { errors: [{ code: 'NOT_FOUND', message: '404 page not found' }] } })
  await assert.rejects(client.registry.tags(here(fake)), { kind: 'unknown', codes: ['NOT_FOUND'] })
})

test('a list does not go on at another host', async () => {
  await using fake = await fakeRegistry({ page: 3, links: 'foreign' })
  await using client = openClient()
  holdTags(fake, 8)
  await assert.rejects(client.registry.tags(here(fake)), { kind: 'unusable', message: /another host/ })
})

test('a list that goes in a circle ends', async () => {
  await using fake = await fakeRegistry({ page: 3, links: 'circle' })
  await using client = openClient()
  holdTags(fake, 8)
  await assert.rejects(client.registry.tags(here(fake)), { kind: 'unusable', message: /no end/ })
  assert.ok(fake.requests.length < 4)
})

for (const [name, body] of Object.entries({
  'no JSON': '<html>',
  'no list': { tags: 'v1' },
  'no names': { tags: [1] },
})) {
  test(`${name} is no list of tags`, async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    fake.fault({ status: 200, body })
    await assert.rejects(client.registry.tags(here(fake)), { kind: 'unusable' })
  })
}

test('half of a list does not pass for all of it', async () => {
  await using fake = await fakeRegistry({ page: 3 })
  await using client = openClient()
  holdTags(fake, 8)
  fake.fault({ path: /last=v2/, status: 403 })
  await assert.rejects(client.registry.tags(here(fake)), { kind: 'denied' })
  fake.fault({ withHeaders: { link: '</v2/octo/app/tags/list?last=v2; rel="next"' } })
  await assert.rejects(client.registry.tags(here(fake)), { kind: 'unusable', message: /how it goes on/ })
})

test('referrers come from the API, in pages', async () => {
  await using fake = await fakeRegistry({ referrers: true, page: 2 })
  await using client = openClient()
  for (const { bytes, mediaType } of [image, ...signatures]) fake.hold(bytes, mediaType, 'octo/app')
  const found = await client.registry.referrers(here(fake), image.digest)
  assert.deepEqual(
    found.map(({ digest }) => digest),
    signatures.map(({ digest }) => digest).toSorted(),
  )
  assert.equal(fake.requests.length, 2)
  assert.equal(fake.requests[0]?.headers['accept'], OCI_INDEX)
})

test('an API may say "null" for none', async () => {
  await using fake = await fakeRegistry({ referrers: true })
  await using client = openClient()
  fake.hold(image.bytes, image.mediaType, 'octo/app')
  assert.deepEqual(await client.registry.referrers(here(fake), image.digest), [])
})

test('without the API they come from the tag that stands in for it', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  const index = indexOf(signatures)
  for (const { bytes, mediaType } of [image, ...signatures]) fake.hold(bytes, mediaType, 'octo/app')
  fake.hold(index.bytes, index.mediaType, 'octo/app', image.digest.replace(':', '-'))
  const found = await client.registry.referrers(here(fake), image.digest)
  assert.deepEqual(
    found.map(({ digest }) => digest),
    signatures.map(({ digest }) => digest),
  )
})

for (const status of [400, 404, 405, 406]) {
  test(`${status} from the API, and no tag: no referrers`, async () => {
    await using fake = await fakeRegistry({ referrers: true })
    await using client = openClient()
    fake.fault({ path: /referrers/, status })
    assert.deepEqual(await client.registry.referrers(here(fake), image.digest), [])
  })
}

test('a page of HTML instead of the API is none', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ path: /referrers/, status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' })
  assert.deepEqual(await client.registry.referrers(here(fake), image.digest), [])
})

test('a refusal is not "none"', async () => {
  await using fake = await fakeRegistry()
  await using client = openClient()
  fake.fault({ path: /referrers/, status: 403 })
  await assert.rejects(client.registry.referrers(here(fake), image.digest), { kind: 'denied' })
})

/** distribution-spec, "Referrers Tag Schema". */
const TAGS = {
  [`sha256:${'a'.repeat(64)}`]: `sha256-${'a'.repeat(64)}`,
  [`sha512:${'a'.repeat(128)}`]: `sha512-${'a'.repeat(64)}`,
  'test+algorithm+using+algorithm+separators+and+lots+of+characters+to+excercise+overall+truncation:alsoSome=InTheEncodedSectionToShowHyphenReplacementAndLotsAndLotsOfCharactersToExcerciseEncodedTruncation':
    'test-algorithm-using-algorithm-s-alsoSome-InTheEncodedSectionToShowHyphenReplacementAndLotsAndLot',
}

for (const [digest, tag] of Object.entries(TAGS)) {
  test(`the tag for ${digest.slice(0, 20)}…`, () => assert.equal(referrersTag(digest), tag))
}

/** regclient's vectors for `Link`, and the example of RFC 8288. */
const LINKS: readonly (readonly [value: string, found: Record<string, string> | undefined])[] = [
  ['</path>; rel="next"', { next: '/path' }],
  ['</path>;rel=next', { next: '/path' }],
  ['</path1>; rel="next", </path2> ; rel="next", / ; rel=index ', { next: '/path1', index: '/' }],
  [
    '</TheBook/chapter2>; rel="previous"; title*=UTF-8\'de\'letztes%20Kapitel, </TheBook/chapter4>; rel="next"; title*=UTF-8\'de\'n%c3%a4chstes%20Kapitel',
    { previous: '/TheBook/chapter2', next: '/TheBook/chapter4' },
  ],
  ['</path', undefined],
  ['</path>; rel="next', undefined],
  ['</path>; rel="next" media="print"', undefined],
  ['</path>; r&d="nope"', undefined],
]

for (const [value, expected] of LINKS) {
  test(`Link: ${value}`, () => {
    const links = readLinks([value])
    const found = links?.toReversed().map(({ relation, target }) => [relation, target])
    assert.deepEqual(found && Object.fromEntries(found), expected)
  })
}
