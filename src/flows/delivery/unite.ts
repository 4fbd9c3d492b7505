import { type Annotation, annotationsFor } from '../../image/annotation.ts'
import { type Manifest, readImage } from '../../image/manifest.ts'
import type { Platform } from '../../image/platform.ts'
import type { TagRef } from '../../image/reference.ts'
import { type Archive, openArchive } from '../../layout/archive.ts'
import { listImage } from '../../layout/layout.ts'
import type { Contents } from '../../layout/write.ts'
import { flatten, type PlatformImage } from '../../merge/flatten.ts'
import type { Files } from '../../system/files.ts'
import type { Say } from '../../system/log.ts'
import { type Top, topOf } from './name.ts'

/** Layouts that the builds of the platforms have left, and what shall become of them. */
export type Union = Readonly<{
  layouts: readonly Readonly<{ platform: Platform; path: string }>[]
  annotations: readonly Annotation[]
  names: readonly TagRef[]
  top: Top
}>

/**
 * Makes one image of several layouts, each of one platform, without any registry, and has `write` write it while they
 * are open. Resolves with the image.
 */
export async function unite(
  { layouts, annotations, names, top }: Union,
  write: (contents: Contents) => Promise<void>,
  { files, say }: Readonly<{ files: Pick<Files, 'open'>; say: Say }>,
): Promise<Manifest> {
  await using archives = new AsyncDisposableStack()
  const parts: Part[] = []
  for (const { platform, path } of layouts)
    parts.push(await readPart(archives.use(await openArchive(path, files)), platform))
  const manifests = new Map(parts.flatMap(({ manifests }) => manifests.map((one) => [one.digest, one])))
  const blobs = new Map(parts.flatMap(blobsOf))
  const image = await topOf(
    { images: parts.map(({ image }) => image), annotations, top },
    { say, read: (digest) => Promise.any(parts.map(({ archive }) => archive.read(digest))) },
  )
  await write({
    images: listImage(image, names, annotationsFor(annotations, 'index-descriptor')),
    manifests: [...manifests.set(image.digest, image).values()],
    blobs: [...blobs.values()],
  })
  return image
}

type Part = Readonly<{ archive: Archive; image: PlatformImage; manifests: readonly Manifest[] }>

async function readPart(archive: Archive, platform: Platform): Promise<Part> {
  const image = flatten(await archive.top(), platform)
  const manifests = [image.image, ...image.attestations].map(({ digest }) => archive.read(digest))
  return { archive, image, manifests: await Promise.all(manifests) }
}

/** A blob that several platforms share is there once. */
function blobsOf({ archive, manifests }: Part) {
  return manifests
    .flatMap(readImage)
    .map((blob) => [blob.digest, { ...blob, open: () => archive.open(blob) }] as const)
}
