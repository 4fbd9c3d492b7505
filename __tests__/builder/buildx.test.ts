import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { describe, test } from 'node:test'
import { BuildxError, ensureBuildx } from '../../src/builder/buildx.ts'
import { parseVersionWish } from '../../src/builder/version.ts'
import { openProcesses } from '../../src/system/processes.ts'
import { ChecksumError, openTools } from '../../src/system/tools.ts'
import { release, releases } from '../fakes/releases.ts'

/** A program that says what buildx says. */
const program = (version: string) => `#!/bin/sh\necho github.com/docker/buildx ${version} 0123abc\n`

const LIST = JSON.stringify({
  latest: { tag_name: 'v0.31.0' },
  'v0.31.0': { tag_name: 'v0.31.0' },
  edge: { tag_name: 'v0.32.0-rc1' },
  'v0.30.1': { tag_name: 'v0.30.1' },
})

const GITHUB = {
  ...release('v0.30.1', program('v0.30.1')),
  ...release('v0.31.0', program('v0.31.0')),
  '/releases.json': LIST,
}

/** A runner with an empty tool cache; each `ensure` is a job of its own. */
async function runner() {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-tools-'))
  const cache = join(folder, 'cache')
  const said: string[] = []
  let jobs = 0
  return {
    cache,
    said,
    ensure: async (wanted: string, url: string, installed?: string) => {
      const own = join(folder, `job-${jobs++}`)
      const tools = openTools({ machine: { platform: 'linux', architecture: 'x64' }, cache, folder: own })
      const { run } = openProcesses(process.env)
      const wish = { version: parseVersionWish(wanted), url }
      return await ensureBuildx(wish, installed, { tools, run, say: (line) => said.push(line) })
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

const asked = (version: string) => [`/${version}/checksums.txt`, `/${version}/buildx-${version}.linux-amd64`]

describe('a wanted buildx', () => {
  test('is downloaded, verified and kept, so that the next job asks nobody', async () => {
    await using web = await releases(GITHUB)
    await using here = await runner()
    const { program, version } = await here.ensure('0.30.1', web.url, 'v0.29.0')
    assert.equal(version, 'v0.30.1')
    assert.equal(program, join(here.cache, 'docker-buildx/0.30.1/x64/docker-buildx'))
    assert.deepEqual(web.asked, asked('v0.30.1'))
    assert.deepEqual(await here.ensure('v0.30.1', web.url), { program, version })
    assert.deepEqual(await here.ensure('~0.30', web.url), { program, version })
    assert.equal(web.asked.length, 2)
    assert.deepEqual(here.said, [
      `downloaded buildx v0.30.1 from ${web.url}/v0.30.1, and its checksum is right`,
      ...Array(2).fill("buildx v0.30.1 is in the runner's tool cache"),
    ])
  })

  test('is the newest of a range that the list has, previews aside', async () => {
    await using web = await releases(GITHUB)
    await using here = await runner()
    assert.equal((await here.ensure('>=0.29', web.url)).version, 'v0.31.0')
    assert.deepEqual(web.asked, ['/releases.json', ...asked('v0.31.0')])
  })

  test('is looked up each time where the latest is wanted, and downloaded once', async () => {
    await using web = await releases({ ...GITHUB, '/releases.json': '["v0.30.1", "v0.31.0"]' })
    await using here = await runner()
    for (const _ of [1, 2]) assert.equal((await here.ensure('latest', web.url)).version, 'v0.31.0')
    assert.deepEqual(web.asked, ['/releases.json', ...asked('v0.31.0'), '/releases.json'])
  })

  for (const [wanted, installed] of [
    ['v0.30.1', 'v0.30.1'],
    ['~0.29', '0.29.1+ds1'],
  ] as const)
    test(`is not downloaded where it is installed: ${wanted}`, async () => {
      await using here = await runner()
      assert.deepEqual(await here.ensure(wanted, 'http://127.0.0.1:9', installed), { version: installed })
    })

  test('is not downloaded where the latest is installed', async () => {
    await using web = await releases(GITHUB)
    await using here = await runner()
    assert.deepEqual(await here.ensure('latest', web.url, 'v0.31.0'), { version: 'v0.31.0' })
    assert.deepEqual(web.asked, ['/releases.json'])
  })

  test('serves three jobs at once', async () => {
    await using web = await releases(GITHUB)
    await using here = await runner()
    const all = await Promise.all([1, 2, 3].map(() => here.ensure('v0.30.1', web.url)))
    assert.deepEqual(new Set(all.map(({ program }) => program)).size, 1)
    assert.deepEqual(await readdir(join(here.cache, 'docker-buildx/0.30.1/x64')), ['docker-buildx'])
  })
})

describe('is not used, and not kept, what', () => {
  const SUMS = '/v0.30.1/checksums.txt'
  const PROGRAM = '/v0.30.1/buildx-v0.30.1.linux-amd64'
  const cases: Readonly<
    Record<string, readonly [files: Parameters<typeof releases>[0], wanted: string, said: RegExp]>
  > = {
    'has another checksum': [
      { ...GITHUB, [PROGRAM]: program('v6.6.6') },
      'v0.30.1',
      /SHA-256 \w{64}, and should have/,
    ],
    'nobody vouches for': [
      { ...GITHUB, [SUMS]: `${'0'.repeat(64)} *buildx-v0.30.1.linux-arm64` },
      'v0.30.1',
      /does not name/,
    ],
    'has no list of checksums': [{ ...GITHUB, [SUMS]: 404 }, 'v0.30.1', /checksums\.txt answers HTTP 404/],
    'is named and not there': [{ ...GITHUB, [PROGRAM]: 404 }, 'v0.30.1', /amd64 answers HTTP 404/],
    'no release is': [GITHUB, '~0.99', /no version of buildx in .*releases\.json is ~0\.99/],
    'no list names': [
      { ...GITHUB, '/releases.json': 404 },
      'latest',
      /there is no list of versions: .* HTTP 404/,
    ],
    'is no list': [{ ...GITHUB, '/releases.json': '<html>' }, 'latest', /no version of buildx in/],
    'does not start': [{ ...release('v0.30.1', '#!/nowhere\n') }, 'v0.30.1', /does not start/],
  }
  for (const [name, [files, wanted, said]] of Object.entries(cases))
    test(name, async () => {
      await using web = await releases(files)
      await using here = await runner()
      await assert.rejects(here.ensure(wanted, web.url), (error) => {
        assert.ok(error instanceof BuildxError)
        assert.match(error.message, said)
        assert.equal(error.cause instanceof ChecksumError, name === 'has another checksum')
        return true
      })
      if (name !== 'does not start') await assert.rejects(readdir(here.cache))
    })
})

test('a tool cache that cannot be written costs nothing but the next download', async () => {
  await using web = await releases(GITHUB)
  await using here = await runner()
  const tools = openTools({
    machine: { platform: 'linux', architecture: 'x64' },
    ...{ cache: '/dev/null/cache', folder: here.cache },
  })
  const { run } = openProcesses(process.env)
  const wish = { version: parseVersionWish('v0.30.1'), url: web.url }
  const { program = '' } = await ensureBuildx(wish, undefined, { tools, run, say: () => {} })
  assert.match(await readFile(program, 'utf8'), /v0\.30\.1/)
})
