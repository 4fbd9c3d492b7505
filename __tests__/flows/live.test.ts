import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openProgress } from '../../src/build/progress.ts'
import { openLive } from '../../src/flows/platforms/live.ts'
import { recorded } from '../build/recorded.ts'

/** Two builds that are watched, by a clock that a test moves. */
function watching() {
  const lines: string[] = []
  const beats = new Set<() => void>()
  let time = 0
  const now = () => time
  const every = (_: number, tick: () => void) => {
    beats.add(tick)
    return { [Symbol.dispose]: () => void beats.delete(tick) }
  }
  const clock = { now, every, deadline: () => new AbortController().signal }
  const live = openLive(['linux/amd64', 'linux/arm/v7'], { line: (text) => lines.push(text) }, clock)
  const open = (name: string) => {
    const progress = openProgress({ now })
    live.begin(name, progress)
    return (lines: readonly string[]) => {
      for (const line of lines) live.tell(name, progress.take(line))
    }
  }
  const pass = (milliseconds: number) => {
    time += milliseconds
    for (const beat of beats) beat()
  }
  return { live, lines, open, pass, beats }
}

describe('while builds run', () => {
  test('each instruction that is done is a line, in columns', () => {
    const { lines, open } = watching()
    open('linux/amd64')(recorded('built'))
    open('linux/arm/v7')(recorded('cached-and-pushed'))
    assert.deepEqual(lines, [
      'linux/amd64   compile 2/5 WORKDIR /src  0.0 s',
      'linux/amd64   compile 3/5 COPY hello.txt .  0.0 s',
      'linux/amd64   compile 4/5 RUN i=0; while [ $i -lt 5 ]; do echo "compiling part $i"; i=$((i+1)…  0.1 s',
      "linux/amd64   compile 5/5 RUN printf 'progress 10%%\\rprogress 50%%\\rprogress 100%%\\n' >&2  0.1 s",
      'linux/amd64   stage-1 2/3 COPY --from=compile /src/hello.txt /hello.txt  0.0 s',
      'linux/amd64   stage-1 3/3 RUN uname -m > /machine && cat /machine  0.2 s',
    ])
  })

  test('the platform is not said twice where buildx has it in the step', () => {
    const { lines, open } = watching()
    const step = {
      ...{ digest: 'sha256:1', name: '[linux/amd64 app 2/3] RUN make' },
      ...{ started: '2026-01-01T00:00:00Z', completed: '2026-01-01T00:00:02Z' },
    }
    open('linux/amd64')([JSON.stringify({ vertexes: [step] })])
    assert.deepEqual(lines, ['linux/amd64   app 2/3 RUN make  2.0 s'])
  })

  test('one that fails says so, and one that is stopped says nothing', () => {
    const { lines, open } = watching()
    open('linux/amd64')(recorded('failed'))
    open('linux/arm/v7')(recorded('stopped'))
    assert.match(
      lines.at(-1) ?? '',
      /^linux\/amd64 {3}compile 3\/3 RUN echo compiling; .* failed after 0\.1 s$/,
    )
  })

  test('one that takes long says that it lives, and what it said last', () => {
    const { live, lines, open, pass } = watching()
    open('linux/amd64')(recorded('stopped').slice(0, -2))
    pass(40_000)
    assert.deepEqual(lines, ['linux/amd64   2/2 RUN echo before; sleep 7777  40 s so far: before'])
    live.end('linux/amd64')
    pass(20_000)
    assert.equal(lines.length, 1)
  })

  test('one that has not said anything yet lives as well', () => {
    const { lines, open, pass } = watching()
    open('linux/arm/v7')([])
    pass(20_000)
    assert.deepEqual(lines, ['linux/arm/v7  building  20 s so far'])
  })

  test('a second try is told like the first', () => {
    const { lines, open } = watching()
    open('linux/amd64')(recorded('failed'))
    const before = lines.length
    open('linux/amd64')(recorded('failed'))
    assert.deepEqual(lines.slice(before), lines.slice(0, before))
  })

  test('what BuildKit does besides is a line when it takes long, and again when it goes on', () => {
    const { lines, open } = watching()
    const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString()
    const spans: readonly [number, number][] = [
      [0, 0],
      [1, 6],
      [6, 6],
      [7, 9],
    ]
    open('linux/amd64')(
      spans.map(([started, completed]) =>
        JSON.stringify({
          vertexes: [
            { digest: 'x', name: 'exporting to image', started: at(started), completed: at(completed) },
          ],
        }),
      ),
    )
    assert.deepEqual(lines, [
      'linux/amd64   exporting to image  5.0 s',
      'linux/amd64   exporting to image  7.0 s',
    ])
  })

  test('colours and long lines stay out of a line about something else', () => {
    const { lines, open, pass } = watching()
    const started = '2026-01-01T00:00:00Z'
    const data = Buffer.from(`\u001b[31m${'x'.repeat(200)}\u001b[0m\n`).toString('base64')
    open('linux/amd64')([
      JSON.stringify({ vertexes: [{ digest: 'x', name: '[2/2] RUN make', started }] }),
      JSON.stringify({ logs: [{ vertex: 'x', stream: 1, data, timestamp: started }] }),
    ])
    pass(20_000)
    assert.deepEqual(lines, [`linux/amd64   2/2 RUN make  20 s so far: ${'x'.repeat(99)}…`])
  })

  test('and nothing ticks any more when they are done', () => {
    const { live, beats } = watching()
    live[Symbol.dispose]()
    assert.equal(beats.size, 0)
  })
})
