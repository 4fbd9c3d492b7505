import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fetchImage, ImageError, mirrored } from '../../src/builder/images.ts'
import { pull } from '../../src/builder/pull.ts'
import { clock } from '../../src/system/clock.ts'
import type { Finished, Run } from '../../src/system/processes.ts'

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
  test('that is there, under whatever name, is not pulled', async () => {
    const engine = engineWith({ there: ['m.io/library/busybox'] })
    assert.equal(await fetchImage('busybox', ['m.io'], engine), 'm.io/library/busybox')
    assert.deepEqual(pulls(engine), [])
  })

  test('comes from the first that gives it, in the order they are named', async () => {
    const engine = engineWith({ gives: ['two.io/library/busybox', 'three.io/library/busybox'] })
    assert.equal(
      await fetchImage('busybox', ['one.io', 'two.io', 'three.io'], engine),
      'two.io/library/busybox',
    )
    assert.deepEqual(pulls(engine), ['busybox', 'one.io/library/busybox', 'two.io/library/busybox'])
    assert.deepEqual(engine.asked, [], 'nobody waits while a mirror may have it')
  })

  test('that a registry gives a little later is pulled again then', async () => {
    const engine = engineWith({ givesLater: ['one.io/library/busybox'] })
    assert.equal(await fetchImage('busybox', ['one.io'], engine), 'one.io/library/busybox')
    assert.deepEqual(engine.asked, ['busybox', 'one.io/library/busybox'])
    assert.deepEqual(pulls(engine), ['busybox', 'one.io/library/busybox', 'one.io/library/busybox'])
  })

  test('that nobody gives is an error with every name and its reason', async () => {
    await assert.rejects(fetchImage('busybox', ['one.io'], engineWith({})), (error) => {
      assert.ok(error instanceof ImageError)
      assert.deepEqual(error.tried, ['busybox: toomanyrequests', 'one.io/library/busybox: toomanyrequests'])
      return true
    })
  })

  test('has one name for a registry that mirrors nothing, and is tried once', async () => {
    const engine = engineWith({})
    await assert.rejects(fetchImage('ghcr.io/octo/binfmt:1', ['one.io'], engine), ImageError)
    assert.deepEqual(pulls(engine), ['ghcr.io/octo/binfmt:1'])
  })
})

describe('a long pull', () => {
  test('says every ten seconds how far it is', async () => {
    const slow = Promise.withResolvers<Finished>()
    const lines: string[] = []
    let now = 0
    let tick = () => {}
    const clock = {
      now: () => now,
      every: (interval: number, given: () => void) => {
        assert.equal(interval, 10_000)
        tick = given
        return { [Symbol.dispose]: () => (tick = () => assert.fail('it still ticks')) }
      },
    }
    let hear = (_line: string) => {}
    const run: Run = (_program, _args, options) => {
      hear = (line) => options?.onLine?.(line, 'stdout')
      return slow.promise
    }
    const pulled = pull('moby/buildkit:1', { run, clock, log: { line: (line) => lines.push(line) } })
    const pass = () => {
      now += 10_000
      tick()
    }
    pass()
    hear('buildx-stable-1: Pulling from moby/buildkit')
    for (const layer of ['a', 'b', 'c', 'd']) hear(`${layer.repeat(12)}: Pulling fs layer`)
    hear('aaaaaaaaaaaa: Pull complete')
    pass()
    hear('bbbbbbbbbbbb: Download complete')
    hear('cccccccccccc: Already exists')
    pass()
    slow.resolve({ code: 0, stdout: '', stderr: '' })
    await pulled
    assert.deepEqual(lines, [
      'pulling moby/buildkit:1 for 10 s: waiting for the registry',
      'pulling moby/buildkit:1 for 20 s: 1 of 4 layers are here',
      'pulling moby/buildkit:1 for 30 s: 2 of 4 layers are here, 1 more downloaded',
    ])
  })
})

type Answers = Readonly<{
  there?: readonly string[]
  gives?: readonly string[]
  givesLater?: readonly string[]
}>

/** An engine, and registries of which some want us to wait. */
function engineWith({ there = [], gives = [], givesLater = [] }: Answers) {
  const did: string[] = []
  const asked: string[] = []
  const run: Run = (program, args) => {
    did.push([program, ...args].join(' '))
    const ready = [...gives, ...givesLater.filter((name) => asked.includes(name))]
    const code = (args[0] === 'pull' ? ready : there).includes(args.at(-1) ?? '') ? 0 : 1
    return Promise.resolve({ code, stdout: '', stderr: code === 0 ? '' : 'toomanyrequests\n' })
  }
  const ask = (name: string) => {
    asked.push(name)
    return Promise.resolve(givesLater.includes(name))
  }
  return { run, ask, clock, log: { line: () => {} }, say: () => {}, did, asked }
}

function pulls({ did }: ReturnType<typeof engineWith>): readonly string[] {
  return did.flatMap((command) => /^docker pull (.*)$/.exec(command)?.[1] ?? [])
}
