import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { joinTarballs } from '../../src/layout/join.ts'
import { LayoutError } from '../../src/layout/layout-error.ts'
import { readTar, TAR_END, type TarEntry, tarHeader, tarPadding } from '../../src/layout/tar.ts'
import { files, type OpenFile } from '../../src/system/files.ts'
import { folder } from './layouts.ts'

const problem = (what: string) => new Error(what)

async function entriesIn(file: OpenFile): Promise<readonly TarEntry[]> {
  const entries: TarEntry[] = []
  for await (const entry of readTar(file, problem)) entries.push(entry)
  return entries
}

describe('tarballs are joined', () => {
  for (const format of ['ustar', 'pax', 'gnu']) {
    test(`entry after entry, in the format ${format}: tar finds all of them`, async () => {
      await using own = await folder()
      const tar = (...args: readonly string[]) => execFileSync('tar', args, { cwd: own.path }).toString()
      const long = `${'long-name-'.repeat(8)}/${'and-longer-'.repeat(8)}`
      for (const name of ['linux_amd64', 'linux_arm64']) {
        await mkdir(own.at(`${name}/${long.split('/')[0]}`), { recursive: true })
        await writeFile(own.at(`${name}/${long}`), `of ${name}`)
        await writeFile(own.at(`${name}/zeros`), Buffer.alloc(3000))
        tar('--create', `--format=${format}`, '--file', `${name}.tar`, name)
      }
      await joinTarballs(own.at('all.tar'), [own.at('linux_amd64.tar'), own.at('linux_arm64.tar')], files)
      const expected = [
        tar('--list', '--file', 'linux_amd64.tar'),
        tar('--list', '--file', 'linux_arm64.tar'),
      ]
      assert.equal(tar('--list', '--file', 'all.tar'), expected.join(''))
      const file = `linux_arm64/${long}`
      assert.equal(tar('--extract', '--to-stdout', '--file', 'all.tar', file), 'of linux_arm64')
    })
  }

  test('unless one of them is broken', async () => {
    await using own = await folder()
    await writeFile(own.at('half.tar'), tarHeader('a', 1_000_000))
    await assert.rejects(joinTarballs(own.at('all.tar'), [own.at('half.tar')], files), LayoutError)
  })
})

test('a name of any length is one that tar finds', async () => {
  await using own = await folder()
  const name = `blobs/sha512/${'a'.repeat(128)}`
  const bytes = Buffer.from('of sha512')
  const parts = [tarHeader(name, bytes.length), bytes, tarPadding(bytes.length), TAR_END]
  await writeFile(own.at('long.tar'), Buffer.concat(parts))
  const said = execFileSync('tar', ['--extract', '--to-stdout', '--file', own.at('long.tar'), name])
  assert.equal(said.toString(), 'of sha512')
  await using file = await files.open(own.at('long.tar'))
  const [entry] = await entriesIn(file)
  assert.equal(entry?.name, name)
  assert.equal(Buffer.from(await file.read(entry?.start ?? 0, bytes.length)).toString(), 'of sha512')
})

test('a file of any size has a header that says it', async () => {
  for (const size of [0, 1, 511, 512, 8 ** 11 - 1, 8 ** 11, 3_000_000_000_000]) {
    const header = tarHeader('blobs/sha256/x', size)
    const end = header.length + Math.ceil(size / 512) * 512
    const read = (start: number) =>
      Promise.resolve(start === 0 ? header : TAR_END.subarray(0, start === end ? 512 : 0))
    const file = { size: end + TAR_END.length, read } as unknown as OpenFile
    assert.deepEqual(await entriesIn(file), [{ name: 'blobs/sha256/x', size, start: 512 }])
  }
})
