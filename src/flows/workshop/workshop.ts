import type { FileOutput, ImageOutput } from '../../build/outputs.ts'
import type { Recipe } from '../../build/plan.ts'
import { isProof } from '../../build/proofs.ts'
import type { Platform } from '../../image/platform.ts'
import type { Repository, TagRef } from '../../image/reference.ts'
import { requireFree } from '../../publish/immutable.ts'
import type { World } from '../world.ts'
import { checkStore } from './check-store.ts'
import type { EmulatorChoice } from './emulate.ts'
import { type BuildTools, type BuildxChoice, findTools } from './find-tools.ts'
import { ready } from './ready.ts'
import { type BuilderChoice, type Ground, setUp } from './set-up.ts'
import { warmer } from './warm.ts'

/** What is made, and by what: said in the same words by all that need a builder. */
export type Making = Readonly<{
  /** empty: what the builder runs by itself */
  platforms: readonly Platform[]
  recipe: Recipe
  /** whether complaints of build checks shall stand beside the lines that they are about */
  annotate?: boolean
  builder: BuilderChoice
  buildx?: BuildxChoice
  emulators: EmulatorChoice
}>

/** What becomes an image, whoever names it. */
export type ImageMaking = Making &
  Readonly<{
    /** those of the platforms that the image is made without, should they fail */
    optional?: readonly Platform[]
    /** those of the image's tags that are not moved: where one is there already, nothing is built */
    fixed?: readonly TagRef[]
  }>

/** Where images can be built: all that was found and opened for it. `warm` resolves once the registries are known. */
export type Workshop = BuildTools & Ground & Readonly<{ recipe: Recipe; warm: () => Promise<void> }>

/** Where the images go: pushed to the first of the repositories, and written to the outputs. */
export type Aims = Readonly<{
  repositories: readonly Repository[]
  outputs: readonly (ImageOutput | FileOutput)[]
}>

/** Finds all that is wanting before anything is built, the cheapest first; then emulators and a builder are there. */
export async function openWorkshop(
  making: ImageMaking,
  { repositories, outputs }: Aims,
  outside: World,
): Promise<Workshop> {
  const { fixed = [], platforms } = making
  const recipe = await ready(making.recipe, platforms, outside)
  if (fixed.length > 0) await requireFree(fixed, await outside.registry())
  const tools = await findTools(making, outside)
  const warm = warmer(repositories, tools.world)
  const ground = await setUp(making, tools.engine, tools.world, warm)
  const demands = {
    driver: ground.builder.driver,
    pushes: repositories.length > 0,
    outputs,
    platforms: ground.decisions.length,
    attested: recipe.attests.some(isProof),
  }
  await checkStore(demands, tools.world)
  return { ...tools, ...ground, recipe, warm }
}
