import { ArtifactsError } from '../../handoff/artifacts.ts'
import { collectRecords, imagesLeft } from '../../handoff/carrier.ts'
import { parseJson, recordsIn, type Source } from '../../handoff/hand-over.ts'
import { formatImage, type Image, type Part, type PartRecord, type Run } from '../../handoff/record.ts'
import type { PlatformEdits } from '../../image/platform-edits.ts'
import { type DigestRef, formatReference, repositoryOf, type TagRef } from '../../image/reference.ts'
import { collect } from '../../merge/collect.ts'
import { editImages } from '../../merge/edit.ts'
import { type Like, likeOf } from '../../merge/like.ts'
import type { World } from '../world.ts'
import { openSource } from './source.ts'

/** Where the parts are found: in what this run has left, in records given by hand, or in images without any record. */
export type From =
  | Readonly<{ kind: 'run' }>
  | Readonly<{ kind: 'records'; records: readonly Source[] }>
  | Readonly<{ kind: 'sources'; sources: readonly Listed[] }>

/** An image somewhere, and what is said of its platform. */
export type Listed = Readonly<{ image: TagRef | DigestRef; edits: PlatformEdits }>

/** Nobody has left a record where one was looked for. */
export class NoRecords extends Error {
  override readonly name = 'NoRecords'
  /** where was looked: in this run, among files, or nowhere, since this runner has no place for records */
  readonly where: 'run' | 'files' | 'nowhere'

  constructor(message: string, where: NoRecords['where'], cause?: unknown) {
    super(message, { cause })
    this.where = where
  }
}

/** What was named as an image to merge has none in it. */
export class NoImage extends Error {
  override readonly name = 'NoImage'
}

export type Gathered = Readonly<{
  records: readonly PartRecord[]
  /** the one index that all of it is from */
  like?: Like
  /** what of the sources will not be part of a new index, in words */
  leftOut?: readonly string[]
}>

/** Finds the records; the gate has yet to judge them. */
export async function gather(
  { from, image, run }: Readonly<{ from: From; image: Image; run: Run }>,
  world: World,
): Promise<Gathered> {
  switch (from.kind) {
    case 'run':
      return { records: await recordsOfRun(image, world) }
    case 'records': {
      const records = await Promise.all(from.records.map((source) => readSource(source, world)))
      return { records: records.flat() }
    }
    case 'sources': {
      const read = await Promise.all(from.sources.map((source) => readImage(source, world)))
      const nobody = { image, run, leg: { job: '', runner: '' }, plan: [], writer: '', tools: {} }
      const [like, ...others] = read.map((one) => one.like)
      return {
        records: read.map(({ platforms }) => ({ ...nobody, platforms })),
        ...(like && others.length === 0 && { like }),
        leftOut: read.flatMap((one) => one.leftOut),
      }
    }
  }
}

async function recordsOfRun(image: Image, world: World): Promise<readonly PartRecord[]> {
  try {
    const artifacts = await world.artifacts()
    const records = await collectRecords(image, artifacts)
    if (records.length > 0) return records
    const others = [...new Set((await imagesLeft(artifacts)).map(formatImage))]
    const instead = others.length > 0 ? `, but of ${others.join(' and ')}` : ''
    throw new NoRecords(`no job of this run has left a record of ${formatImage(image)}${instead}`, 'run')
  } catch (cause: unknown) {
    if (!(cause instanceof ArtifactsError && cause.absent)) throw cause
    throw new NoRecords(cause.message, 'nowhere', cause)
  }
}

async function readSource(source: Source, { files, places }: World): Promise<readonly PartRecord[]> {
  if ('json' in source) return recordsIn(source.json, JSON.stringify(source.json).slice(0, 100))
  const paths = await files.find(source.pattern, places.workspace)
  if (paths.length === 0) throw new NoRecords(`there is no file ${source.pattern}`, 'files')
  const read = await Promise.all(
    paths.map(async (path) => recordsIn(parseJson((await files.read(path)) ?? ''), path)),
  )
  return read.flat()
}

type Read = Readonly<{ platforms: readonly Part[]; like: Like | undefined; leftOut: readonly string[] }>

/** Without a record the images have to be read: one request for each, and one more for a manifest that stands alone. */
async function readImage({ image: source, edits }: Listed, world: World): Promise<Read> {
  const registry = await world.registry()
  const manifest = await registry.get(source, { expected: true })
  const found = await collect(manifest, openSource(source, registry, { expected: true }), edits)
  const { images, strays } = found
  const name = formatReference(source)
  if (images.length === 0) throw new NoImage(`${name} holds no image`)
  const from = repositoryOf(source)
  return {
    platforms: editImages(images, edits, name).map((part) => ({ ...part, from })),
    like: likeOf(manifest, from, found),
    leftOut: strays.map(
      ({ digest, mediaType }) =>
        `left out of ${name}: ${digest} (${mediaType}), which is no image of it and belongs to none`,
    ),
  }
}
