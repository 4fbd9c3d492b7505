import { formatPlatform, fulfils, type Platform, samePlatform } from '../image/platform.ts'
import { formatRepository } from '../image/reference.ts'
import { formatImage, type Image, type Part, type PartRecord, type PlannedLeg, type Run } from './record.ts'

/** What a merge wants: which image, of which run, for which platforms. */
export type Wanted = Readonly<{
  image: Image
  run: Run
  /** empty: what was planned */
  platforms: readonly Platform[]
  /** those that the image can do without, as long as another is there */
  optional?: readonly Platform[]
  /** empty: what the records say was planned */
  plan: readonly PlannedLeg[]
}>

/** Everything that is wrong with what the parts have left, at once. Every list is of sentences' beginnings. */
export type Objections = Readonly<{
  missing: readonly string[]
  twice: readonly string[]
  unexpected: readonly string[]
  foreign: readonly string[]
}>

/** What was found is not what was wanted; nothing is published. */
export class GateError extends Error {
  override readonly name = 'GateError'
  readonly objections: Objections
  /** what was found and fits, with the job that brought it */
  readonly found: readonly string[]

  constructor(objections: Objections, found: readonly string[]) {
    const counts = Object.entries(objections).flatMap(([what, list]) =>
      list.length > 0 ? `${list.length} ${what}` : [],
    )
    super(`the parts do not make the image: ${counts.join(', ')}`)
    this.objections = objections
    this.found = found
  }
}

/** Nobody says which platforms the image must have, so nobody could say that one is missing. */
export class NothingWanted extends Error {
  override readonly name = 'NothingWanted'

  constructor() {
    super(
      'nobody says which platforms the image must have: the input platforms is empty, and no record names a plan',
    )
  }
}

type Found = Readonly<{ part: Part; record: PartRecord }>

/** Lets pass what was wanted, in the order wanted: each platform once, all of one image and one run. */
export function passGate(records: readonly PartRecord[], wanted: Wanted): readonly Part[] {
  const own = records.filter((record) => objectionTo(record, wanted) === undefined)
  const platforms = platformsOf(wanted, own)
  if (platforms.length === 0 && own.length > 0) throw new NothingWanted()
  const found = own.flatMap((record) => record.platforms.map((part): Found => ({ part, record })))
  const claimed = Map.groupBy(found, ({ part }) => claimant(part, platforms))
  const candidates = platforms.map((platform) =>
    [...Map.groupBy(claimed.get(platform) ?? [], ({ part }) => formatPlatform(part.platform)).values()].map(
      newest,
    ),
  )
  const all = candidates.flat()
  const lacking = platforms.filter((_, place) => candidates[place]?.length === 0)
  const needed =
    lacking.length < platforms.length ? lacking.filter((one) => !isOptional(one, wanted)) : lacking
  const objections: Objections = {
    missing: needed.map((platform) => nameMissing(platform, planOf(wanted, own))),
    twice: all.flatMap((same) => (same.length > 1 ? same.map(name) : [])),
    unexpected: (claimed.get(undefined) ?? []).map(name),
    foreign: records.flatMap((record) => objectionTo(record, wanted) ?? []),
  }
  if (Object.values(objections).some((list) => list.length > 0))
    throw new GateError(
      objections,
      all.flatMap((same) => (same.length === 1 ? same.map(name) : [])),
    )
  return all.flat().map(({ part }) => part)
}

/** The platform as which a part is wanted. Windows is wanted in every version, unless this very one is wanted as well. */
function claimant({ platform }: Part, wanted: readonly Platform[]): Platform | undefined {
  return wanted.find((one) => samePlatform(one, platform)) ?? wanted.find((one) => fulfils(platform, one))
}

function isOptional(platform: Platform, { optional = [] }: Wanted): boolean {
  return optional.some((one) => samePlatform(one, platform))
}

/** The jobs of the plan: as the merge was told, or else as the newest record that knows. */
function planOf({ plan }: Wanted, records: readonly PartRecord[]): readonly PlannedLeg[] {
  if (plan.length > 0) return plan
  const knowing = records.filter((record) => record.plan.length > 0)
  return knowing.toSorted((a, b) => b.run.attempt - a.run.attempt)[0]?.plan ?? []
}

function platformsOf(wanted: Wanted, records: readonly PartRecord[]): readonly Platform[] {
  const said = wanted.platforms.length > 0 ? wanted.platforms : undefined
  const planned = planOf(wanted, records).flatMap(({ platforms }) => platforms)
  return [...new Map((said ?? planned).map((platform) => [formatPlatform(platform), platform])).values()]
}

/** A job that was run again has the last word. What is the same image is no second one, whoever brings it. */
function newest(found: readonly Found[]): readonly Found[] {
  const last = Math.max(...found.map(({ record }) => record.run.attempt))
  const current = found.filter(({ record }) => record.run.attempt === last)
  return [...new Map(current.map((one) => [one.part.image.digest, one])).values()]
}

/** Why a record has no business here, with its name; undefined where it has. */
function objectionTo(record: PartRecord, { image, run }: Wanted): string | undefined {
  const of = `the record of ${record.platforms.map(({ platform }) => formatPlatform(platform)).join(', ')}${by(record)}`
  if (formatImage(record.image) !== formatImage(image)) return `${of} is of ${formatImage(record.image)}`
  if (record.run.id !== '' && run.id !== '' && record.run.id !== run.id)
    return `${of} is of run ${record.run.id}`
  return undefined
}

function nameMissing(platform: Platform, plan: readonly PlannedLeg[]): string {
  const leg = plan.find(({ platforms }) => platforms.some((one) => samePlatform(one, platform)))
  const who = leg && ` (of the job "${leg.name}"${leg.runner && `, on ${leg.runner}`})`
  return `${formatPlatform(platform)}${who ?? ''}`
}

function name({ part, record }: Found): string {
  const where = part.from && ` in ${formatRepository(part.from)}`
  return `${formatPlatform(part.platform)}${by(record)}, ${part.image.digest}${where ?? ''}`
}

function by({ leg, run }: PartRecord): string {
  const job = leg.job && ` of the job "${leg.job}"`
  const runner = leg.runner && ` on ${leg.runner}`
  return `${job}${runner}${run.attempt > 1 ? `, attempt ${run.attempt}` : ''}`
}
