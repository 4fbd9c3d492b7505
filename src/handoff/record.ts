import { FormatError } from '../image/format-error.ts'
import { type Descriptor, isAttestation, readDescriptor } from '../image/manifest.ts'
import { formatPlatform, type Platform, parsePlatform } from '../image/platform.ts'
import { formatRepository, parseReference, type Repository } from '../image/reference.ts'

/** What one job leaves for the one that merges: everything the index needs, so that no manifest is read again. */
export type PartRecord = Readonly<{
  image: Image
  run: Run
  leg: Leg
  platforms: readonly Part[]
  /** all that was planned, where this job was told */
  plan: readonly PlannedLeg[]
  /** which action wrote it, like `octo/multiarch-action@v1`; empty where the runner does not say */
  writer: string
  tools: Readonly<Record<string, string>>
}>

/** One image among all that a run may build. */
export type Image = Readonly<{
  /** where its parts are */
  repository: Repository
  /** the stage of the Dockerfile; empty: the last */
  target: string
  /** what else tells it apart from other images there; empty: nothing */
  variant: string
}>

/** A run of a workflow; `id` is empty outside of one. */
export type Run = Readonly<{ id: string; attempt: number }>

/** The job that built, as its people know it; both may be empty. */
export type Leg = Readonly<{ job: string; runner: string }>

/** A platform's image and its attestations, ready for the index. */
export type Part = Readonly<{
  platform: Platform
  image: Descriptor
  attestations: readonly Descriptor[]
  /** unknown where an image was given without a record */
  built?: Readonly<{ emulated: boolean; unsupported?: boolean; milliseconds: number }>
  /** bytes that a pull of it moves */
  size?: number
  /** where it is, if that is not the image's repository */
  from?: Repository
}>

/** One job of a planned matrix. */
export type PlannedLeg = Readonly<{ name: string; runner: string; platforms: readonly Platform[] }>

/** A record that cannot be read. */
export class RecordError extends Error {
  override readonly name = 'RecordError'
  /** whether another version of this action would read it */
  readonly isOther: boolean

  constructor(message: string, { isOther = false, cause }: { isOther?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.isOther = isOther
  }
}

const KIND = 'multiarch-part'
const VERSION = 1

/** `ghcr.io/octo/app`, with what else tells it apart. */
export function formatImage({ repository, target, variant }: Image): string {
  const more = [target && `stage ${target}`, variant && `variant ${variant}`].filter(Boolean).join(', ')
  return `${formatRepository(repository)}${more && ` (${more})`}`
}

/** One line of JSON, so that it can be an output and an entry of a list. */
export function writeRecord({ image, run, leg, platforms, plan, writer, tools }: PartRecord): string {
  return JSON.stringify({
    kind: KIND,
    version: VERSION,
    writer,
    image: formatRepository(image.repository),
    ...(image.target && { target: image.target }),
    ...(image.variant && { variant: image.variant }),
    run,
    leg,
    platforms: platforms.map(({ platform, image, attestations, built, size }) => ({
      platform: formatPlatform(platform),
      ...{ image, attestations },
      ...(built && {
        emulated: built.emulated,
        ...(built.unsupported && { unsupported: true }),
        seconds: Math.round(built.milliseconds) / 1000,
      }),
      ...(size !== undefined && { size }),
    })),
    ...(plan.length > 0 && {
      plan: plan.map((planned) => ({ ...planned, platforms: planned.platforms.map(formatPlatform) })),
    }),
    tools,
  })
}

/** Whether this value wants to be a record, of whatever version. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === KIND
}

/** Reads it strictly: what goes into the index is checked here. Throws RecordError or FormatError. */
export function readRecord(json: Readonly<Record<string, unknown>>): PartRecord {
  const { version, writer = '', image, target = '', variant = '', platforms, plan = [] } = json
  if (version !== VERSION) {
    const other = text(writer, 'writer') || 'another version of this action'
    throw new RecordError(
      `it is of version ${version}, written by ${other}, and this one reads version ${VERSION}`,
      { isOther: true },
    )
  }
  const { registry, path, tag, digest } = parseReference(text(image, 'image'))
  if (tag !== undefined || digest !== undefined) throw broken('image', 'a repository without a tag')
  return {
    image: {
      repository: { registry, path },
      target: text(target, 'target'),
      variant: text(variant, 'variant'),
    },
    run: readRun(json['run']),
    leg: readLeg(json['leg']),
    platforms: array(platforms, 'platforms').map(readPart),
    plan: array(plan, 'plan').map(readPlanned),
    writer: text(writer, 'writer'),
    tools: readTools(json['tools']),
  }
}

/** A job of a plan, as `mode: plan` writes it into a matrix, or as a record keeps it. */
export function readPlanned(value: unknown): PlannedLeg {
  const { name = '', runner = '', platforms } = object(value, 'plan')
  const names = typeof platforms === 'string' ? platforms.split(',') : array(platforms, 'plan.platforms')
  return {
    name: text(name, 'plan.name'),
    runner: (Array.isArray(runner) ? runner : [runner]).map((label) => text(label, 'plan.runner')).join(','),
    platforms: names.map((platform) => parsePlatform(text(platform, 'plan.platforms'))),
  }
}

function readPart(value: unknown): Part {
  const {
    platform,
    image,
    attestations = [],
    emulated,
    unsupported,
    seconds,
    size,
  } = object(value, 'platforms')
  const manifest = readDescriptor(image)
  const own = array(attestations, 'attestations').map(readDescriptor)
  if (isAttestation(manifest)) throw broken('platforms.image', 'an image, not an attestation')
  if (!own.every(isAttestation)) throw broken('platforms.attestations', 'attestations and nothing else')
  return {
    platform: parsePlatform(text(platform, 'platforms.platform')),
    image: manifest,
    attestations: own,
    ...(seconds !== undefined && {
      built: {
        emulated: emulated === true,
        ...(unsupported === true && { unsupported }),
        milliseconds: amount(seconds, 'platforms.seconds') * 1000,
      },
    }),
    ...(size !== undefined && { size: amount(size, 'platforms.size') }),
  }
}

function readRun(value: unknown): Run {
  const { id, attempt } = object(value, 'run')
  return { id: text(id, 'run.id'), attempt: amount(attempt, 'run.attempt') }
}

function readLeg(value: unknown): Leg {
  const { job, runner } = object(value, 'leg')
  return { job: text(job, 'leg.job'), runner: text(runner, 'leg.runner') }
}

function readTools(value: unknown): PartRecord['tools'] {
  return Object.fromEntries(
    Object.entries(object(value, 'tools')).map(([name, version]) => [name, text(version, `tools.${name}`)]),
  )
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string') throw broken(field, `text as "${field}"`)
  return value
}

function amount(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw broken(field, `a number as "${field}"`)
  return value
}

function array(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw broken(field, `a list as "${field}"`)
  return value
}

function object(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw broken(field, `an object as "${field}"`)
  return { ...value }
}

function broken(field: string, expected: string): FormatError {
  return new FormatError('record', `… ${field} …`, expected)
}
