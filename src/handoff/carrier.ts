import { digestOf } from '../image/digest.ts'
import { formatPlatform, platformSlug } from '../image/platform.ts'
import { formatRepository } from '../image/reference.ts'
import { type Artifact, type Artifacts, ArtifactsError } from './artifacts.ts'
import { parseJson, recordsIn } from './hand-over.ts'
import { formatImage, type Image, type PartRecord, writeRecord } from './record.ts'

/** Two jobs of one run have built the same platform of the same image. */
export class PartTwice extends Error {
  override readonly name = 'PartTwice'
  readonly platforms: readonly string[]
  readonly digests: readonly string[]

  constructor(mine: PartRecord, other: PartRecord) {
    const platforms = mine.platforms.map(({ platform }) => formatPlatform(platform))
    const job = other.leg.job && ` ("${other.leg.job}")`
    super(`another job of this run${job} has built ${platforms.join(', ')} of ${formatImage(mine.image)}`)
    this.platforms = platforms
    this.digests = [...digestsOf(other), ...digestsOf(mine)]
  }
}

const LONGEST_SLUG = 100

/** How the names of an image's records begin: by a hash, so that one name is never the beginning of another. */
export function recordPrefix({ repository, target, variant }: Image): string {
  return `multiarch-${hash([formatRepository(repository), target, variant].join('\n'))}-`
}

/** The same job has the same name in every attempt, and so replaces its own record. */
export function recordName({ image, platforms }: PartRecord): string {
  const slug = platforms.map(({ platform }) => platformSlug(platform)).join('_')
  return (
    recordPrefix(image) + (slug.length > LONGEST_SLUG ? `${platforms.length}-platforms-${hash(slug)}` : slug)
  )
}

/** Leaves a record for the job that merges; what an earlier attempt has left under its name goes. */
export async function leaveRecord(record: PartRecord, artifacts: Artifacts): Promise<void> {
  const name = recordName(record)
  const text = writeRecord(record)
  if (await artifacts.create(name, text)) return
  const earlier = (await artifacts.list(name)).find((artifact) => artifact.name === name)
  const [there] = earlier ? await read(earlier, artifacts) : []
  const isTwin = there !== undefined && there.run.attempt === record.run.attempt
  if (isTwin && digestsOf(there).join() === digestsOf(record).join()) return
  if (isTwin) throw new PartTwice(record, there)
  await artifacts.remove(name)
  if (await artifacts.create(name, text)) return
  throw new ArtifactsError(`the artifact ${name} is there already and could not be replaced`)
}

/** Every record that was left for this image. */
export async function collectRecords(image: Image, artifacts: Artifacts): Promise<readonly PartRecord[]> {
  const found = await artifacts.list(recordPrefix(image))
  return (await Promise.all(found.map((artifact) => read(artifact, artifacts)))).flat()
}

/** The images that this run has left records of, for whoever looked for another. */
export async function imagesLeft(artifacts: Artifacts): Promise<readonly Image[]> {
  const found = await artifacts.list('multiarch-')
  const firsts = [...Map.groupBy(found, ({ name }) => name.split('-')[1] ?? '').values()].flatMap(
    ([first]) => first ?? [],
  )
  const records = await Promise.all(firsts.map((artifact) => read(artifact, artifacts)))
  return records.flat().map(({ image }) => image)
}

async function read(artifact: Artifact, artifacts: Artifacts): Promise<readonly PartRecord[]> {
  const text = await artifacts.read(artifact)
  return text === undefined ? [] : recordsIn(parseJson(text), artifact.name)
}

function digestsOf({ platforms }: PartRecord): readonly string[] {
  return platforms.map(({ image }) => image.digest)
}

function hash(text: string): string {
  return digestOf(new TextEncoder().encode(text)).slice('sha256:'.length, 'sha256:'.length + 12)
}
