import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { DownloadError, openTools } from '../../src/system/tools.ts'
import { releases } from '../fakes/releases.ts'

describe('a download', () => {
  const folder = mkdtemp(join(tmpdir(), 'multiarch-tools-'))
  const patience = { TEST_DOWNLOAD_TOOL_RETRY_MIN_SECONDS: 0, TEST_DOWNLOAD_TOOL_RETRY_MAX_SECONDS: 0 }
  const machine = { platform: 'linux', architecture: 'x64' }
  const opened = folder.then((own) => openTools({ machine, cache: join(own, 'cache'), folder: own }))
  // @actions/tool-cache reads them, for tests: its tries wait for nothing.
  before(() => Object.assign(globalThis, patience))
  after(async () => await rm(await folder, { recursive: true }))

  test('is what the server has', async () => {
    await using web = await releases({ '/list': 'a\nb\n' })
    assert.equal(await (await opened).fetchText(`${web.url}/list`), 'a\nb\n')
  })

  test('that a server refuses for a while is tried three times, and then named with its status', async () => {
    await using web = await releases({ '/list': 503 })
    await assert.rejects((await opened).fetchText(`${web.url}/list`), (error) => {
      assert.ok(error instanceof DownloadError)
      assert.equal(error.message, `${web.url}/list answers HTTP 503`)
      assert.equal(error.status, 503)
      return true
    })
    assert.equal(web.asked.length, 3)
  })

  test('from nobody says so', async () => {
    await assert.rejects((await opened).fetchText('http://127.0.0.1:9/list'), (error) => {
      assert.ok(error instanceof DownloadError)
      assert.match(error.message, /^http:\/\/127\.0\.0\.1:9\/list cannot be reached: .*ECONNREFUSED/)
      assert.equal(error.status, undefined)
      return true
    })
  })
})
