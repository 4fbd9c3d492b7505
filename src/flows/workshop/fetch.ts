import { fetchImage } from '../../builder/images.ts'
import { parseReference } from '../../image/reference.ts'
import type { Say } from '../../system/log.ts'
import type { World } from '../world.ts'

/** In milliseconds. A registry that wants more patience gives nothing to this job. */
const PATIENCE = 60_000

/** Gets images into the engine, from their registry or a mirror. */
export function fetcher(
  mirrors: readonly string[],
  say: Say,
  world: World,
): (image: string) => Promise<string> {
  return (image) => fetchImage(image, mirrors, { ...world, say, ask: (name) => ask(name, world) })
}

/** Whether a registry has an image for us, after all the waiting that it asks for. Asking so is no pull that counts. */
async function ask(image: string, world: World): Promise<boolean> {
  const { tag = 'latest', digest, ...repository } = parseReference(image)
  const reference = digest === undefined ? { ...repository, tag } : { ...repository, digest }
  const enough = world.clock.deadline(PATIENCE)
  const late = new Promise<undefined>((done) =>
    enough.addEventListener('abort', () => done(undefined), { once: true }),
  )
  const registry = await world.registry()
  const found = await Promise.race([registry.head(reference).catch(() => undefined), late])
  return found !== undefined
}
