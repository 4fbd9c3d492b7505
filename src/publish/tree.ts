import { isElsewhere, readSubject } from '../image/contents.ts'
import type { Digest } from '../image/digest.ts'
import { type Descriptor, type Manifest, readImage, readIndex, uniqueByDigest } from '../image/manifest.ts'
import { isImageType, isIndexType } from '../image/media-types.ts'
import type { Repository } from '../image/reference.ts'
import type { Registry } from '../registry/client.ts'
import { CopyError, TreeTooLarge } from './copy-error.ts'

/** All that must be in a repository before a tag may point to an image there. */
export type Tree = Readonly<{
  /** the image itself */
  top: Manifest
  /**
   * Every manifest, the top among them, in the order they are put: those of one wave side by side, each after what it
   * lists and after its subject (GitLab refuses a manifest whose subject is not there yet).
   */
  waves: readonly (readonly Manifest[])[]
  /** configurations and layers, each once */
  blobs: readonly Descriptor[]
}>

/** Reads a manifest of one repository. */
export type Read = (digest: Digest) => Promise<Manifest>

const DEEPEST = 8
const MOST = 1000

/** Reads manifests of one repository, each once, however often it is asked for. `expected`: they were just pushed. */
export function openReader(
  repository: Repository,
  registry: Pick<Registry, 'get'>,
  { expected = false } = {},
): Read {
  const reading = new Map<Digest, Promise<Manifest>>()
  return (digest) => {
    const manifest = reading.get(digest) ?? registry.get({ ...repository, digest }, { expected })
    reading.set(digest, manifest)
    return manifest
  }
}

/** Finds all that belongs to an image, level by level. `more` are manifests that go with it: its referrers. */
export async function readTree(
  top: Manifest,
  { from, read, more = [] }: { from: Repository; read: Read; more?: readonly Manifest[] },
): Promise<Tree> {
  const found = new Map<Digest, Manifest>([top, ...more].map((manifest) => [manifest.digest, manifest]))
  let level: readonly Manifest[] = [...found.values()]
  for (let depth = 0; level.length > 0; depth += 1) {
    const below = uniqueByDigest(level.flatMap(childrenOf)).filter(({ digest }) => !found.has(digest))
    if (below.length > 0 && depth >= DEEPEST)
      throw new TreeTooLarge(`${top.digest} nests indexes more than ${DEEPEST} deep`)
    if (found.size + below.length > MOST)
      throw new TreeTooLarge(`${top.digest} is made of more than ${MOST} manifests`)
    level = await Promise.all(below.map(({ digest }) => readOne(digest, { from, read })))
    for (const manifest of level) found.set(manifest.digest, manifest)
  }
  const manifests = [...found.values()]
  return { top, waves: wavesOf(found), blobs: uniqueByDigest(manifests.flatMap(blobsOf)) }
}

/** The same for several images of one repository; none of them is above the others. */
export async function readTrees(
  [first, ...others]: readonly Digest[],
  source: Readonly<{ from: Repository; read: Read }>,
): Promise<Tree> {
  if (first === undefined) throw new Error('there is no tree without an image')
  const reading = [first, ...others].map((digest) => readOne(digest, source))
  const [top = await readOne(first, source), ...more] = await Promise.all(reading)
  return await readTree(top, { ...source, more })
}

async function readOne(
  digest: Digest,
  { from, read }: Readonly<{ from: Repository; read: Read }>,
): Promise<Manifest> {
  try {
    return await read(digest)
  } catch (cause: unknown) {
    throw new CopyError('image', digest, { from, cause })
  }
}

/** What must be there first has a lower wave. No manifest can wait for itself: it would have to contain its own hash. */
function wavesOf(found: ReadonlyMap<Digest, Manifest>): readonly (readonly Manifest[])[] {
  const known = new Map<Digest, number>()
  const waves = Map.groupBy(found.values(), waveOf)
  return [...waves].toSorted(([one], [other]) => one - other).map(([, manifests]) => manifests)

  function waveOf(manifest: Manifest): number {
    const before = known.get(manifest.digest)
    if (before !== undefined) return before
    const subject = readSubject(manifest)
    const needed = [...childrenOf(manifest), ...(subject ? [subject] : [])]
    const waves = needed.flatMap(({ digest }) => found.get(digest) ?? []).map(waveOf)
    const wave = Math.max(-1, ...waves) + 1
    known.set(manifest.digest, wave)
    return wave
  }
}

/** The manifests that an index lists. What else it lists (a cache of BuildKit's lists layers) is blobs. */
function childrenOf(manifest: Manifest): readonly Descriptor[] {
  if (!isIndexType(manifest.mediaType)) return []
  return readIndex(manifest).manifests.filter(({ mediaType }) => isManifestType(mediaType))
}

function blobsOf(manifest: Manifest): readonly Descriptor[] {
  const listed = isIndexType(manifest.mediaType)
    ? readIndex(manifest).manifests.filter(({ mediaType }) => !isManifestType(mediaType))
    : readImage(manifest)
  return listed.filter((blob) => !isElsewhere(blob))
}

function isManifestType(mediaType: string): boolean {
  return isIndexType(mediaType) || isImageType(mediaType)
}
