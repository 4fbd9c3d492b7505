import type { Recipe } from '../build/plan.ts'
import type { Platform } from '../image/platform.ts'
import type { EmulatorChoice } from './emulate.ts'
import type { BuildxChoice } from './find-tools.ts'
import type { BuilderChoice } from './set-up.ts'

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
