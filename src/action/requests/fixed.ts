import type { TagRef } from '../../image/reference.ts'
import { fixedAmong } from '../../publish/immutable.ts'
import type { Inputs } from '../inputs.ts'

/** Those of the tags that must not move, where there are any. */
export function fixedIn(tags: readonly TagRef[], inputs: Inputs): { fixed?: readonly TagRef[] } {
  const fixed = fixedAmong(tags, inputs['immutable-tags'])
  return fixed.length > 0 ? { fixed } : {}
}
