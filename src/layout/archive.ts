import { algorithmOf, type Digest, digestOf } from '../image/digest.ts'
import { type Descriptor, type Manifest, manifestOf, parseJson, readIndex } from '../image/manifest.ts'
import { OCI_INDEX } from '../image/media-types.ts'
import { checked } from '../image/pieces.ts'
import type { Files } from '../system/files.ts'
import { blobPath, INDEX_FILE } from './layout.ts'
import { LayoutError } from './layout-error.ts'
import { readTar, type TarEntry } from './tar.ts'

/** An OCI image layout in a tarball (image-spec, image-layout.md), as BuildKit's exporter `oci` writes it. */
export type Archive = AsyncDisposable &
  Readonly<{
    /** The one image that it is for, under whatever names. */
    top: () => Promise<Manifest>
    /** A manifest that its index, or another manifest in it, names. */
    read: (digest: Digest) => Promise<Manifest>
    /** A small blob whole, at most 8 MiB. */
    readBlob: (blob: Descriptor) => Promise<Uint8Array>
    /** A blob piece by piece. It ends with LayoutError where the bytes are not those of the descriptor. */
    open: (blob: Descriptor) => AsyncIterable<Uint8Array>
  }>

/** Far more than a manifest has, in bytes; registries take 4 MiB. */
const LONGEST = 8 * 1024 * 1024

/** Opens a layout where it lies; nothing is unpacked. Rejects with LayoutError where it is none. */
export async function openArchive(path: string, files: Pick<Files, 'open'>): Promise<Archive> {
  const problem = (what: string) => new LayoutError(path, what)
  const file = await files.open(path)
  const entries = new Map<string, TarEntry>()
  const types = new Map<Digest, string>()
  try {
    for await (const entry of readTar(file, problem)) entries.set(entry.name, entry)
    for (const { digest, mediaType } of readIndex(await indexFile()).manifests) types.set(digest, mediaType)
  } catch (error: unknown) {
    await file[Symbol.asyncDispose]()
    throw error
  }

  async function indexFile(): Promise<Manifest> {
    const { start, size } = find(INDEX_FILE)
    return manifestOf(OCI_INDEX, await file.read(start, Math.min(size, LONGEST)))
  }

  function find(name: string): TarEntry {
    const entry = entries.get(name)
    if (entry === undefined) throw problem(`there is no ${name} in it`)
    return entry
  }

  async function bytesOf(digest: Digest): Promise<Uint8Array> {
    const { start, size } = find(blobPath(digest))
    if (size > LONGEST) throw problem(`${digest} has ${size} bytes, which is more than 8 MiB`)
    const bytes = await file.read(start, size)
    const found = digestOf(bytes, algorithmOf(digest))
    if (found !== digest) throw problem(`${digest} has the digest ${found}`)
    return bytes
  }

  async function read(digest: Digest): Promise<Manifest> {
    const bytes = await bytesOf(digest)
    return manifestOf(mediaTypeIn(bytes) ?? types.get(digest) ?? '', bytes, algorithmOf(digest))
  }

  return {
    read,
    readBlob: ({ digest }) => bytesOf(digest),
    top: async () => {
      const [digest, ...others] = types.keys()
      if (digest === undefined || others.length > 0)
        throw problem(`its ${INDEX_FILE} names ${types.size} images, not one`)
      return await read(digest)
    },
    open: (blob) => {
      const { start, size } = find(blobPath(blob.digest))
      const wrong = (what: string) => problem(`of ${blob.digest} ${what}`)
      return checked(file.stream(start, size), blob, wrong)
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  }
}

/** Manifests say themselves what they are; the specification only asks it of those who list them. */
function mediaTypeIn(bytes: Uint8Array): string | undefined {
  const json: { mediaType?: unknown } = Object(parseJson(bytes))
  return typeof json.mediaType === 'string' ? json.mediaType : undefined
}
