import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { type Manifest, readIndex } from '../../src/image/manifest.ts'
import { parseTagRef } from '../../src/image/reference.ts'
import { openArchive } from '../../src/layout/archive.ts'
import { listImage } from '../../src/layout/layout.ts'
import { LayoutError } from '../../src/layout/layout-error.ts'
import { writeArchive, writeFolder } from '../../src/layout/write.ts'
import { files } from '../../src/system/files.ts'
import { folder, imageFor } from './layouts.ts'

describe('a layout in a tarball', () => {
  test('gives back what was written: the image, its manifests, and its blobs piece by piece', async () => {
    await using own = await folder()
    const { image, top, config, files: layer, contents } = imageFor('arm64', 'x'.repeat(700_000))
    await writeArchive(own.at('a/image.tar'), contents, files)
    await using archive = await openArchive(own.at('a/image.tar'), files)
    for (const [read, manifest] of [
      [await archive.top(), top],
      [await archive.read(image.digest), image],
    ] as const) {
      assert.deepEqual([read.mediaType, read.digest], [manifest.mediaType, manifest.digest])
      assert.deepEqual(Buffer.from(read.bytes), Buffer.from(manifest.bytes))
    }
    assert.deepEqual(Buffer.from(await archive.readBlob(config.descriptor)), config.bytes)
    const pieces: Uint8Array[] = []
    for await (const piece of archive.open(layer.descriptor)) pieces.push(piece)
    assert.ok(pieces.length > 1)
    assert.deepEqual(Buffer.concat(pieces), layer.bytes)
  })

  test('is read and made alike by tar', async () => {
    await using own = await folder()
    const { image, top, contents } = imageFor('arm64')
    await writeArchive(own.at('image.tar'), contents, files)
    const tar = (...args: readonly string[]) => execFileSync('tar', args, { cwd: own.path })
    assert.deepEqual(
      tar('--extract', '--to-stdout', '--file', 'image.tar', `blobs/${image.digest.replace(':', '/')}`),
      image.bytes,
    )
    tar('--extract', '--one-top-level=layout', '--file', 'image.tar')
    tar(
      '--create',
      '--format=pax',
      '--file',
      'again.tar',
      '--directory',
      'layout',
      'blobs',
      'oci-layout',
      'index.json',
    )
    await using archive = await openArchive(own.at('again.tar'), files)
    assert.equal((await archive.top()).digest, top.digest)
  })

  test('is the same bytes for the same image', async () => {
    await using own = await folder()
    for (const name of ['1.tar', '2.tar']) await writeArchive(own.at(name), imageFor('arm64').contents, files)
    assert.deepEqual(await readFile(own.at('1.tar')), await readFile(own.at('2.tar')))
  })

  test('that holds other bytes than it says is found out, and nobody has got the last of them', async () => {
    await using own = await folder()
    const { image, files: layer, config, contents } = imageFor('arm64')
    await writeArchive(own.at('image.tar'), contents, files)
    const bytes = await readFile(own.at('image.tar'))
    for (const text of [layer.bytes, config.bytes, Buffer.from(image.bytes)])
      bytes[bytes.indexOf(text) + 3] = 0x21
    await writeFile(own.at('image.tar'), bytes)
    await using archive = await openArchive(own.at('image.tar'), files)
    const pieces: Uint8Array[] = []
    await assert.rejects(
      async () => {
        for await (const piece of archive.open(layer.descriptor)) pieces.push(piece)
      },
      (error) => error instanceof LayoutError && /the bytes have the digest sha256:/.test(error.message),
    )
    assert.deepEqual(pieces, [])
    await assert.rejects(archive.readBlob(config.descriptor), LayoutError)
    await assert.rejects(archive.read(image.digest), LayoutError)
  })

  const broken: Readonly<Record<string, readonly [(bytes: Buffer) => Buffer, RegExp]>> = {
    'ends too soon': [(bytes) => bytes.subarray(0, 1000), /it ends within the tarball, at byte 1024/],
    'is no tarball': [() => Buffer.alloc(2048, 'x'), /there is no tar header at byte 0/],
    'has no index': [
      (bytes) => Buffer.concat([bytes.subarray(0, bytes.indexOf('index.json')), Buffer.alloc(1024)]),
      /there is no index\.json in it/,
    ],
    'is empty': [() => Buffer.alloc(1024), /there is no index\.json in it/],
  }
  for (const [name, [damage, expected]] of Object.entries(broken)) {
    test(`that ${name} says so, with its path`, async () => {
      await using own = await folder()
      await writeArchive(own.at('image.tar'), imageFor('arm64').contents, files)
      await writeFile(own.at('image.tar'), damage(await readFile(own.at('image.tar'))))
      await assert.rejects(openArchive(own.at('image.tar'), files), (error) => {
        assert.ok(error instanceof LayoutError)
        assert.match(error.message, expected)
        return error.path === own.at('image.tar')
      })
    })
  }

  test('of two images has no top', async () => {
    await using own = await folder()
    const [one, two] = [imageFor('arm64'), imageFor('amd64')]
    const images = [...one.contents.images, ...two.contents.images]
    await writeArchive(own.at('image.tar'), { ...one.contents, images }, files)
    await using archive = await openArchive(own.at('image.tar'), files)
    await assert.rejects(archive.top(), /names 2 images, not one/)
  })
})

describe('a layout in a folder', () => {
  const named = (image: Manifest, ...names: readonly string[]) => listImage(image, names.map(parseTagRef))
  const listed = async (path: string) => {
    const bytes = await readFile(path)
    const { manifests } = readIndex({ mediaType: '', digest: imageFor('any').top.digest, bytes })
    return manifests.map(({ digest, annotations }) => [annotations?.['io.containerd.image.name'], digest])
  }

  test('gets one more image, or another one under the same name', async () => {
    await using own = await folder()
    const [one, two, three] = ['amd64', 'arm64', 's390x'].map((architecture) => imageFor(architecture))
    assert.ok(one && two && three)
    const write = async ({ top, contents }: typeof one, ...names: readonly string[]) =>
      await writeFolder(own.path, { ...contents, images: named(top, ...names) }, files)
    await write(one, 'octo/app:1', 'octo/app:latest')
    await write(two, 'octo/app:2', 'octo/app:latest')
    await write(three)
    await write(three)
    assert.deepEqual(await listed(own.at('index.json')), [
      ['docker.io/octo/app:1', one.top.digest],
      ['docker.io/octo/app:2', two.top.digest],
      ['docker.io/octo/app:latest', two.top.digest],
      [undefined, three.top.digest],
    ])
    assert.equal(await readFile(own.at('oci-layout'), 'utf8'), '{"imageLayoutVersion":"1.0.0"}')
  })

  test('says the tag for some tools and the whole name for others, beside what the user annotates', () => {
    const [entry] = listImage(imageFor('arm64').top, [parseTagRef('octo/app:1')], { note: 'mine' })
    assert.deepEqual(entry?.annotations, {
      note: 'mine',
      'org.opencontainers.image.ref.name': '1',
      'io.containerd.image.name': 'docker.io/octo/app:1',
    })
  })
})
