import { ArtifactsError } from '../handoff/artifacts.ts'
import { collectRecords, imagesLeft } from '../handoff/carrier.ts'
import { parseJson, recordsIn, type Source } from '../handoff/hand-over.ts'
import { formatImage, type Image, type Part, type PartRecord, type Run } from '../handoff/record.ts'
import type { Manifest } from '../image/manifest.ts'
import type { PlatformEdits } from '../image/platform-edits.ts'
import { type DigestRef, formatReference, repositoryOf, type TagRef } from '../image/reference.ts'
import { collect } from '../merge/collect.ts'
import { editImages } from '../merge/edit.ts'
import type { Say } from '../system/log.ts'
import { openSource } from './source.ts'
import type { World } from './world.ts'

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

/** Finds the records; the gate has yet to judge them. */
export async function gather(
  { from, image, run }: Readonly<{ from: From; image: Image; run: Run }>,
  say: Say,
  world: World,
): Promise<readonly PartRecord[]> {
  switch (from.kind) {
    case 'run':
      return await recordsOfRun(image, world)
    case 'records':
      return (await Promise.all(from.records.map((source) => readSource(source, world)))).flat()
    case 'sources':
      return await Promise.all(
        from.sources.map(async (source) => ({
          ...{ image, run, leg: { job: '', runner: '' }, plan: [], writer: '', tools: {} },
          ...(await partsOf(source, say, world)),
        })),
      )
  }
}

async function recordsOfRun(image: Image, world: World): Promise<readonly PartRecord[]> {
  const artifacts = await world.artifacts()
  if (artifacts === undefined) throw new NoRecords('this runner has no artifact service', 'nowhere')
  try {
    const records = await collectRecords(image, artifacts)
    if (records.length > 0) return records
    const others = [...new Set((await imagesLeft(artifacts)).map(formatImage))]
    const instead = others.length > 0 ? `, but of ${others.join(' and ')}` : ''
    const message = `no job of this run has left a record of ${formatImage(image)}${instead}`
    throw new NoRecords(message, 'run')
  } catch (cause: unknown) {
    if (!(cause instanceof ArtifactsError && cause.absent)) throw cause
    const message = `the artifact service of this runner has no records (${cause.message})`
    throw new NoRecords(message, 'nowhere', cause)
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

type Read = Readonly<{ manifest: Manifest; platforms: readonly Part[] }>

/** Without a record the images have to be read: one request for each, and one more for a manifest that stands alone. */
async function partsOf({ image: source, edits }: Listed, say: Say, world: World): Promise<Read> {
  const registry = await world.registry()
  const manifest = await registry.get(source, { expected: true })
  const { images, strays } = await collect(manifest, openSource(source, registry, { expected: true }), edits)
  const name = formatReference(source)
  if (images.length === 0) throw new NoImage(`${name} holds no image`)
  for (const { digest, mediaType } of strays)
    say(`left out of ${name}: ${digest} (${mediaType}), which is no image of it and belongs to none`)
  const from = repositoryOf(source)
  return { manifest, platforms: editImages(images, edits, name).map((part) => ({ ...part, from })) }
}
