import type { Manifest } from '../image/manifest.ts'
import { formatReference, type TagRef } from '../image/reference.ts'
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
 */
export async function publish(
  index: Manifest,
  tags: readonly TagRef[],
  registry: Pick<Registry, 'put'>,
): Promise<readonly TagRef[]> {
  const ordered = orderTags(tags)
  const first = ordered.slice(0, 1)
  const others = ordered.slice(1)
  await putAll(first, [], others)
  return await putAll(others, first, [])

  async function putAll(names: readonly TagRef[], before: readonly TagRef[], after: readonly TagRef[]) {
    const settled = await Promise.allSettled(names.map((name) => registry.put(name, index)))
    const failed = names.filter((_, place) => settled[place]?.status === 'rejected')
    const moved = [...before, ...names.filter((_, place) => settled[place]?.status === 'fulfilled')]
    const cause: unknown = settled.find((one) => one.status === 'rejected')?.reason
    if (failed.length > 0) throw new PublishError(moved, failed, after, cause)
    return moved
  }
}
