import type { Digest } from '../image/digest.ts'
import type { Manifest } from '../image/manifest.ts'
import { type Repository, sameRepository, type TagRef } from '../image/reference.ts'
import type { Registry } from '../registry/client.ts'
import { abreast } from '../system/abreast.ts'
import { copy } from './copy.ts'
import { type Published, uniqueRepositories } from './everywhere.ts'
import { orderTags } from './order.ts'
import { publish } from './publish.ts'
import { openReader, type Read, readTrees } from './tree.ts'

/** An index that is in no registry yet, and the names it gets. */
export type Assembly = Readonly<{
  index: Manifest
  /** all that it lists, by where it is */
  places: readonly Place[]
  tags: readonly TagRef[]
  /** asked when all of it is everywhere and no tag has moved; nothing moves if it rejects */
  ready?: () => Promise<void>
}>

/** Manifests of one repository. */
export type Place = Readonly<{ from: Repository; digests: readonly Digest[]; read?: Read }>

/** Repositories that manifests are brought from, side by side. */
const PLACES_AT_ONCE = 4

/**
 * Names a new index in any number of repositories and registries. First what it lists is brought to all of them, and
 * the index itself, by its digest, so that whatever fails there has moved no tag anywhere; then the first tag is put
 * alone, and then the others.
 */
export async function publishParts(
  { index, places, tags, ready = () => Promise.resolve() }: Assembly,
  registry: Registry,
): Promise<Omit<Published, 'unchanged'>> {
  const repositories = uniqueRepositories(tags)
  const copied = repositories.filter((to) => places.some(({ from }) => !sameRepository(from, to)))
  await abreast(places, PLACES_AT_ONCE, (place) => bring(place, repositories, registry))
  const [first] = orderTags(tags)
  const others = repositories.filter((repository) => first && !sameRepository(repository, first))
  await abreast(others, others.length, (to) => registry.put({ ...to, digest: index.digest }, index))
  await ready()
  return { moved: await publish(index, tags, registry), copied }
}

/** Brings everything to where it is not. */
async function bring(
  { from, digests, read }: Place,
  repositories: readonly Repository[],
  registry: Registry,
): Promise<void> {
  const to = repositories.filter((repository) => !sameRepository(repository, from))
  if (to.length === 0) return
  const source = { from, read: read ?? openReader(from, registry, { expected: true }) }
  await copy(await readTrees(digests, source), { from, to }, registry)
}
