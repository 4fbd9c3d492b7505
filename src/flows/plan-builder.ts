import { join } from 'node:path'
import type { BuilderPlan, BuilderSpec } from '../builder/builder.ts'
import type { World } from './world.ts'

/** A builder of ours, with a name and a folder that no other run has. */
export async function planBuilder(
  spec: BuilderSpec,
  { name, places, files, buildx }: World,
): Promise<BuilderPlan> {
  const folder = join(places.own, 'buildx')
  await files.makeFolder(folder)
  const { tls, certificates } = places
  return {
    ...{ ...spec, name, folder, usersFolder: places.buildx, tls, certificates },
    ...(buildx && { buildx }),
  }
}
