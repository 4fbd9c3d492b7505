import type { Annotation } from '../image/annotation.ts'
import { type Narrowed, narrowTo, valuesFor } from '../image/narrowed.ts'
import type { Platform } from '../image/platform.ts'
import type { Attributes } from './attributes.ts'
import type { PassedEntries } from './passed-on.ts'
import type { Secret } from './secrets.ts'

/** What to build: the inputs of docker/build-push-action, read. */
export type Recipe = Common &
  Readonly<{
    /** of several for a platform the last counts; none: `Dockerfile` in the context */
    file: readonly Narrowed<string>[]
    /** the stage to build; none: the last */
    target: readonly Narrowed<string>[]
    buildArgs: readonly Narrowed<string>[]
    labels: readonly Narrowed<string>[]
    secrets: readonly Narrowed<Secret>[]
    /** ids of those that have no value here, as in a workflow of a fork; they are not mounted */
    emptySecrets: readonly string[]
  }>

/** What to build for one platform. */
export type PlatformRecipe = Common &
  Readonly<{
    file?: string
    target?: string
    buildArgs: readonly string[]
    labels: readonly string[]
    secrets: readonly Secret[]
  }>

/** Where the Dockerfile is. */
export type Dockerfile = Pick<PlatformRecipe, 'context' | 'file' | 'inline'>

/** What is the same for every platform, or is looked up when a command line is made. */
type Common = Readonly<{
  /** a folder, a Git URL, a tarball's URL, or `-` for no files but an inline Dockerfile */
  context: string
  /** a Dockerfile's text, which goes to buildx on its standard input */
  inline?: string
  annotations: readonly Annotation[]
  cacheFrom: readonly Narrowed<Attributes>[]
  cacheTo: readonly Narrowed<Attributes>[]
  noCache: boolean
  pull: boolean
  /** attributes of each attestation, like `type=provenance,mode=max`; what is not named is left to buildx */
  attests: readonly string[]
  passed: PassedEntries
}>

/** The recipe as it is for this platform, or without one for all that are not named. */
export function narrow(recipe: Recipe, platform?: Platform): PlatformRecipe {
  const { emptySecrets: _, file, target, ...rest } = recipe
  const [ownFile, ownTarget] = [file, target].map((entries) => valuesFor(entries, platform).at(-1))
  return {
    ...rest,
    ...(ownFile !== undefined && { file: ownFile }),
    ...(ownTarget !== undefined && { target: ownTarget }),
    buildArgs: valuesFor(recipe.buildArgs, platform),
    labels: valuesFor(recipe.labels, platform),
    secrets: valuesFor(recipe.secrets, platform),
    cacheFrom: narrowTo(recipe.cacheFrom, platform),
    cacheTo: narrowTo(recipe.cacheTo, platform),
  }
}

/** One platform of a recipe, for one builder. */
export type BuildPlan = Readonly<{
  recipe: PlatformRecipe
  platform: Platform
  /** whether other platforms are built beside it, so that caches need names of their own */
  oneOfMany: boolean
  builder: string
  /** what it gives; none: it is built and left in the builder's cache */
  exporters: readonly Attributes[]
  /** whether the last of them makes an image whose digest counts */
  pushes: boolean
  /** whether BuildKit shall take it for one of several platforms, and keep its files apart, though it builds no other */
  apart?: boolean
  /** how buildx shall tell what it does: as events, unless it is too old for that */
  style: 'rawjson' | 'plain'
  /** where buildx writes what it made */
  metadataFile: string
}>
