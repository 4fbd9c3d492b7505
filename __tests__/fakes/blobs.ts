/** Blobs to push around. */
import { type Digest, digestOf } from '../../src/image/digest.ts'
import type { Descriptor } from '../../src/image/manifest.ts'
import type { FakeRegistry } from './registry.ts'

export type Blob = Readonly<{ bytes: Uint8Array; blob: Descriptor; digest: Digest }>

/** A blob of this size, whose bytes differ by name. */
export function blobNamed(name: string, size = 10_000): Blob {
  const bytes = Buffer.alloc(size, `${name} `)
  const digest = digestOf(bytes)
  return { bytes, digest, blob: { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest, size } }
}

/** The same bytes in pieces, as `putBlob` wants them. */
export function inPieces(bytes: Uint8Array, length = 4000): () => Promise<AsyncIterable<Uint8Array>> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += length)
      yield await Promise.resolve(bytes.subarray(at, at + length))
  }
  return () => Promise.resolve(pieces())
}

export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of stream) all.push(Buffer.from(piece))
  return Buffer.concat(all)
}

/** What the fake registry has answered to uploads, without the names that differ from run to run. */
export function uploadsLogged(fake: FakeRegistry): readonly string[] {
  return fake.log().map((line) =>
    line
      .replace(/uploads\/[0-9a-f-]{36}/, 'uploads/1')
      .replaceAll(/sha256(%3A|:)[0-9a-f]{64}/g, 'sha256')
      .replace('/v2/octo/app/blobs', ''),
  )
}
