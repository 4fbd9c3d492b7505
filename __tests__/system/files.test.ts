import assert from 'node:assert/strict'
import { mkdtemp, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { files } from '../../src/system/files.ts'

/** A folder that is gone after the test. */
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'multiarch-files-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const permissions = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

test('what is written can be read, by this user alone', async () => {
  await using own = await folder()
  const path = join(own.path, 'buildkitd.toml')
  await files.write(path, 'debug = true\n')
  assert.equal(await files.read(path), 'debug = true\n')
  assert.equal(await permissions(path), '600')
})

test('what is not there reads as nothing, and does not exist', async () => {
  await using own = await folder()
  for (const path of [join(own.path, 'gone'), join(own.path, 'gone/further')]) {
    assert.equal(await files.read(path), undefined)
    assert.equal(await files.exists(path), false)
  }
  assert.equal(await files.read(own.path), undefined)
  assert.equal(await files.exists(own.path), true)
})

test('a folder is made with those above it, for this user alone; twice is harmless', async () => {
  await using own = await folder()
  const path = join(own.path, 'multiarch-1/buildx')
  await files.makeFolder(path)
  await files.makeFolder(path)
  assert.equal(await permissions(path), '700')
  assert.equal(await permissions(join(own.path, 'multiarch-1')), '700')
})

test('a folder lists what is in it, or in all below it, in order; one that is not there, nothing', async () => {
  await using own = await folder()
  await files.makeFolder(join(own.path, 'b/c'))
  await files.write(join(own.path, 'b/c/d'), '')
  await files.write(join(own.path, 'a'), '')
  assert.deepEqual(await files.list(own.path), ['a', 'b'])
  assert.deepEqual(await files.list(own.path, { recursive: true }), ['a', 'b', 'b/c', 'b/c/d'])
  assert.deepEqual(await files.list(join(own.path, 'gone')), [])
})

test('a link leads where it says', async () => {
  await using own = await folder()
  await files.write(join(own.path, 'config'), '{}')
  await files.link(join(own.path, 'config'), join(own.path, 'link'))
  assert.equal(await readlink(join(own.path, 'link')), join(own.path, 'config'))
  assert.equal(await files.read(join(own.path, 'link')), '{}')
})

test('removing takes a folder with all that is in it, follows no link, and twice is harmless', async () => {
  await using own = await folder()
  const kept = join(own.path, 'kept')
  await files.makeFolder(join(own.path, 'gone/deep'))
  await files.write(kept, 'x')
  await files.link(kept, join(own.path, 'gone/link'))
  await files.remove(join(own.path, 'gone'))
  await files.remove(join(own.path, 'gone'))
  assert.equal(await files.exists(join(own.path, 'gone')), false)
  assert.equal(await files.read(kept), 'x')
})
