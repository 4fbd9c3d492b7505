import type { TagRef } from '../image/reference.ts'

/**
 * The order in which tags are put: the most specific one first and alone, the moving ones last, so that a run that
 * dies half-way has moved nothing that people follow. Otherwise the user's own order stays.
 */
export function orderTags(tags: readonly TagRef[]): readonly TagRef[] {
  return [...tags.filter((tag) => !isMoving(tag)), ...tags.filter(isMoving)]
}

/** Whether the tag is one that moves by its nature: `latest`, `edge`, the main branch's, `1`, `v1.2`. */
export function isMoving({ tag }: TagRef): boolean {
  return /^(latest|edge|nightly|canary|stable|beta|next|dev|develop|main|master|v?\d+(\.\d+)?)(-[a-z]+)?$/.test(
    tag,
  )
}
