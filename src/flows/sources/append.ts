import type { Part } from '../../handoff/record.ts'
import { type Annotation, annotationsIn } from '../../image/annotation.ts'
import { type Descriptor, isAttestation, type Manifest } from '../../image/manifest.ts'
import { isImageType, isIndexType } from '../../image/media-types.ts'
import { formatPlatform, replaces } from '../../image/platform.ts'
import { formatReference, repositoryOf, type TagRef } from '../../image/reference.ts'
import { type Collection, collect } from '../../merge/collect.ts'
import { runsOn } from '../../merge/flatten.ts'
import { type Like, likeOf } from '../../merge/like.ts'
import type { Registry } from '../../registry/client.ts'
import { RegistryError } from '../../registry/registry-error.ts'
import type { Say } from '../../system/log.ts'
import type { Naming } from '../delivery/name.ts'
import { openSource } from './source.ts'

/** Somebody else moves the tag whenever something is to be added to its image. */
export class TagMoves extends Error {
  override readonly name = 'TagMoves'

  constructor(tag: TagRef, now: string | undefined) {
    super(`${formatReference(tag)} is ${now ?? 'gone'} now: somebody else has moved it in the meantime`)
  }
}

/** What an index was before. */
type Base = Readonly<{
  manifest: Manifest | undefined
  like: Like | undefined
  images: Collection['images']
  annotations: readonly Annotation[]
  others: readonly Descriptor[]
}>

const NOTHING: Base = { manifest: undefined, like: undefined, images: [], annotations: [], others: [] }

type Outside = Readonly<{ registry: Registry; say: Say }>
/** Makes an index of these, and names it. */
export type Name = (
  what: Pick<Naming, 'images' | 'annotations' | 'others' | 'like' | 'ready'>,
) => Promise<Manifest>

/** A registry cannot be asked to move a tag only if nobody else has, so we look before and after. */
const TRIES = 3

/**
 * Adds parts to what the tag names. An image of the same platform gives way, and its attestations with it; all else
 * stays, in its place. Where there is nothing yet, it is made. Rejects with TagMoves where others are faster thrice.
 */
export async function append(
  { parts, to }: Readonly<{ parts: readonly Part[]; to: TagRef }>,
  { registry, say }: Outside,
  name: Name,
): Promise<Readonly<{ index: Manifest; parts: readonly Part[] }>> {
  for (let tries = 1; ; tries += 1) {
    const base = await readBase(to, { registry, say })
    const images = united(base, parts, to, say)
    try {
      const { manifest, like, annotations, others } = base
      const ready = async () => {
        const now = await registry.head(to)
        if (now?.digest !== manifest?.digest) throw new TagMoves(to, now?.digest)
      }
      const index = await name({ images, annotations, others, like, ready })
      await requireKept({ index, parts, to }, registry)
      return { index, parts: images }
    } catch (error: unknown) {
      if (!(error instanceof TagMoves) || tries === TRIES) throw error
      say(`${error.message}; it is read again`)
    }
  }
}

async function readBase(tag: TagRef, { registry, say }: Outside): Promise<Base> {
  const name = formatReference(tag)
  const manifest = await find(tag, registry)
  if (manifest === undefined) {
    say(`there is no ${name} yet, so it is made`)
    return NOTHING
  }
  const found = await collect(manifest, openSource(tag, registry))
  const { images, strays } = found
  say(`${name} is ${manifest.digest} so far, with ${images.map(named).join(', ') || 'no image'}`)
  const others = strays.filter((stray) => isImageType(stray.mediaType) && !isAttestation(stray))
  for (const { digest, mediaType } of strays.filter((stray) => !others.includes(stray)))
    say(`left out of ${name}: ${digest} (${mediaType}), which is no image and belongs to none`)
  return {
    ...{ manifest, images, like: likeOf(manifest, repositoryOf(tag), found, others) },
    annotations: annotationsIn(manifest),
    others: isIndexType(manifest.mediaType) ? others : [],
  }
}

async function find(tag: TagRef, registry: Registry): Promise<Manifest | undefined> {
  try {
    return await registry.get(tag)
  } catch (error: unknown) {
    if (error instanceof RegistryError && error.kind === 'unknown') return undefined
    throw error
  }
}

function united({ images }: Base, parts: readonly Part[], to: TagRef, say: Say): readonly Part[] {
  const from = repositoryOf(to)
  const taken = new Set<Part>()
  const kept = images.flatMap((image): readonly Part[] => {
    const part = parts.find((one) => replaces(runsOn(one), runsOn(image)))
    if (part === undefined) return [{ ...image, from }]
    if (part.image.digest !== image.image.digest)
      say(
        `${formatPlatform(part.platform)} was ${image.image.digest}, and is ${part.image.digest} from now on`,
      )
    taken.add(part)
    return [part]
  })
  return [...kept, ...parts.filter((part) => !taken.has(part))]
}

/** Whoever moved the tag right after us may have started from our image, and then all is well. */
async function requireKept(
  { index, parts, to }: Readonly<{ index: Manifest; parts: readonly Part[]; to: TagRef }>,
  registry: Registry,
): Promise<void> {
  const head = await registry.head(to)
  if (head?.digest === index.digest) return
  const now = await find(to, registry)
  const { images } = now ? await collect(now, openSource(to, registry)) : NOTHING
  const found = images.map(({ image }) => image.digest)
  if (!parts.every(({ image }) => found.includes(image.digest))) throw new TagMoves(to, now?.digest)
}

function named({ platform }: Pick<Part, 'platform'>): string {
  return formatPlatform(platform)
}
