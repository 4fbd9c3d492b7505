import type { Annotation } from '../image/annotation.ts'
import type { Platform } from '../image/platform.ts'
import type { Repository } from '../image/reference.ts'
import type { PassedEntries } from './passed-on.ts'
import type { Secret } from './secrets.ts'

/** What to build, the same for every platform: the inputs of docker/build-push-action, read. */
export type Recipe = Readonly<{
  /** a folder, a Git URL, a tarball's URL, or `-` for no files but an inline Dockerfile */
  context: string
  file?: string
  /** a Dockerfile's text, which goes to buildx on its standard input */
  inline?: string
  target?: string
  buildArgs: readonly string[]
  labels: readonly string[]
  annotations: readonly Annotation[]
  secrets: readonly Secret[]
  /** ids of those that have no value here, as in a workflow of a fork; they are not mounted */
  emptySecrets: readonly string[]
  cacheFrom: readonly string[]
  cacheTo: readonly string[]
  noCache: boolean
  pull: boolean
  /** attributes of each attestation, like `type=provenance,mode=max`; what is not named is left to buildx */
  attests: readonly string[]
  passed: PassedEntries
}>

/** One platform of a recipe, for one builder. */
export type BuildPlan = Readonly<{
  recipe: Recipe
  platform: Platform
  /** whether other platforms are built beside it, so that caches need names of their own */
  oneOfMany: boolean
  builder: string
  /** where the image is pushed by its digest; empty: it is built and left in the builder's cache */
  repositories: readonly Repository[]
  /** how buildx shall tell what it does: as events, unless it is too old for that */
  style: 'rawjson' | 'plain'
  /** where buildx writes what it made */
  metadataFile: string
}>
