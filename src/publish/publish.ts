import type { Manifest } from '../image/manifest.ts'
import { formatReference, formatRepository, sameRepository, type TagRef } from '../image/reference.ts'
import type { Registry } from '../registry/client.ts'
import { orderTags } from './order.ts'

/** Some tags could not be moved. It says which were, since those are visible to everybody. */
export class PublishError extends Error {
  override readonly name = 'PublishError'
  readonly moved: readonly TagRef[]
  readonly failed: readonly TagRef[]
  readonly untouched: readonly TagRef[]

  constructor(
    moved: readonly TagRef[],
    failed: readonly TagRef[],
    untouched: readonly TagRef[],
    cause: unknown,
  ) {
    super(`could not put ${failed.map(formatReference).join(', ')}`, { cause })
    this.moved = moved
    this.failed = failed
    this.untouched = untouched
  }
}

/**
 * Puts the index under every tag: one alone first, since some registries race on a new manifest under several names
 * (Quay, Gitea, Harbor), then the others side by side. Everything the index points to must be there already.
 *
 * Where a registry takes several tags in one request, all of its tags are that first step: the manifest is written once,
 * before any of them, so there is nothing to race. Nobody promises that they move all at once, but those who take them
 * go through them in order, and the moving ones come last there as well. What was not taken so is put one by one.
 */
export async function publish(
  index: Manifest,
  tags: readonly TagRef[],
  registry: Pick<Registry, 'put' | 'putTags'>,
): Promise<readonly TagRef[]> {
  const ordered = orderTags(tags)
  const moved = new Set<TagRef>()
  const failed = new Map<TagRef, unknown>()
  const left = (names: readonly TagRef[]) => names.filter((name) => !moved.has(name) && !failed.has(name))

  const [first] = ordered
  if (first === undefined) return []
  const near = ordered.filter((tag) => sameRepository(first, tag))
  await putTogether(near)
  const isShared = moved.size > 0
  await putEach(left([first]))
  if (failed.size === 0) {
    const groups = Map.groupBy(left(ordered), formatRepository)
    await Promise.all([...groups.values()].map(putGroup))
  }
  const done = ordered.filter((tag) => moved.has(tag))
  const refused = ordered.filter((tag) => failed.has(tag))
  const [worst] = refused
  if (worst !== undefined) throw new PublishError(done, refused, left(ordered), failed.get(worst))
  return done

  async function putGroup(names: readonly TagRef[]): Promise<void> {
    const isRest = isShared && names.every((name) => near.includes(name))
    if (!isRest) await putTogether(names)
    await putEach(left(names))
  }

  async function putTogether(names: readonly TagRef[]): Promise<void> {
    try {
      for (const name of await registry.putTags(names, index)) moved.add(name)
    } catch (error: unknown) {
      for (const name of names) failed.set(name, error)
    }
  }

  async function putEach(names: readonly TagRef[]): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        try {
          await registry.put(name, index)
          moved.add(name)
        } catch (error: unknown) {
          failed.set(name, error)
        }
      }),
    )
  }
}
