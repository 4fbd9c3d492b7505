import { join } from 'node:path'
import type { Descriptor, Manifest } from '../image/manifest.ts'
import { inOnePiece } from '../image/pieces.ts'
import type { Files } from '../system/files.ts'
import { blobPath, INDEX_FILE, LAYOUT_FILE, LAYOUT_VERSION, writeLayoutIndex } from './layout.ts'
import { TAR_END, tarHeader, tarPadding } from './tar.ts'

/** Everything that a layout shall hold. */
export type Contents = Readonly<{
  /** what `index.json` lists */
  images: readonly Descriptor[]
  manifests: readonly Manifest[]
  blobs: readonly Blob[]
}>

/** `open` gives its bytes, checked. */
export type Blob = Pick<Descriptor, 'digest' | 'size'> & Readonly<{ open: () => AsyncIterable<Uint8Array> }>

type File = Readonly<{ name: string; size: number; pieces: AsyncIterable<Uint8Array> }>

/** Writes a layout as one tarball, in place of a file that is there. */
export async function writeArchive(
  path: string,
  contents: Contents,
  files: Pick<Files, 'save'>,
): Promise<void> {
  const index = writeLayoutIndex(contents.images)
  await files.save(path, tarball(filesOf(contents, index)))
}

/** Writes a layout as a folder. A layout that is there already gets the image as one more. */
export async function writeFolder(
  path: string,
  contents: Contents,
  files: Pick<Files, 'read' | 'save'>,
): Promise<void> {
  const before = await files.read(join(path, INDEX_FILE))
  const index = writeLayoutIndex(contents.images, before === undefined ? undefined : Buffer.from(before))
  for (const { name, pieces } of filesOf(contents, index)) await files.save(join(path, name), pieces)
}

/** The index comes last: who finds it finds all that it lists. */
function filesOf({ manifests, blobs }: Contents, index: Uint8Array): readonly File[] {
  return [
    whole(LAYOUT_FILE, Buffer.from(LAYOUT_VERSION)),
    ...blobs.map(({ digest, size, open }) => ({ name: blobPath(digest), size, pieces: open() })),
    ...manifests.map(({ digest, bytes }) => whole(blobPath(digest), bytes)),
    whole(INDEX_FILE, index),
  ]
}

function whole(name: string, bytes: Uint8Array): File {
  return { name, size: bytes.length, pieces: inOnePiece(bytes) }
}

async function* tarball(entries: readonly File[]): AsyncGenerator<Uint8Array> {
  for (const { name, size, pieces } of entries) {
    yield tarHeader(name, size)
    yield* pieces
    yield tarPadding(size)
  }
  yield TAR_END
}
