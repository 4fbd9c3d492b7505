import type { FileOutput, ImageOutput } from '../build/outputs.ts'
import { requireContainerdStore } from '../builder/store.ts'
import type { World } from './world.ts'

/** What the engine's image store would have to do. */
export type Demands = Readonly<{
  driver: string
  pushes: boolean
  outputs: readonly (ImageOutput | FileOutput)[]
  platforms: number
  attested: boolean
}>

/** Throws StoreError before anything is built for a store that could not take it. The engine is asked only where it matters. */
export async function checkStore(demands: Demands, { run }: Pick<World, 'run'>): Promise<void> {
  const what = mostDemanding(demands)
  if (what !== undefined) await requireContainerdStore(what, run)
}

function mostDemanding({ driver, pushes, outputs, platforms, attested }: Demands): string | undefined {
  const isLoaded = outputs.some((output) => output.type === 'docker' && output.dest === '')
  if (isLoaded && platforms > 1) return 'an image of several platforms in the engine'
  if (isLoaded && attested) return 'an image with attestations in the engine'
  if (driver !== 'docker') return undefined
  if (pushes) return 'a push of what the BuildKit in the engine has built'
  return outputs.some(({ type }) => type === 'oci') ? 'a layout from the BuildKit in the engine' : undefined
}
