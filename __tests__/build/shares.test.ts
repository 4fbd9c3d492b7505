import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Event, Vertex } from '../../src/build/events.ts'
import { openShares } from '../../src/build/shares.ts'

const NAMES = ['linux-arm', 'linux-arm-v6', 'linux-amd64']
const [ARM = '', V6 = '', AMD = ''] = NAMES

function event(some: Partial<Event>): Event {
  return { vertexes: [], statuses: [], logs: [], warnings: [], ...some }
}

function vertex(name: string, digest = name, error = ''): Vertex {
  return { digest, name, cached: false, error, started: 1 }
}

const log = (vertex: string) => ({ vertex, stream: 1, data: Buffer.from('x'), timestamp: 1 })
const status = (vertex: string) => ({ vertex, id: 'a', current: 1, total: 2 })
const warning = (vertex: string) => ({ vertex, short: 'a', detail: [], url: '', file: '' })

/** Who hears of which steps. */
function heard(told: ReturnType<ReturnType<typeof openShares>['take']>) {
  return Object.fromEntries(told.map(([name, { vertexes }]) => [name, vertexes.map(({ name }) => name)]))
}

describe('a step', () => {
  for (const [name, plain] of Object.entries({
    [`[${ARM} stage-1 2/3] RUN a\nb`]: '[stage-1 2/3] RUN a\nb',
    [`[${ARM} internal] load build context`]: '[internal] load build context',
    [`[${ARM} linux/arm/v7 2/2] RUN a`]: '[linux/arm/v7 2/2] RUN a',
    [`[${ARM}] exporting to image`]: 'exporting to image',
  }))
    test(`is one build's under the name that it has there: ${plain}`, () => {
      assert.deepEqual(heard(openShares(NAMES).take(event({ vertexes: [vertex(name)] }))), { [ARM]: [plain] })
    })

  test('of nobody is everybody’s, but for those of bake itself', () => {
    const take = (name: string) => heard(openShares(NAMES).take(event({ vertexes: [vertex(name)] })))
    const login = '[auth] octo/app:pull token for registry'
    assert.deepEqual(take(login), Object.fromEntries(NAMES.map((name) => [name, [login]])))
    assert.deepEqual(take('[internal] load local bake definitions'), {})
  })
})

describe('of a step that builds share', () => {
  const shares = openShares(NAMES)
  for (const name of [ARM, V6]) shares.take(event({ vertexes: [vertex(`[${name} 1/2] RUN a`, 'shared')] }))
  const hearing = (some: Partial<Event>) => shares.take(event(some)).map(([name]) => name)

  test('each hears what is printed, which is told once', () => {
    assert.deepEqual(hearing({ logs: [log('shared')] }), [ARM, V6])
    const [, v6] = shares.take(event({ vertexes: [vertex(`[${ARM} 2/2] RUN b`)], logs: [log('shared')] }))
    assert.deepEqual([v6?.[0], v6?.[1].logs.length], [V6, 1])
  })

  test('one that hears of it later hears what was printed before', () => {
    const shares = openShares(NAMES)
    const told = (name: string, some: Partial<Vertex> = {}) =>
      shares.take(event({ vertexes: [{ ...vertex(`[${name} 1/2] RUN a`, 'shared'), ...some }] }))
    const { started: _, ...announced } = vertex(`[${V6} 1/2] RUN a`, 'shared')
    told(ARM)
    shares.take(event({ vertexes: [announced] }))
    assert.deepEqual(
      shares.take(event({ logs: [log('shared')] })).map(([name]) => name),
      [ARM],
    )
    const printed = (shared: ReturnType<typeof shares.take>) => shared.map(([, { logs }]) => logs.length)
    assert.deepEqual(printed(told(V6)), [1])
    assert.deepEqual(printed(told(V6, { completed: 2 })), [0], 'and once')
    assert.deepEqual(printed(shares.take(event({ logs: [log('shared')] }))), [1, 1])
  })

  test('one hears what is on a line of its own, and each what is on nobody’s', () => {
    const about = { statuses: [status('shared')], warnings: [warning('shared')] }
    assert.deepEqual(hearing({ ...about, vertexes: [vertex(`[${ARM} 2/2] RUN b`)] }), [ARM])
    assert.deepEqual(hearing(about), [ARM, V6])
    assert.deepEqual(hearing({ statuses: [status('unknown')] }), [])
  })
})

describe('with the build that is named have failed', () => {
  const failing = (...faults: readonly (readonly [name: string, digest: string, error: string])[]) => {
    const shares = openShares(NAMES)
    for (const [name, digest, error] of faults)
      shares.take(event({ vertexes: [vertex(`[${name} 1/2] RUN a`, digest, error)] }))
    return shares
  }

  test('those whose step it is too, and those who had failed before', () => {
    const shares = failing([V6, 'b', 'exit code: 1'], [ARM, 'a', 'exit code: 2'], [AMD, 'a', 'exit code: 2'])
    assert.deepEqual(shares.failedWith(ARM), [ARM, V6, AMD])
  })

  test('none that has been stopped by it, in whatever words', () => {
    const shares = failing(
      [V6, 'b', 'x: context canceled'],
      [ARM, 'a', 'exit code: 2'],
      [AMD, 'c', 'code = Canceled'],
    )
    assert.deepEqual(shares.failedWith(ARM), [ARM])
  })

  test('none whose step went well in the end, or whose cache was not there', () => {
    const shares = failing([V6, 'b', 'reset by peer'], [V6, 'b', ''])
    shares.take(event({ vertexes: [vertex(`[${AMD}] importing cache manifest from x`, 'c', 'not found')] }))
    shares.take(event({ vertexes: [vertex(`[${ARM} 1/2] RUN a`, 'a', 'exit code: 2')] }))
    assert.deepEqual(shares.failedWith(ARM), [ARM])
  })

  test('it alone, where no step has', () => assert.deepEqual(failing().failedWith(ARM), [ARM]))
})
