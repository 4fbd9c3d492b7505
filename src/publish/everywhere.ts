import type { Manifest } from '../image/manifest.ts'
import {
  formatRepository,
  type Repository,
  repositoryOf,
  sameRepository,
  type TagRef,
} from '../image/reference.ts'
import type { Registry } from '../registry/client.ts'
import { copy } from './copy.ts'
import { look } from './look.ts'
import { orderTags } from './order.ts'
import { publish } from './publish.ts'
import { findReferrers, NO_REFERRERS, nameReferrers, type Referrers } from './referrers.ts'
import { openReader, type Read, readTree, type Tree } from './tree.ts'

/** An image that exists, and the names it gets. */
export type Publication = Readonly<{
  image: Manifest
  tags: readonly TagRef[]
  /** where it is, with everything that it points to; an earlier run may have brought it elsewhere already */
  from: Repository
  /** whether what others have attached to it comes along */
  referrers?: boolean
}>

export type Published = Readonly<{
  /** in the order they were put */
  moved: readonly TagRef[]
  /** those that named the image already */
  unchanged: readonly TagRef[]
  /** where it had to be brought first */
  copied: readonly Repository[]
}>

/**
 * Gives an image names in any number of repositories and registries. First all of it is brought to all of them, so that
 * whatever fails there has moved no tag anywhere; then the first tag is put alone, and then the others.
 */
export async function publishEverywhere(
  publication: Publication,
  registry: Registry,
  read: Read = openReader(publication.from, registry),
): Promise<Published> {
  const { image, tags, from } = publication
  const [first] = orderTags(tags)
  const others = uniqueRepositories(tags).filter((repository) => !sameRepository(repository, from))
  if (first === undefined || others.length === 0)
    return { moved: await publish(image, tags, registry), unchanged: [], copied: [] }

  // Whether an earlier run has brought it there must not hold up the first run.
  const [{ tree, referrers }, complete] = await Promise.all([
    gather(publication, registry, read),
    whichHold(others, image, registry),
  ])
  const incomplete = others.filter((repository) => !complete.includes(repository))
  await copy(tree, { from, to: publication.referrers ? others : incomplete, except: first }, registry)
  await Promise.all(others.map((repository) => nameReferrers(referrers, repository, registry)))

  const perhaps = tags.filter((tag) => complete.some((repository) => sameRepository(repository, tag)))
  const unchanged = await whichName(perhaps, image, registry)
  const moved = await publish(
    image,
    tags.filter((tag) => !unchanged.includes(tag)),
    registry,
  )
  return { moved, unchanged, copied: incomplete }
}

/** Every repository of these names, once, in their order. */
export function uniqueRepositories(tags: readonly TagRef[]): readonly Repository[] {
  const all = tags.map((tag) => [formatRepository(tag), repositoryOf(tag)] as const)
  return [...new Map(all).values()]
}

async function gather(
  { image, from, referrers: wanted = false }: Publication,
  registry: Registry,
  read: Read,
): Promise<{ tree: Tree; referrers: Referrers }> {
  const tree = await readTree(image, { from, read })
  if (!wanted) return { tree, referrers: NO_REFERRERS }
  const subjects = tree.waves.flat().map(({ digest }) => digest)
  const referrers = await findReferrers(subjects, { from, read, registry })
  const more = [...referrers.attached, ...referrers.tied].map(({ manifest }) => manifest)
  return { tree: await readTree(image, { from, read, more }), referrers }
}

/** A registry takes an index after all that it lists, so one that has the image has all of it. */
async function whichHold(
  repositories: readonly Repository[],
  { digest }: Manifest,
  registry: Registry,
): Promise<readonly Repository[]> {
  const heads = await Promise.all(repositories.map((repository) => look({ ...repository, digest }, registry)))
  return repositories.filter((_, place) => heads[place] !== undefined)
}

async function whichName(
  tags: readonly TagRef[],
  { digest }: Manifest,
  registry: Registry,
): Promise<readonly TagRef[]> {
  const heads = await Promise.all(tags.map((tag) => look(tag, registry)))
  return tags.filter((_, place) => heads[place]?.digest === digest)
}
