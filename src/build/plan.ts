import type { Annotation } from '../image/annotation.ts'
import type { Platform } from '../image/platform.ts'
import type { Repository } from '../image/reference.ts'

/** What to build, the same for every platform: the inputs of docker/build-push-action, read. */
export type Recipe = Readonly<{
  /** a folder, a Git URL or a tarball's URL */
  context: string
  file?: string
  target?: string
  buildArgs: readonly string[]
  labels: readonly string[]
  annotations: readonly Annotation[]
  secrets: readonly Secret[]
  cacheFrom: readonly string[]
  cacheTo: readonly string[]
  noCache: boolean
  pull: boolean
  /** attributes of the attestation, like `mode=max`; undefined leaves it to buildx, false switches it off */
  provenance?: string | false
  sbom?: string | false
}>

/** A secret that a Dockerfile mounts by its id. It is empty where the workflow may not see it, as in one of a fork. */
export type Secret = Readonly<{ id: string; value: string }>

/** One platform of a recipe, for one builder. */
export type BuildPlan = Readonly<{
  recipe: Recipe
  platform: Platform
  /** whether other platforms are built beside it, so that caches need names of their own */
  oneOfMany: boolean
  builder: string
  /** where the image is pushed by its digest; empty: it is built and left in the builder's cache */
  repositories: readonly Repository[]
  /** where buildx writes what it made */
  metadataFile: string
}>
