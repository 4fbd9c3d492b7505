import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fetchImage, ImageError, mirrored } from '../../src/builder/images.ts'
import type { Run } from '../../src/system/processes.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

describe('a mirror calls', () => {
  const cases: readonly (readonly [image: string, mirror: string, name: string])[] = [
    ['moby/buildkit:buildx-stable-1', 'mirror.gcr.io', 'mirror.gcr.io/moby/buildkit:buildx-stable-1'],
    ['busybox', 'mirror.gcr.io/', 'mirror.gcr.io/library/busybox'],
    [
      `docker.io/tonistiigi/binfmt:v1@${DIGEST}`,
      'ghcr.io/octo/hub',
      `ghcr.io/octo/hub/tonistiigi/binfmt:v1@${DIGEST}`,
    ],
    ['ghcr.io/octo/binfmt:1', 'mirror.gcr.io', 'ghcr.io/octo/binfmt:1'],
  ]
  for (const [image, mirror, name] of cases)
    test(`${image} ${name}`, () => assert.equal(mirrored(image, mirror), name))
})

describe('an image', () => {
  test('is left to docker where there is no mirror', async () => {
    const engine = engineWith({})
    assert.equal(await fetchImage('busybox', [], engine), 'busybox')
    assert.deepEqual(engine.did, [])
  })

  test('that is there, under whatever name, is not pulled', async () => {
    const engine = engineWith({ there: ['m.io/library/busybox'] })
    assert.equal(await fetchImage('busybox', ['m.io'], engine), 'm.io/library/busybox')
    assert.ok(!engine.did.some((effect) => effect.includes('pull')))
  })

  test('comes from the first that gives it, in the order they are named', async () => {
    const engine = engineWith({ gives: ['two.io/library/busybox', 'three.io/library/busybox'] })
    assert.equal(
      await fetchImage('busybox', ['one.io', 'two.io', 'three.io'], engine),
      'two.io/library/busybox',
    )
    assert.deepEqual(
      engine.did.filter((effect) => effect.startsWith('docker pull')),
      ['busybox', 'one.io/library/busybox', 'two.io/library/busybox'].map(
        (name) => `docker pull --quiet ${name}`,
      ),
    )
  })

  test('that nobody gives is an error with every name and its reason', async () => {
    await assert.rejects(fetchImage('busybox', ['one.io'], engineWith({})), (error) => {
      assert.ok(error instanceof ImageError)
      assert.deepEqual(error.tried, ['busybox: toomanyrequests', 'one.io/library/busybox: toomanyrequests'])
      return true
    })
  })
})

function engineWith({ there = [], gives = [] }: { there?: readonly string[]; gives?: readonly string[] }) {
  const did: string[] = []
  const run: Run = (program, args) => {
    did.push([program, ...args].join(' '))
    const names = args[0] === 'pull' ? gives : there
    const code = names.includes(args.at(-1) ?? '') ? 0 : 1
    return Promise.resolve({ code, stdout: '', stderr: code === 0 ? '' : 'toomanyrequests\n' })
  }
  return { run, say: () => {}, did }
}
