import type { Descriptor, Manifest } from '../image/manifest.ts'
import type { Platform } from '../image/platform.ts'
import type { TagRef } from '../image/reference.ts'
import type { Stage } from '../system/log.ts'

/** What a flow has done; the summary, the outputs and the metadata file are read from it. */
export type Result = BuildResult

/** What a build has made. */
export type BuildResult = Readonly<{
  mode: 'build'
  platforms: readonly PlatformResult[]
  /** undefined when nothing was to be pushed */
  published?: Readonly<{ index: Manifest; tags: readonly TagRef[] }>
  tools: Readonly<{ docker: string; engine: string; buildx: string; buildkit: string }>
  builder: Readonly<{ name: string; driver: string }>
  stages: readonly Stage[]
}>

export type PlatformResult = Readonly<{
  platform: Platform
  emulated: boolean
  milliseconds: number
  /** undefined when nothing was to be pushed */
  image?: Descriptor
  attestations?: readonly Descriptor[]
  /** bytes that a pull of this platform moves: its configuration and its compressed layers */
  size?: number
}>
