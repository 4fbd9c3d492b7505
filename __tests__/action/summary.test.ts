import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { block, folded, page } from '../../src/action/summary/page.ts'
import { closingTable, failureSummary, toSummary } from '../../src/action/summary.ts'
import { formatBytes } from '../../src/action/tables.ts'
import type { BuildResult } from '../../src/flows/result.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { BUILT, digestFor, INDEX } from './built.ts'

const FIXTURES = resolve(import.meta.dirname, '../fixtures/summaries')

/** The page of a build that differs from the usual one so. */
const pageOf = (change: Partial<BuildResult>) => toSummary({ ...BUILT, ...change })

const { published: _, previous: __, ...unpublished } = BUILT
const onlyBuilt: BuildResult = {
  ...unpublished,
  platforms: BUILT.platforms.map(({ image, attestations, proofs, size, ...one }) => one),
}

describe('the job summary', () => {
  test('of what was pushed is a page one would show a colleague', () => {
    assert.equal(`${toSummary(BUILT)}\n`, readFileSync(join(FIXTURES, 'build.md'), 'utf8'))
  })

  test('of what was only built names no image and pulls none', () => {
    const summary = toSummary(onlyBuilt)
    assert.match(summary, /^## Built, not pushed\n\n\| platform /)
    assert.doesNotMatch(summary, /docker pull|sha256|### Changes/)
    assert.match(summary, /### Timeline/)
  })

  test('is silent about the past where there is none', () => {
    const { previous: _, ...first } = BUILT
    assert.doesNotMatch(toSummary(first), /### Changes/)
  })

  test('says that nothing has changed', () => {
    const previous = BUILT.previous && { ...BUILT.previous, digest: INDEX.digest }
    assert.match(
      pageOf({ ...(previous && { previous }) }),
      /### Changes\n\n`latest` is the same image as before\./,
    )
  })

  test('has no section without content', () => {
    const platforms = BUILT.platforms.map(({ steps, ...one }) => one)
    assert.doesNotMatch(pageOf({ platforms, complaints: [] }), /Slowest|complaint/)
  })

  test('is not longer than GitHub takes, and says so', () => {
    const complaints = Array.from({ length: 20_000 }, () => BUILT.complaints).flat()
    const summary = pageOf({ complaints })
    assert.ok(Buffer.byteLength(summary) < 1024 * 1024)
    assert.match(summary, /### Timeline/)
    assert.match(summary, /Builder multiarch-1/, 'what fits after it is there')
    assert.match(summary, /A part of this page is left out/)
  })

  test('is made of sections', () => {
    assert.equal(page('a', undefined, '', 'b'), 'a\n\nb')
    assert.equal(folded('more', 'text'), '<details><summary>more</summary>\n\ntext\n\n</details>')
    assert.equal(block('sh', ['a', 'b']), '```sh\na\nb\n```')
  })
})

describe('the page of a failure', () => {
  const report = {
    title: 'A platform failed to build',
    detail: 'The build of linux/arm64 ended with exit code 1.\n#5 make: *** no rule\n```',
    advice: 'No tag was moved.',
  } as const
  const stages = BUILT.stages.map((stage) =>
    stage.name.includes('arm64') ? { ...stage, ended: 'failed' } : stage,
  )

  test('says what is wrong, what to do, and how far it had come', () => {
    assert.equal(`${failureSummary(report, stages)}\n`, readFileSync(join(FIXTURES, 'failure.md'), 'utf8'))
  })

  test('has no timeline where nothing was begun', () => {
    assert.doesNotMatch(failureSummary(report, []), /Timeline/)
  })
})

describe('the timeline', () => {
  const lineOf = (text: string, summary = toSummary(BUILT)) =>
    summary.split('\n').find((line) => line.includes(text))

  test('begins with the first stage, at midnight', () => {
    assert.equal(lineOf('mulators#44;'), '  #69;mulators#44; 0.9 s :done, 2001-01-01 00:00:00.000, 900ms')
    assert.equal(lineOf('ublish#44;'), '  #80;ublish#44; 0.8 s :done, 2001-01-01 00:01:03.500, 800ms')
  })

  const axes: Readonly<Record<string, [milliseconds: number, interval: string, format: string]>> = {
    seconds: [8_000, '1second', '%-S s'],
    'half a minute': [30_000, '5second', '%-S s'],
    minutes: [400_000, '1minute', '%-M:%S'],
    'three hours': [3 * 3_600_000, '30minute', '%-H:%M:%S'],
    'a day': [24 * 3_600_000, '2hour', '%-H:%M:%S'],
  }
  for (const [name, [milliseconds, interval, format]] of Object.entries(axes)) {
    test(`of ${name} has an axis that can be read`, () => {
      const platform = parsePlatform('linux/amd64')
      const stages = [{ name: 'Build linux/amd64', platform, startedAt: 0, milliseconds }]
      const summary = pageOf({ stages })
      assert.equal(lineOf('tickInterval', summary), `  tickInterval ${interval}`)
      assert.equal(lineOf('axisFormat', summary), `  axisFormat ${format}`)
    })
  }
})

describe('the end of the log', () => {
  test('of what was pushed is a table, and what each tag is now', () => {
    const lines = closingTable(BUILT)
    assert.deepEqual(lines.slice(0, 2), [
      'platform                        how       built in   cached     pull size  digest',
      `linux/amd64                     native    12 s       5/9 steps  3.5 MB     ${digestFor('linux/amd64')}`,
    ])
    assert.deepEqual(lines.slice(-2), [
      `ghcr.io/octo/app:1.2.3 is ${INDEX.digest}`,
      `ghcr.io/octo/app:latest is ${INDEX.digest}`,
    ])
  })

  test('calls nothing native that nothing here would run', () => {
    const platforms = onlyBuilt.platforms.slice(0, 1).map((one) => ({ ...one, unsupported: true }))
    assert.match(closingTable({ ...onlyBuilt, platforms })[1] ?? '', /^linux\/amd64 +– /)
  })

  test('of what was only built is the table alone', () => {
    const platforms = onlyBuilt.platforms.slice(0, 2)
    assert.deepEqual(closingTable({ ...onlyBuilt, platforms }), [
      'platform     how       built in   cached     pull size  digest',
      'linux/amd64  native    12 s       5/9 steps  –          –',
      'linux/arm64  emulated  1 min 1 s  3/9 steps  –          –',
    ])
  })
})

const sizes: Readonly<Record<string, number>> = {
  '0 B': 0,
  '999 B': 999,
  '1.0 kB': 1000,
  '3.5 MB': 3_456_789,
  '999.9 kB': 999_900,
  '1.0 MB': 999_960,
  '1.0 GB': 1_000_000_000,
  '2500.0 TB': 2_500_000_000_000_000,
}

describe('bytes are said as docker says them:', () => {
  for (const [text, bytes] of Object.entries(sizes))
    test(`${bytes} is ${text}`, () => assert.equal(formatBytes(bytes), text))
})
