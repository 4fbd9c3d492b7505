import type { Annotation } from '../image/annotation.ts'
import { type Manifest, writeIndex } from '../image/manifest.ts'
import { formatReference, formatRepository, type Repository, type TagRef } from '../image/reference.ts'
import { assemble, isConverted } from '../merge/assemble.ts'
import type { PlatformImage } from '../merge/flatten.ts'
import { type Place, publishParts } from '../publish/parts.ts'
import type { Read } from '../publish/tree.ts'
import type { Registry } from '../registry/client.ts'
import type { Say } from '../system/log.ts'

/** What an index is made of, and what it shall be called. */
export type Naming = Readonly<{
  images: readonly PlacedImage[]
  annotations: readonly Annotation[]
  tags: readonly TagRef[]
  /** where the images are that say nothing else */
  from: Repository
}>

export type PlacedImage = PlatformImage & Readonly<{ from?: Repository }>

/** One index of all images, under every tag, wherever that is. */
export async function nameImages(
  { images, annotations, tags, from }: Naming,
  { registry, say, read }: Readonly<{ registry: Registry; say: Say; read?: Read }>,
): Promise<Manifest> {
  if (annotations.some(({ level }) => level === 'index-descriptor')) {
    say('annotations of the level index-descriptor belong to an OCI layout; a registry has no place for them')
  }
  const plan = assemble(images, annotations)
  if (isConverted(plan)) say('a Docker manifest list cannot hold annotations, so this is an OCI index')
  const index = writeIndex(plan)
  const places = placesOf(images, from).map((place): Place => {
    return read && place.from === from ? { ...place, read } : place
  })
  const { copied, moved } = await publishParts({ index, places, tags }, registry)
  for (const repository of copied) say(`copied to ${formatRepository(repository)}`)
  for (const tag of moved) say(`${formatReference(tag)} is ${index.digest}`)
  return index
}

/** Images and their attestations by the repository that they are in. */
function placesOf(images: readonly PlacedImage[], home: Repository): readonly Place[] {
  const groups = Map.groupBy(images, ({ from = home }) => formatRepository(from))
  return [...groups.values()].map((group) => ({
    from: group[0]?.from ?? home,
    digests: group.flatMap(({ image, attestations }) => [image, ...attestations].map(({ digest }) => digest)),
  }))
}
