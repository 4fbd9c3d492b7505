import type { Annotation } from '../../image/annotation.ts'
import { type Descriptor, type Manifest, writeIndex } from '../../image/manifest.ts'
import { formatReference, formatRepository, type Repository, type TagRef } from '../../image/reference.ts'
import { assemble, isConverted } from '../../merge/assemble.ts'
import type { PlatformImage } from '../../merge/flatten.ts'
import { type Like, saysTheSame } from '../../merge/like.ts'
import { requireFree } from '../../publish/immutable.ts'
import { type Place, publishParts } from '../../publish/parts.ts'
import { openReader, type Read } from '../../publish/tree.ts'
import type { Registry } from '../../registry/client.ts'
import type { Say } from '../../system/log.ts'

/** What gets the names: an index of all platforms, or, where there is only one, its manifest alone. */
export type Top = 'index' | 'manifest'

/** What an index is made of, and what it shall be called. */
export type Naming = Readonly<{
  images: readonly PlacedImage[]
  annotations: readonly Annotation[]
  top?: Top
  tags: readonly TagRef[]
  /** where the images are that say nothing else */
  from: Repository
  /** listed after the images, as they are; they are where the first tag is */
  others?: readonly Descriptor[]
  /** an index that may be all of it already */
  like?: Like | undefined
  /** those of the tags that are not moved from another image */
  fixed?: readonly TagRef[]
  /** the last word before any tag moves */
  ready?: () => Promise<void>
}>

export type PlacedImage = PlatformImage & Readonly<{ from?: Repository }>

/** One index of all images, under every tag, wherever that is. */
export async function nameImages(
  { images, annotations, top = 'index', tags, from, others = [], like, fixed = [], ready }: Naming,
  {
    registry,
    say,
    read = openReader(from, registry, { expected: true }),
  }: Readonly<{ registry: Registry; say: Say; read?: Read }>,
): Promise<Manifest> {
  if (annotations.some(({ level }) => level === 'index-descriptor')) {
    say('annotations of the level index-descriptor belong to an OCI layout; a registry has no place for them')
  }
  const image = await topOf({ images, annotations, top, others, like }, { say, read })
  await requireFree(fixed, registry, image.digest)
  if (tags.length === 0) await registry.put({ ...from, digest: image.digest }, image)
  const made = [
    ...images.map(({ from: where = from, image, attestations }) => ({
      where,
      what: [image, ...attestations],
    })),
    ...others.map((other) => ({ where: tags[0] ?? from, what: [other] })),
  ]
  // An index that stays as it is may list more than that, such as other indexes.
  const things = image === like?.manifest ? [{ where: like.from, what: [image] }] : made
  const places = placesOf(things).map((place): Place => (place.from === from ? { ...place, read } : place))
  const { copied, moved } = await publishParts(
    { index: image, places, tags, ...(ready && { ready }) },
    registry,
  )
  for (const repository of copied) say(`copied to ${formatRepository(repository)}`)
  for (const tag of moved) say(`${formatReference(tag)} is ${image.digest}`)
  return image
}

type Thing = Readonly<{ where: Repository; what: readonly Pick<Descriptor, 'digest'>[] }>

function placesOf(things: readonly Thing[]): readonly Place[] {
  const groups = Map.groupBy(things, ({ where }) => formatRepository(where))
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    const digests = group.flatMap(({ what }) => what.map(({ digest }) => digest))
    return first === undefined ? [] : { from: first.where, digests }
  })
}

/** An index, unless there is only one platform and its manifest is wanted. */
export async function topOf(
  {
    images,
    annotations,
    top = 'index',
    others = [],
    like,
  }: Pick<Naming, 'images' | 'annotations' | 'top' | 'others' | 'like'>,
  { say, read }: Readonly<{ say: Say; read: Read }>,
): Promise<Manifest> {
  const [only, ...more] = images
  if (top === 'manifest' && only !== undefined && more.length === 0) return await read(only.image.digest)
  const plan = assemble(images, annotations, others)
  if (isConverted(plan)) say('a Docker manifest list cannot hold annotations, so this is an OCI index')
  if (like === undefined || !saysTheSame(plan, like.says)) return writeIndex(plan)
  say(`${like.manifest.digest} says all of it, and stays as it is`)
  return like.manifest
}
