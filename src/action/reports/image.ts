import { SourceDiffers } from '../../flows/promote.ts'
import { TagMoves } from '../../flows/sources/append.ts'
import { NoImage } from '../../flows/sources/gather.ts'
import { FormatError } from '../../image/format-error.ts'
import { formatReference } from '../../image/reference.ts'
import { LayoutError } from '../../layout/layout-error.ts'
import { NestedTooDeep, PlatformUnknown } from '../../merge/collect.ts'
import { PlatformsMissing } from '../../merge/wanted.ts'
import { TreeTooLarge } from '../../publish/copy-error.ts'
import { TagsTaken } from '../../publish/immutable.ts'
import { told } from './told.ts'

/** What is wrong with an image that exists. */
export const OF_IMAGE = [
  told(
    PlatformsMissing,
    'A platform is missing',
    'Publish the image for these platforms first, or correct the input platforms.',
  ),
  told(
    SourceDiffers,
    'The source is another image',
    'No tag was moved. Somebody has published under this tag since the digest was noted: promote by digest, or note the digest anew.',
  ),
  told(
    TagMoves,
    'Somebody else moves the tag',
    'Let such jobs wait for each other, with the same "concurrency: group" in each workflow, and run this one again.',
  ),
  told(
    TagsTaken,
    'A tag is taken',
    'The input immutable-tags says that these tags stay where they are, so no tag was moved. Publish under a new tag.',
  ),
  told(
    NoImage,
    'The image cannot be used',
    'No tag was moved. Where the source itself does not say what it runs on, write both os= and arch= after its name in the input sources.',
  ),
  told(
    PlatformUnknown,
    'The image cannot be used',
    ({ image }) =>
      `No tag was moved. Say it in the input sources, with both os= and arch= after the image, like ${formatReference(image)} os=linux,arch=amd64.`,
  ),
  told(
    LayoutError,
    'The image cannot be used',
    'No tag was moved. A full disk or a builder that was stopped can leave half a file; run the job again.',
  ),
  ...[FormatError, TreeTooLarge, NestedTooDeep].map((kind) =>
    told<Error>(
      kind,
      'The image cannot be used',
      'No tag was moved. What the registry has under this name is no image that tools can pull.',
      ({ message }) => `What the registry has is no image: ${message}.`,
    ),
  ),
]
