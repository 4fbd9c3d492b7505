import type { Repository } from '../../image/reference.ts'
import type { World } from '../world.ts'

/**
 * Loads the client, connects and logs in, once however often it is called. The moment is while the builder boots, which
 * is mostly waiting: before and after, loading it would hold up what is started then. What is wrong shows when it
 * matters, so nothing is thrown here.
 */
export function warmer(repositories: readonly Repository[], world: World): () => Promise<void> {
  const hosts = Map.groupBy(repositories, ({ registry }) => registry)
  let warming: Promise<void> | undefined
  return () =>
    (warming ??= warm(
      [...hosts.values()].flatMap(([first]) => first ?? []),
      world,
    ))
}

async function warm(repositories: readonly Repository[], world: World): Promise<void> {
  if (repositories.length === 0) return
  const registry = await world.registry()
  await Promise.all(repositories.map((repository) => registry.warm(repository)))
}
