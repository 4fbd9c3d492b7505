import type { FileOutput, ImageOutput } from '../../build/outputs.ts'
import { requireContainerdStore } from '../../builder/store.ts'
import type { World } from '../world.ts'

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
  const { outputs } = demands
  const built = ofBuilder(demands)
  if (built !== undefined) await requireContainerdStore(built, undefined, run)
  const loaded = ofLoaded(demands)
  if (loaded === undefined) return
  for (const output of outputs.filter(isLoaded))
    await requireContainerdStore(loaded, output.attributes.get('context'), run)
}

/** What an engine would have to hold. */
function ofLoaded({ platforms, attested }: Demands): string | undefined {
  if (platforms > 1) return 'an image of several platforms in the engine'
  return attested ? 'an image with attestations in the engine' : undefined
}

/** What the engine's own BuildKit would have to give. */
function ofBuilder({ driver, pushes, outputs }: Demands): string | undefined {
  if (driver !== 'docker') return undefined
  if (pushes) return 'a push of what the BuildKit in the engine has built'
  return outputs.some(({ type }) => type === 'oci') ? 'a layout from the BuildKit in the engine' : undefined
}

function isLoaded(output: ImageOutput | FileOutput): output is FileOutput {
  return output.type === 'docker' && output.dest === ''
}
