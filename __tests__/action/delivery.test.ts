import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InputError, type InputName, readInputs } from '../../src/action/inputs.ts'
import { toRequest } from '../../src/action/request.ts'
import { formatAttributes } from '../../src/build/attributes.ts'
import type { BuildRequest } from '../../src/flows/build.ts'
import { formatReference } from '../../src/image/reference.ts'
import { NOWHERE } from '../fakes/recipe.ts'

type Texts = Partial<Record<InputName, string>>

const TAGS = 'ghcr.io/octo/app:1'

function request(texts: Texts): BuildRequest {
  const asked = toRequest(
    readInputs((name) => texts[name as InputName] ?? ''),
    { ...NOWHERE, private: false },
  )
  return asked.mode === 'build' ? asked : assert.fail(asked.mode)
}

/** What is pushed, under which names; and what else there is. */
function summaryOf({ tags, delivery }: BuildRequest) {
  return {
    tags: tags.map(formatReference),
    push: delivery ? formatAttributes(delivery.push) : '',
    beside: (delivery?.outputs ?? []).map((output) =>
      [output.type, ...output.names.map(formatReference)].join(' '),
    ),
  }
}

describe('what becomes of a build', () => {
  const nothing = { tags: [], push: '', beside: [] }
  const pushed = { ...nothing, tags: [TAGS] }
  const cases: readonly (readonly [texts: Texts, expected: object])[] = [
    [{}, pushed],
    [{ push: 'true' }, pushed],
    [{ push: 'false' }, nothing],
    [{ outputs: 'type=image,compression=zstd' }, { ...pushed, push: 'compression=zstd' }],
    [{ outputs: 'type=image,push=false', push: 'true' }, pushed],
    [{ outputs: 'type=image,push=false' }, { ...nothing, beside: [`image ${TAGS}`] }],
    [{ outputs: 'type=registry', push: 'false' }, pushed],
    [{ outputs: 'type=cacheonly' }, nothing],
    [{ outputs: 'type=cacheonly', push: 'true' }, pushed],
    [{ outputs: 'out\ntype=oci,dest=a.tar' }, { ...nothing, beside: [`local ${TAGS}`, `oci ${TAGS}`] }],
    [
      { outputs: 'out', push: 'true' },
      { ...pushed, beside: [`local ${TAGS}`] },
    ],
    [{ outputs: 'out\ntype=registry' }, { ...pushed, beside: [`local ${TAGS}`] }],
    [{ load: 'true' }, { ...nothing, beside: [`docker ${TAGS}`] }],
    [
      { load: 'true', push: 'true' },
      { ...pushed, beside: [`docker ${TAGS}`] },
    ],
    [
      { load: 'true', outputs: 'type=docker' },
      { ...nothing, beside: [`docker ${TAGS}`] },
    ],
    [
      { load: 'true', outputs: 'type=docker,dest=a' },
      { ...nothing, beside: [`docker ${TAGS}`, `docker ${TAGS}`] },
    ],
    [
      { tags: '', outputs: 'type=image,"name=a:1,a:2",push=true' },
      { ...nothing, tags: ['docker.io/library/a:1', 'docker.io/library/a:2'] },
    ],
    [
      { tags: '', outputs: 'type=oci,dest=a' },
      { ...nothing, beside: ['oci'] },
    ],
    [{ outputs: 'type=oci,dest=a,name=other:1' }, { ...nothing, beside: [`oci ${TAGS}`] }],
  ]
  for (const [texts, expected] of cases) {
    test(JSON.stringify(texts), () =>
      assert.deepEqual(summaryOf(request({ tags: TAGS, ...texts })), expected),
    )
  }

  test('by digest alone it has no tag', () => {
    const outputs = 'type=image,name=ghcr.io/octo/app,push-by-digest=true,push=true'
    assert.deepEqual(request({ outputs }).delivery?.byDigest, { registry: 'ghcr.io', path: 'octo/app' })
  })

  test('a part is pushed to where its output says, if nothing else does', () => {
    const texts: Texts = { mode: 'part', outputs: 'type=image,name=ghcr.io/octo/app,compression=zstd' }
    const asked = toRequest(
      readInputs((name) => texts[name as InputName] ?? ''),
      NOWHERE,
    )
    assert.ok(asked.mode === 'part')
    assert.deepEqual(asked.image.repository, { registry: 'ghcr.io', path: 'octo/app' })
    assert.deepEqual([...asked.push], [['compression', 'zstd']])
  })

  test('annotations of an output are annotations of the image', () => {
    const { recipe } = request({ tags: TAGS, outputs: 'type=image,annotation-index.a=1' })
    assert.deepEqual(recipe.annotations, [{ level: 'index', key: 'a', value: '1' }])
  })
})

describe('provenance that nobody asked for', () => {
  const cases: readonly (readonly [texts: Texts, attests: readonly string[]])[] = [
    [{}, ['type=provenance,mode=max']],
    [{ load: 'true' }, []],
    [{ load: 'true', platforms: 'linux/amd64,linux/arm64' }, ['type=provenance,mode=max']],
    [{ 'single-platform': 'manifest' }, ['type=provenance,disabled=true']],
    [
      { 'single-platform': 'manifest', platforms: 'linux/amd64,linux/x86_64' },
      ['type=provenance,disabled=true'],
    ],
    [{ 'single-platform': 'manifest', platforms: 'linux/amd64,linux/arm64' }, ['type=provenance,mode=max']],
  ]
  for (const [texts, attests] of cases) {
    test(JSON.stringify(texts), () =>
      assert.deepEqual(request({ tags: TAGS, ...texts }).recipe.attests, attests),
    )
  }
})

describe('what does not go together', () => {
  const two = 'linux/amd64,linux/arm64'
  const cases: readonly (readonly [texts: Texts, complaint: RegExp])[] = [
    [{ tags: '' }, /^input "tags": is empty, so there is nothing to push to/],
    [{ tags: '', load: 'true' }, /^input "tags": is empty, so the image in the engine would have no name/],
    [{ outputs: 'type=registry\ntype=image,push=true' }, /^input "outputs": has 2 entries that are pushed/],
    [
      { tags: 'a,b', outputs: 'type=image,push-by-digest=true' },
      /^input "outputs": pushes by digest.* one repository/,
    ],
    [
      { outputs: 'type=docker,dest=a.tar', platforms: two },
      /^input "outputs": of type docker holds one platform, and there are several; use type=oci,dest=a\.tar$/,
    ],
    [{ outputs: 'type=local,dest=a,mode=delete', platforms: two }, /^input "outputs": with mode=delete/],
    [{ 'single-platform': 'manifest', sbom: 'true' }, /^input "sbom": needs an index/],
    [{ 'single-platform': 'manifest', provenance: 'mode=max' }, /^input "provenance": needs an index/],
    [{ outputs: 'type=docker,dest=a.tar', sbom: 'true' }, /^input "sbom": does not fit into the file a\.tar/],
    [
      { outputs: 'type=image,push=false', driver: 'docker', platforms: two },
      /^input "outputs": of type image goes to the engine .* set load: true$/,
    ],
    [{ mode: 'part', outputs: 'type=image,push=false' }, /^input "outputs": can only say/],
    [{ mode: 'part', outputs: 'out' }, /^input "outputs": can only say how the image of a part is pushed/],
  ]
  for (const [texts, complaint] of cases) {
    test(JSON.stringify(texts), () => {
      assert.throws(
        () => request({ tags: TAGS, ...texts }),
        (error) => {
          assert.ok(error instanceof InputError)
          assert.equal(error.complaints.length, 1)
          assert.match(error.message, complaint)
          return true
        },
      )
    })
  }
})
