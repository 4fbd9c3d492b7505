import { TagMoves } from '../../flows/append.ts'
import { NoImage } from '../../flows/gather.ts'
import { SourceDiffers } from '../../flows/promote.ts'
import { FormatError } from '../../image/format-error.ts'
import { LayoutError } from '../../layout/layout-error.ts'
import { NestedTooDeep } from '../../merge/collect.ts'
import { PlatformsMissing } from '../../merge/wanted.ts'
import { TreeTooLarge } from '../../publish/copy-error.ts'
import { TagsTaken } from '../../publish/immutable.ts'
import type { Report } from '../titles.ts'

/** What is wrong with an image that exists; undefined where it is something else. */
export function ofImage(error: unknown): Report | undefined {
  if (error instanceof PlatformsMissing) {
    return {
      title: 'A platform is missing',
      detail: `${error.message}.`,
      advice: 'Publish the image for these platforms first, or correct the input platforms.',
    }
  }
  if (error instanceof SourceDiffers) {
    return {
      title: 'The source is another image',
      detail: `${error.message}.`,
      advice: 'No tag was moved. Somebody has published under this tag since the digest was noted.',
    }
  }
  if (error instanceof TagMoves) {
    return {
      title: 'Somebody else moves the tag',
      detail: `${error.message}.`,
      advice:
        'Let such jobs wait for each other, with the same "concurrency: group" in each workflow, and run this one again.',
    }
  }
  if (error instanceof TagsTaken) {
    return {
      title: 'A tag is taken',
      detail: `${error.message}.`,
      advice:
        'The input immutable-tags says that these tags stay where they are, so no tag was moved. Publish under a new tag.',
    }
  }
  if (error instanceof NoImage) {
    return {
      title: 'The image cannot be used',
      detail: `${error.message}.`,
      advice:
        'No tag was moved. Where the source itself does not say what it runs on, write both os and arch after its name.',
    }
  }
  if (error instanceof FormatError || error instanceof TreeTooLarge || error instanceof NestedTooDeep) {
    return {
      title: 'The image cannot be used',
      detail: `What the registry has is no image: ${error.message}.`,
      advice: 'No tag was moved. What the registry has under this name is no image that tools can pull.',
    }
  }
  if (error instanceof LayoutError) {
    return {
      title: 'The image cannot be used',
      detail: `${error.message}.`,
      advice:
        'No tag was moved. A full disk or a builder that was stopped can leave half a file; run the job again.',
    }
  }
  return undefined
}
