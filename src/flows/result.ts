import type { Complaint } from '../build/complaints.ts'
import type { Facts } from '../build/progress.ts'
import type { Part, PartRecord } from '../handoff/record.ts'
import type { Digest } from '../image/digest.ts'
import type { Annotations, Descriptor, Manifest } from '../image/manifest.ts'
import type { Platform } from '../image/platform.ts'
import type { DigestRef, Repository, TagRef } from '../image/reference.ts'
import type { PlatformImage } from '../merge/flatten.ts'
import type { Stage } from '../system/log.ts'
import type { Previous } from './sources/previous.ts'

/** What a flow has done; the summary, the outputs and the metadata file are read from it. */
export type Result =
  | BuildResult
  | CallResult
  | PartResult
  | MergeResult
  | PromoteResult
  | PlanResult
  | InspectResult

/** What has been built, and by what. */
export type Builds = Readonly<{
  platforms: readonly PlatformResult[]
  /** optional ones that the image is made without, since they failed */
  lost?: readonly Platform[]
  /** what build checks say of the Dockerfile */
  complaints: readonly Complaint[]
  /** versions; no engine where the builder needed none */
  tools: Readonly<{ docker?: string; engine?: string; buildx: string; buildkit: string }>
  builder: Readonly<{ name: string; driver: string }>
  stages: readonly Stage[]
}>

/** What a build has made. */
export type BuildResult = Builds &
  Readonly<{
    mode: 'build'
    /** undefined when nothing was to be pushed; `untagged` is where it is by its digest alone */
    published?: Readonly<{ index: Manifest; tags: readonly TagRef[]; untagged?: Repository }>
    /** results beside the push, in the order they were asked for */
    delivered?: readonly Delivered[]
    /** what the tag was that people follow, where it was known in time */
    previous?: Previous
  }>

/** What a Dockerfile has answered. */
export type CallResult = Readonly<{
  mode: 'call'
  call: string
  /** several, where platforms have Dockerfiles of their own */
  answers: readonly string[]
  stages: readonly Stage[]
}>

/** A result beside the push: a file, a folder, or in the engine's store. */
export type Delivered = Readonly<{
  type: string
  /** as it was given; empty: there is no such place */
  dest: string
  names: readonly string[]
  /** that of the whole image, where it is known */
  digest?: Digest
}>

export type PlatformResult = Readonly<{
  platform: Platform
  emulated: boolean
  /** nothing is known that would run its programs: neither a CPU nor an emulator */
  unsupported?: boolean
  milliseconds: number
  /** undefined where buildx is too old to tell */
  steps?: Facts
  /** undefined when nothing was to be pushed */
  image?: Descriptor
  attestations?: readonly Descriptor[]
  /** what they attest: `provenance`, `SBOM` */
  proofs?: readonly string[]
  /** bytes that a pull of this platform moves: its configuration and its compressed layers */
  size?: number
  /** why it had to be built twice */
  mishap?: string
}>

/** What one job of a matrix has built: the platforms of its record, with all that is known of them here. */
export type PartResult = Builds &
  Readonly<{
    mode: 'part'
    record: PartRecord
    /** what each platform was pushed as, attestations and all */
    digests: readonly Digest[]
    /** whether the record is where the job that merges looks by itself */
    carried: boolean
  }>

/** What a merge has named. */
export type MergeResult = Readonly<{
  mode: 'merge'
  parts: readonly Part[]
  /** optional platforms that no part has brought */
  lost?: readonly Platform[]
  published: Readonly<{ index: Manifest; tags: readonly TagRef[] }>
  stages: readonly Stage[]
}>

/** Which jobs a matrix shall have. */
export type PlanResult = Readonly<{
  mode: 'plan'
  platforms: readonly Platform[]
  jobs: readonly PlannedJob[]
  stages: readonly Stage[]
}>

/** One job of the matrix. */
export type PlannedJob = Readonly<{
  name: string
  /** its labels */
  runner: readonly string[]
  platforms: readonly Platform[]
  /** those of them that the runner needs an emulator for */
  emulated: readonly Platform[]
}>

/** What a promotion has named. */
export type PromoteResult = Readonly<{
  mode: 'promote'
  source: TagRef | DigestRef
  image: Manifest
  images: readonly PlatformImage[]
  /** all that name it now */
  tags: readonly TagRef[]
  /** those of them that did before */
  unchanged: readonly TagRef[]
  /** where it had to be brought first */
  copied: readonly Repository[]
  stages: readonly Stage[]
}>

/** What a look at an image has shown. */
export type InspectResult = Readonly<{
  mode: 'inspect'
  source: TagRef | DigestRef
  image: Manifest
  annotations: Annotations
  platforms: readonly InspectedPlatform[]
  /** what is listed beside the images and their attestations */
  strays: readonly Descriptor[]
  stages: readonly Stage[]
}>

export type InspectedPlatform = Readonly<{
  platform: Platform
  image: Descriptor
  /** bytes that a pull of this platform moves */
  size: number
  /** with what they attest, as in-toto calls it */
  attestations: readonly Readonly<{ descriptor: Descriptor; predicates: readonly string[] }>[]
}>
