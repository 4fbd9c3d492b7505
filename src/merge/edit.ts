import { platformOf } from '../image/manifest.ts'
import { normalize } from '../image/platform.ts'
import { editPlatform, type PlatformEdits } from '../image/platform-edits.ts'
import type { PlatformImage } from './flatten.ts'

/** Something is said of one image's platform, but there are several images it could be said of. */
export class EditsUnclear extends Error {
  override readonly name = 'EditsUnclear'
}

/** The images of one source with what is said of its platform; they are left as they are where nothing is. */
export function editImages(
  images: readonly PlatformImage[],
  edits: PlatformEdits,
  name: string,
): readonly PlatformImage[] {
  if (Object.keys(edits).length === 0) return images
  const [one, ...others] = images
  if (one === undefined || others.length > 0)
    throw new EditsUnclear(
      `${name} holds ${images.length} images, and its edits could be meant for any of them`,
    )
  const platform = editPlatform(one.image.platform, edits)
  if (platform === undefined) return images
  return [{ ...one, platform: normalize(platformOf(platform)), image: { ...one.image, platform } }]
}
