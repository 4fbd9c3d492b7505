import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { excerptIn } from '../../src/build/excerpt.ts'
import { openProgress, shortName, styleFor } from '../../src/build/progress.ts'
import { progressOf, RECORDED, recorded, shown } from './recorded.ts'

describe('what a real buildx has printed', () => {
  for (const name of RECORDED)
    test(`is a log of whole steps: ${name}`, () => {
      assert.equal(`${progressOf(recorded(name)).log().join('\n')}\n`, shown(name))
    })

  test('is a few figures, without FROM and what BuildKit does besides', () => {
    assert.deepEqual(progressOf(recorded('built')).facts(), {
      ...{ steps: 6, cached: 0 },
      slowest: [
        { name: 'stage-1 3/3 RUN uname -m > /machine && cat /machine', milliseconds: 153, after: 0 },
        {
          name: 'compile 4/5 RUN i=0; while [ $i -lt 5 ]; do echo "compiling part $i"; i=$((i+1)…',
          milliseconds: 107,
          after: 0,
        },
        {
          name: "compile 5/5 RUN printf 'progress 10%%\\rprogress 50%%\\rprogress 100%%\\n' >&2",
          milliseconds: 100,
          after: 0,
        },
      ],
    })
    assert.deepEqual(progressOf(recorded('cached-and-pushed')).facts(), { steps: 6, cached: 6, slowest: [] })
  })

  test('says when a step began, counted from the beginning of the whole, though it is a second try', () => {
    const progress = openProgress({ now: () => 30_000 }, 10_000)
    for (const line of recorded('built')) progress.take(line)
    assert.equal(progress.facts()?.slowest[0]?.after, 20_000)
  })

  test('has every complaint of the build checks once, with its place and its reason', () => {
    const lines = recorded('warned')
    const warnings = progressOf([...lines, ...lines]).warnings()
    assert.deepEqual(
      warnings.map(({ short, line }) => [short.replace(/:.*/, ''), line]),
      [
        ['MaintainerDeprecated', 3],
        ['ConsistentInstructionCasing', 2],
        ['InvalidDefaultArgInFrom', 2],
        ['SecretsUsedInArgOrEnv', 4],
        ['WorkdirRelativePath', 5],
        ['JSONArgsRecommended', 7],
      ],
    )
    assert.equal(warnings[0]?.file, 'Dockerfile')
    assert.equal(warnings[0]?.url, 'https://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/')
  })

  test('tells a failure: the step with its end, the Dockerfile’s lines, and the reason', () => {
    const failure = progressOf(recorded('failed')).failure()
    assert.equal(
      failure[0],
      `#6 [compile 3/3] RUN echo compiling;     echo "main.c:3: error: expected ';'" >&2;     exit 3`,
    )
    assert.equal(failure[2], "#6 0.098 main.c:3: error: expected ';'")
    assert.match(failure[3] ?? '', /^#6 ERROR: .* exit code: 3$/)
    assert.equal(failure[4], 'Dockerfile:5')
    assert.equal(failure.at(-1), '--------------------', 'the reason is said once')
    assert.deepEqual(excerptIn(failure), {
      ...{ file: 'Dockerfile', line: 5, endLine: 7 },
      shown: [
        '   4 |     RUN echo line one; echo line two >&2',
        '   5 | >>> RUN echo compiling; \\',
        `   6 | >>>     echo "main.c:3: error: expected ';'" >&2; \\`,
        '   7 | >>>     exit 3',
        '   8 |',
      ],
    })
  })

  test('blames no step that was only stopped', () => {
    assert.deepEqual(progressOf(recorded('stopped')).failure(), [
      'ERROR: failed to build: failed to solve: Canceled: context canceled',
    ])
  })

  test('that is cut off anywhere is still a log', () => {
    const lines = recorded('built')
    for (const length of lines.keys()) progressOf(lines.slice(0, length)).log()
    const running = progressOf(lines.slice(0, -1))
    assert.equal(running.log().at(-1), '#11 CANCELED')
  })
})

describe('while it runs, it says', () => {
  test('the oldest instruction that is not done, how long it runs by our clock, and its last line', () => {
    const lines = recorded('stopped')
    let time = 1000
    const progress = openProgress({ now: () => time })
    for (const line of lines.slice(0, -2)) progress.take(line)
    time += 40_000
    assert.deepEqual(progress.now(), {
      ...{ doing: '2/2 RUN echo before; sleep 7777', milliseconds: 40_000, last: 'before' },
    })
  })

  test('that it builds, before anything is heard', () => {
    const progress = openProgress({ now: () => 0 })
    assert.deepEqual(progress.now(), { doing: 'building', milliseconds: 0, last: '' })
  })

  test('which steps have ended by a line', () => {
    const progress = openProgress({ now: () => 0 })
    const ended = recorded('built').flatMap((line) => progress.take(line))
    assert.deepEqual(
      ended.map(({ number }) => number).filter((number) => number > 5),
      [6, 7, 8, 9, 10, 11],
    )
  })
})

describe('a buildx without events', () => {
  test('says all of it in words, and they are the log', () => {
    const lines = [
      '#1 [internal] load',
      '#2 [1/2] FROM alpine',
      '#3 [2/2] RUN make',
      '#3 0.1 cc',
      'ERROR: no',
    ]
    const progress = progressOf(lines)
    assert.deepEqual(progress.log(), lines)
    assert.deepEqual(progress.failure(), lines)
    assert.deepEqual(progress.now(), { doing: '2/2 RUN make', milliseconds: 0, last: 'ERROR: no' })
    assert.equal(progress.facts(), undefined)
  })

  for (const [version, style] of Object.entries({
    'v0.12.1': 'plain',
    'v0.13.0': 'rawjson',
    '0.29.1': 'rawjson',
    'v0.36.1': 'rawjson',
    'v1.0.0': 'rawjson',
    '0.0.0+unknown': 'rawjson',
    a1b2c3d: 'rawjson',
  }))
    test(`${version} is asked for ${style}`, () => assert.equal(styleFor(version), style))
})

describe('the name of a step on a line with other things', () => {
  const cases: Readonly<Record<string, string>> = {
    '[2/3] RUN make': '2/3 RUN make',
    '[compile 2/3] RUN make': 'compile 2/3 RUN make',
    '[linux/amd64 compile 2/3] RUN make': 'linux/amd64 compile 2/3 RUN make',
    [`[1/2] FROM docker.io/library/alpine:3@sha256:${'a'.repeat(64)}`]: '1/2 FROM docker.io/library/alpine:3',
    '[internal] load build context': '[internal] load build context',
    'exporting to image': 'exporting to image',
    [`[2/2] RUN ${'x'.repeat(200)}`]: `2/2 RUN ${'x'.repeat(71)}…`,
  }
  for (const [name, short] of Object.entries(cases)) test(short, () => assert.equal(shortName(name), short))
})
