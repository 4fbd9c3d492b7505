import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { toSummary } from '../../src/action/summary.ts'
import { BUILT, NASTY, WILD } from '../action/built.ts'
import { openJob } from '../runs/as-a-runner.ts'
import { noBrowser, show } from './browser.ts'
import { project } from './project.ts'
import { freshRepository, noRig, rig } from './rig.ts'

const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/s390x']

/** As a browser gives text: a space is a space. */
const plain = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => row.map((cell) => cell.replaceAll('\u00a0', ' ')))

describe('the job summary in a browser', { skip: noBrowser }, () => {
  test('draws its timeline, whatever names are in it, and cuts no word off', async () => {
    const { trouble, charts } = await show(toSummary(BUILT), 'summary')
    assert.equal(trouble, '')
    const [chart] = charts
    assert.equal(charts.length, 1)
    const names = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'windows(10.0.20348.2340)/amd64']
    assert.deepEqual(chart?.sections, ['Set-up', ...names, 'Publish'])
    assert.deepEqual(chart?.bars, [
      ...['Emulators, 0.9 s', 'Builder, 2.2 s'],
      ...['native, 12 s', 'compile 5/7 RUN make -j2, 9.2 s'],
      ...['emulated, 1 min 1 s', `${NASTY.slice(0, 29)}…, 12 s`],
      ...['compile 5/7 RUN make -j2, 41 s', 'exporting to image, 2.9 s'],
      ...['emulated, 48 s', `${WILD}, 21 s`, 'emulated, 30 s', 'Publish, 0.8 s'],
    ])
    assert.deepEqual(chart?.cutOff, [])
  })

  test('has every cell in its place', async () => {
    const { headings, tables, folded, blocks } = await show(toSummary(BUILT), 'summary')
    assert.deepEqual(headings, ['ghcr.io/octo/app', 'Changes', 'Timeline', 'Slowest steps'])
    const [platforms = [], changes = [], steps = [], complaints = []] = tables.map(plain)
    assert.deepEqual(platforms[1]?.slice(0, 6), [
      ...['linux/amd64', 'native', '12 s', '5/9 steps', '3.5 MB', 'provenance, SBOM'],
    ])
    assert.deepEqual(changes.slice(1), [
      ['linux/amd64', '3.4 MB', '3.5 MB', '+80.0 kB (+2.4 %)'],
      ['linux/arm64', '3.7 MB', '3.6 MB', '−80.0 kB (−2.2 %)'],
      ['linux/arm/v7', '3.0 MB', '3.0 MB', 'the same'],
      ['windows(10.0.20348.2340)/amd64', '–', '–', 'added'],
      ['linux/s390x', '3.5 MB', '–', 'removed'],
    ])
    assert.deepEqual(steps[3], [NASTY.replaceAll('`', "'"), '', '12 s', ''])
    assert.equal(complaints[1]?.[2], BUILT.complaints[0]?.text)
    assert.deepEqual(folded, ['1 complaint of the build checks', 'Pull one platform by its digest'])
    assert.equal(blocks[0]?.split('\n')[0], 'docker pull ghcr.io/octo/app:1.2.3')
  })

  test('of a failure says where it came to its end', async () => {
    const text = readFileSync(resolve(import.meta.dirname, '../fixtures/summaries/failure.md'), 'utf8')
    const { trouble, headings, blocks, charts } = await show(text, 'summary-of-a-failure')
    assert.equal(trouble, '')
    assert.deepEqual(headings, ['A platform failed to build', 'Timeline'])
    assert.equal(blocks[0], '#5 make: *** no rule\n```')
    assert.equal(charts[0]?.bars[2], 'emulated, failed, 1 min 1 s')
    assert.deepEqual(charts[0]?.cutOff, [])
  })

  test('of a real run, before a new image and after it', { skip: noRig }, async () => {
    await using app = await project('WORKDIR /app', 'RUN echo a: b; echo "c, d # e"; sleep 1', 'RUN uname -m')
    const repository = freshRepository(rig.registry)
    await using job = await openJob()
    const inputs = { ...app.inputs, tags: `${repository}:1,${repository}:latest` }
    const first = await job.main({ inputs: { ...inputs, platforms: PLATFORMS.slice(0, 2).join(',') } })
    assert.equal(first.code, 0, first.log)
    const main = await job.main({
      inputs: { ...inputs, platforms: PLATFORMS.slice(1).join(','), sbom: 'false', labels: 'a=b' },
    })
    assert.equal(main.code, 0, main.log)
    assert.doesNotMatch(first.summary, /### Changes/)

    const { trouble, charts, tables } = await show(main.summary, 'summary-of-a-run')
    assert.equal(trouble, '')
    assert.deepEqual(charts[0]?.sections, ['Set-up', ...PLATFORMS.slice(1), 'Publish'])
    assert.deepEqual(charts[0]?.cutOff, [])
    assert.ok(
      charts[0]?.bars.some((bar) => bar.startsWith('3/4 RUN echo a: b; echo "c, d')),
      charts[0]?.bars.join('\n'),
    )
    const [platforms = [], changes = []] = tables
    assert.deepEqual(
      platforms.slice(1).map(([name, how]) => [name, how]),
      PLATFORMS.slice(1).map((name) => [name, 'emulated']),
    )
    const [arm64, ...others] = changes.slice(1).map(([name, , , change = '']) => [name, change])
    // The time of the build is in the configuration, so that its size differs by a byte or so.
    assert.match(arm64?.join(' ') ?? '', /^linux\/arm64 (the same size|[+−]\d+\sB)$/)
    assert.deepEqual(others, [
      ['linux/s390x', 'added'],
      ['linux/amd64', 'removed'],
    ])
    for (const done of [first, main]) await job.post(done)
  })
})
