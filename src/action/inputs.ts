import { parseCaches } from '../build/cache.ts'
import { parseOutput } from '../build/outputs.ts'
import { BUILDKIT_IMAGE, DRIVERS } from '../builder/builder.ts'
import { BUILDX_RELEASES } from '../builder/buildx.ts'
import { parseVersionWish } from '../builder/version.ts'
import { parseAnnotation } from '../image/annotation.ts'
import { parseDigest } from '../image/digest.ts'
import { parseTypedPlatform } from '../image/nearest.ts'
import { parseImageRef, parseRegistry, parseTagRef } from '../image/reference.ts'
import {
  attestation,
  call,
  choice,
  duration,
  type Field,
  filledIn,
  flag,
  list,
  narrowed,
  optional,
  type ParseYaml,
  parsePair,
  places,
  secrets,
  text,
  url,
  verbatim,
} from './fields.ts'
import { parseRepository, parseRunnerRule, parseTagPattern, planned, records } from './handoff-fields.ts'
import { nodesOrFlag } from './node-fields.ts'
import { parseSourceLine } from './source-fields.ts'

/** The stories the action can tell; house rule: one word chooses. */
export const MODES = ['build', 'part', 'merge', 'promote', 'plan', 'inspect'] as const
export type Mode = (typeof MODES)[number]

/** An input, and the modes in which it means something. */
type Row<T> = Field<T> & Readonly<{ modes: readonly Mode[] }>

/** The emulators we have tested with: a new version may crash where the old one did not, so it comes with a release of ours. */
const BINFMT =
  'tonistiigi/binfmt:qemu-v10.2.3-68@sha256:400a4873b838d1b89194d982c45e5fb3cda4593fbfd7e08a02e76b03b21166f0'

/** Modes that build with BuildKit. */
const BUILDING = ['build', 'part'] as const

/**
 * Every input, in the order of action.yml. Names and syntax are those of docker/build-push-action v7 and
 * docker/setup-buildx-action v4 where they have them. To add an input, add a row here and one there.
 */
export const INPUTS = {
  mode: row(MODES, choice('mode', MODES, 'build')),
  platforms: row(MODES, list(parseTypedPlatform, { commas: true })),
  'optional-platforms': row([...BUILDING, 'merge'], list(parseTypedPlatform, { commas: true })),
  tags: row(['build', 'part', 'merge', 'promote'], list(parseTagRef, { commas: true })),
  'immutable-tags': row(['build', 'part', 'merge', 'promote'], list(parseTagPattern, { commas: true })),
  image: row(['part', 'merge'], optional(parseRepository)),
  source: row(['promote', 'inspect'], optional(parseImageRef)),
  sources: row(['merge'], list(parseSourceLine)),
  records: row(['merge'], records()),
  plan: row(['part', 'merge'], planned()),
  variant: row(['part', 'merge'], text()),
  append: row([...BUILDING, 'merge'], nodesOrFlag()),
  'check-parts': row(['merge'], flag('false')),
  runners: row(['plan'], list(parseRunnerRule)),
  group: row(['plan'], flag('true')),
  'if-digest': row(['promote'], optional(parseDigest)),
  referrers: row(['promote'], flag('false')),
  push: row(['build'], optional(flag('false').read)),
  load: row(['build'], flag('false')),
  outputs: row(BUILDING, list(parseOutput, { quotes: false })),
  'single-platform': row(['build'], choice('choice', ['index', 'manifest'] as const, 'index')),
  context: row(BUILDING, text('.')),
  file: row(BUILDING, list(narrowed(verbatim))),
  'dockerfile-inline': row(BUILDING, text()),
  'build-contexts': row(BUILDING, list(verbatim)),
  target: row([...BUILDING, 'merge'], list(narrowed(verbatim))),
  'build-args': row(BUILDING, list(narrowed(parsePair))),
  labels: row(BUILDING, list(narrowed(parsePair))),
  annotations: row([...BUILDING, 'merge'], list(parseAnnotation)),
  attestations: row(['merge'], choice('choice', ['keep', 'drop'], 'keep')),
  secrets: row(BUILDING, secrets()),
  'secret-envs': row(BUILDING, places({ commas: true })),
  'secret-files': row(BUILDING, places()),
  ssh: row(BUILDING, list(verbatim, { commas: true })),
  // Every mode gets it from the runner, asked or not.
  'github-token': row(MODES, filledIn('github.token')),
  'cache-from': row(BUILDING, list(narrowed(parseCaches))),
  'cache-to': row(BUILDING, list(narrowed(parseCaches))),
  'no-cache': row(BUILDING, flag('false')),
  'no-cache-filters': row(BUILDING, list(verbatim, { commas: true })),
  pull: row(BUILDING, flag('false')),
  call: row(BUILDING, call()),
  provenance: row(BUILDING, attestation()),
  sbom: row(BUILDING, attestation()),
  attests: row(BUILDING, list(verbatim)),
  network: row(BUILDING, text()),
  'add-hosts': row(BUILDING, list(verbatim, { commas: true })),
  allow: row(BUILDING, list(verbatim, { commas: true })),
  'cgroup-parent': row(BUILDING, text()),
  'shm-size': row(BUILDING, text()),
  ulimit: row(BUILDING, list(verbatim)),
  resources: row(BUILDING, list(verbatim)),
  policy: row(BUILDING, list(verbatim)),
  builder: row(BUILDING, text()),
  driver: row(BUILDING, choice('driver', [...DRIVERS, 'docker'] as const, 'docker-container')),
  endpoint: row(BUILDING, text()),
  'driver-opts': row(BUILDING, list(verbatim, { quotes: false })),
  'buildkitd-flags': row(BUILDING, text()),
  'buildkitd-config': row(BUILDING, text()),
  'buildkitd-config-inline': row(BUILDING, text()),
  'builder-platforms': row(BUILDING, list(parseTypedPlatform, { commas: true })),
  'keep-state': row(BUILDING, flag('false')),
  cleanup: row(BUILDING, flag('true')),
  'buildx-version': row(BUILDING, optional(parseVersionWish)),
  'buildx-download-url': row(BUILDING, url(BUILDX_RELEASES)),
  'buildkit-image': row(BUILDING, text(BUILDKIT_IMAGE)),
  'binfmt-image': row(BUILDING, text(BINFMT)),
  'image-mirrors': row(BUILDING, list(verbatim, { commas: true })),
  'registry-mirrors': row(BUILDING, list(verbatim, { commas: true })),
  'keep-emulators': row(BUILDING, flag('true')),
  'verify-emulators': row(BUILDING, flag('true')),
  reset: row(BUILDING, flag('false')),
  summary: row(MODES, flag('true')),
  'insecure-registries': row(MODES, list(parseRegistry, { commas: true })),
  'multi-tag': row(['build', 'merge', 'promote'], flag('false')),
  'time-limit': row(['merge', 'promote', 'inspect'], duration()),
} as const

export type InputName = keyof typeof INPUTS
export type Inputs = {
  readonly [Name in InputName]: (typeof INPUTS)[Name] extends Field<infer T> ? T : never
}

/** Something wrong with one input. */
export type Complaint = Readonly<{ input: InputName; message: string }>

/** Everything that is wrong with the inputs, at once. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly complaints: readonly Complaint[]

  constructor(complaints: readonly Complaint[]) {
    super(complaints.map(({ input, message }) => `input "${input}": ${message}`).join('\n'))
    this.complaints = complaints
  }
}

/** The values, with its default in place of each input that is complained about. */
export type Reading = Readonly<{ inputs: Inputs; complaints: readonly Complaint[] }>

/** Text becomes values. `read` gives an input's text, or '' where it is not set; `yaml` is needed where one is YAML. */
export function readInputs(read: (name: string) => string, yaml?: ParseYaml): Reading {
  const complaints: Complaint[] = []
  const given = Object.entries(INPUTS).map(([name, field]) => [name as InputName, field, read(name)] as const)
  const values = given.map(([name, field, text]) => {
    try {
      return [name, field.read(text || field.default, yaml)]
    } catch (error: unknown) {
      complaints.push(...complaintsOf(name, error))
      return [name, field.read(field.default)]
    }
  })
  const inputs: Inputs = Object.fromEntries(values)
  if (complaints.some(({ input }) => input === 'mode')) return { inputs, complaints }
  const misplaced = given.filter(([, field, text]) => isMisplaced(field, text, inputs.mode))
  complaints.push(
    ...misplaced.map(([input, { modes }]) => ({ input, message: misplacement(modes, inputs.mode) })),
  )
  return { inputs, complaints }
}

/** A runner hands over defaults as well, so only what differs from them was meant. */
function isMisplaced({ modes, ...field }: Row<unknown>, text: string, mode: Mode): boolean {
  return !modes.includes(mode) && text !== '' && text !== field.default
}

/** Whether an input is something else than what it is where nobody has set it. */
export function isSet(inputs: Inputs, name: InputName): boolean {
  const field: Field<unknown> = INPUTS[name]
  return JSON.stringify(inputs[name]) !== JSON.stringify(field.read(field.default))
}

/** A complaint about inputs that do not go together, where they do not. */
export function complain(wrong: boolean, input: InputName, message: string): readonly Complaint[] {
  return wrong ? [{ input, message }] : []
}

function misplacement(modes: readonly Mode[], mode: Mode): string {
  return `has no meaning in mode ${mode}; it is for mode ${modes.join(' and ')}`
}

function row<T>(modes: readonly Mode[], field: Field<T>): Row<T> {
  return { ...field, modes }
}

function complaintsOf(input: InputName, error: unknown): readonly Complaint[] {
  if (error instanceof AggregateError) return error.errors.flatMap((one) => complaintsOf(input, one))
  if (error instanceof Error) return [{ input, message: error.message }]
  throw error
}
