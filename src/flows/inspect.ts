import { readOwnAnnotations } from '../image/contents.ts'
import { pullSizeOf, readImage } from '../image/manifest.ts'
import { formatPlatform, type Platform } from '../image/platform.ts'
import { type DigestRef, formatReference, type TagRef } from '../image/reference.ts'
import { collect } from '../merge/collect.ts'
import type { PlatformImage } from '../merge/flatten.ts'
import { requirePlatforms } from '../merge/wanted.ts'
import type { Read } from '../publish/tree.ts'
import type { InspectedPlatform, InspectResult } from './result.ts'
import { openSource } from './sources/source.ts'
import type { World } from './world.ts'

/** What is there, and whether it is what was wanted. */
export type InspectRequest = Readonly<{
  mode: 'inspect'
  source: TagRef | DigestRef
  /** those that the image must have */
  platforms: readonly Platform[]
}>

/** Reads an image: its index, its manifests, and those configurations that name a platform nobody else does. */
export async function inspect(
  { mode, source, platforms }: InspectRequest,
  world: World,
): Promise<InspectResult> {
  const registry = await world.registry()
  const name = formatReference(source)
  const seen = await world.stages.run('Inspect', async (say) => {
    const image = await registry.get(source)
    say(`${name} is ${image.digest}, ${image.mediaType}`)
    const others = openSource(source, registry)
    const read: Read = async (digest) => (digest === image.digest ? image : await others.read(digest))
    const { images, strays } = await collect(image, others)
    for (const { platform, image } of images) say(`${formatPlatform(platform)} is ${image.digest}`)
    const found = images.map(({ platform }) => platform)
    requirePlatforms(name, platforms, found)
    const inspected = await Promise.all(images.map((one) => look(one, read)))
    return { image, annotations: readOwnAnnotations(image), platforms: inspected, strays }
  })
  return { mode, source, ...seen, stages: world.stages.done }
}

/** Where the layers of an attestation say what they attest (in-toto). */
const PREDICATE = 'in-toto.io/predicate-type'

async function look(
  { platform, image, attestations }: PlatformImage,
  read: Read,
): Promise<InspectedPlatform> {
  const [size, ...proofs] = await Promise.all([
    read(image.digest).then(pullSizeOf),
    ...attestations.map(async ({ digest }) => readImage(await read(digest))),
  ])
  const predicates = proofs.map((proof) => proof.flatMap(({ annotations }) => annotations?.[PREDICATE] ?? []))
  return {
    ...{ platform, image, size },
    attestations: attestations.map((descriptor, place) => ({
      descriptor,
      predicates: predicates[place] ?? [],
    })),
  }
}
