import { passGate } from '../handoff/gate.ts'
import type { Image, Part, PlannedLeg, Run } from '../handoff/record.ts'
import { type Annotation, annotationsIn } from '../image/annotation.ts'
import type { Manifest } from '../image/manifest.ts'
import { formatPlatform, fulfils, type Platform } from '../image/platform.ts'
import { formatRepository, type Repository, type TagRef } from '../image/reference.ts'
import { withoutAttestations } from '../merge/assemble.ts'
import { uniqueRepositories } from '../publish/everywhere.ts'
import { fixedAmong, type Immutable } from '../publish/immutable.ts'
import { PublishError } from '../publish/publish.ts'
import type { Registry } from '../registry/client.ts'
import { RegistryError } from '../registry/registry-error.ts'
import type { Say } from '../system/log.ts'
import { nameImages } from './delivery/name.ts'
import type { MergeResult } from './result.ts'
import { append, type Name } from './sources/append.ts'
import { type From, type Gathered, gather } from './sources/gather.ts'
import type { World } from './world.ts'

/** What the jobs of a matrix have built becomes one image. */
export type MergeRequest = Readonly<{
  mode: 'merge'
  image: Image
  /** those that the image must have, and no others; empty: what was planned */
  platforms: readonly Platform[]
  /** those of them that the image is made without, if no part has brought them */
  optional?: readonly Platform[]
  plan: readonly PlannedLeg[]
  from: From
  tags: readonly TagRef[]
  annotations: readonly Annotation[]
  /** the parts are added to what the first tag names, if it names something */
  append?: true
  /** tags that are not moved from another image; which they are is known once lists have been read */
  immutable?: Immutable
  /** attestations are kept, unless this is said */
  attestations?: 'drop'
  /** whether to ask the registry for every part before anything is published */
  check: boolean
  run: Run
}>

/** The registry does not have what a record names. */
export class PartsNotThere extends Error {
  override readonly name = 'PartsNotThere'

  constructor(parts: readonly Part[], { repository }: Image, cause?: unknown) {
    const names = parts.map(({ platform, image, from = repository }) => {
      return `${formatPlatform(platform)} (${image.digest}) in ${formatRepository(from)}`
    })
    super(`the registry does not have ${names.join(', ')}`, { cause })
  }
}

/** Gather, check, write one index, name it. It needs no Docker. */
export async function merge(request: MergeRequest, world: World): Promise<MergeResult> {
  const { mode, tags } = request
  const [found] = await Promise.all([
    world.stages.run('Parts', (say) => wantedParts(request, say, world)),
    ...toWarm(request).map(async (repository) => (await world.registry()).warm(repository)),
  ])
  const registry = await world.registry()
  const done = await world.stages.run('Publish', (say) => publish(found, request, { say, registry }))
  const { lost } = lostOf(request, done.parts)
  for (const platform of lost ?? [])
    world.log.warn(`No part has brought ${formatPlatform(platform)}; the image is made without it.`, {
      title: 'An optional platform is missing',
    })
  const published = { index: done.index, tags }
  return { mode, parts: done.parts, ...(lost && { lost }), published, stages: world.stages.done }
}

function lostOf({ optional = [] }: MergeRequest, parts: readonly Part[]): Pick<MergeResult, 'lost'> {
  const lost = optional.filter((platform) => !parts.some((part) => fulfils(part.platform, platform)))
  return lost.length > 0 ? { lost } : {}
}

/** Where nothing is asked until all is known. Sources are read anyway, and to read is to be let in at their registry. */
function toWarm({ from, image, tags }: MergeRequest): readonly Repository[] {
  const near = from.kind === 'sources' ? from.sources.map((source) => source.image) : [image.repository]
  const far = uniqueRepositories(tags).filter(({ registry }) =>
    near.every((one) => one.registry !== registry),
  )
  return from.kind === 'sources' ? far : [image.repository, ...far]
}

/** What the image is made of. */
type Found = Readonly<{ parts: readonly Part[] }> & Omit<Gathered, 'records'>

async function wantedParts(request: MergeRequest, say: Say, world: World): Promise<Found> {
  const { records, ...found } = await gather(request, world)
  const { from, platforms } = request
  // Whoever lists images one by one has said what is wanted.
  const listed = from.kind === 'sources' && platforms.length === 0
  const wanted = listed
    ? records.flatMap((record) => record.platforms.map(({ platform }) => platform))
    : platforms
  const parts = passGate(records, { ...request, platforms: wanted })
  for (const { platform, image } of parts) say(`${formatPlatform(platform)} is ${image.digest}`)
  return { parts, ...found }
}

type Outside = Readonly<{ say: Say; registry: Registry }>

type Made = Readonly<{ index: Manifest; parts: readonly Part[] }>

async function publish(
  { parts, like, leftOut = [] }: Found,
  request: MergeRequest,
  outside: Outside,
): Promise<Made> {
  const { image, tags, immutable = [] } = request
  const { registry, say } = outside
  sayLost(request.annotations, say)
  if (request.check) await requireParts(parts, image, { registry })
  const [to] = tags
  try {
    if (request.append && to) return await append({ parts, to }, outside, name)
    const annotations = like ? annotationsIn(like.manifest) : []
    const index = await name({ images: parts, annotations, like })
    if (index !== like?.manifest) for (const line of leftOut) say(line)
    return { index, parts }
  } catch (cause: unknown) {
    // A registry that refuses an index seldom says which of its parts it does not have.
    if (mayMissParts(cause)) await requireParts(parts, image, { registry, cause })
    throw cause
  }

  async function name({ images, annotations, ...more }: Parameters<Name>[0]): Promise<Manifest> {
    const wanted = request.attestations === 'drop' ? withoutAttestations(images) : images
    const all = [...annotations, ...request.annotations]
    return await nameImages(
      {
        ...more,
        images: wanted,
        annotations: all,
        tags,
        fixed: fixedAmong(tags, immutable),
        from: image.repository,
      },
      outside,
    )
  }
}

/** What is written into a manifest changes its digest: only whoever builds it can. */
function sayLost(annotations: readonly Annotation[], say: Say): void {
  const kept = new Set(
    annotations.flatMap(({ level, key }) => (/^(index|manifest-descriptor)$/.test(level) ? key : [])),
  )
  const lost = annotations.filter(({ level, key }) => level === 'manifest' && !kept.has(key))
  for (const key of new Set(lost.map((one) => one.key)))
    say(
      `the annotation ${key} is for the manifests, which a merge cannot change: set it where they are built`,
    )
}

function mayMissParts(error: unknown): boolean {
  if (!(error instanceof PublishError) || error.moved.length > 0) return false
  return error.cause instanceof RegistryError && ['unknown', 'refused'].includes(error.cause.kind)
}

async function requireParts(
  parts: readonly Part[],
  image: Image,
  { registry, cause }: Readonly<{ registry: Registry; cause?: unknown }>,
): Promise<void> {
  const heads = await Promise.all(
    parts.map(({ image: { digest }, from = image.repository }) => registry.head({ ...from, digest })),
  )
  const lost = parts.filter((_, place) => heads[place] === undefined)
  if (lost.length > 0) throw new PartsNotThere(lost, image, cause)
}
