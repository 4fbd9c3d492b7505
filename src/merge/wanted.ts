import { formatPlatform, fulfils, type Platform } from '../image/platform.ts'

/** An image lacks platforms that somebody relies on. */
export class PlatformsMissing extends Error {
  override readonly name = 'PlatformsMissing'
  /** how the image was called */
  readonly image: string
  readonly missing: readonly string[]
  readonly found: readonly string[]

  constructor(image: string, missing: readonly Platform[], found: readonly Platform[]) {
    const lacking = missing.map(formatPlatform)
    const there = found.map(formatPlatform)
    super(`${image} lacks ${lacking.join(', ')}; it has ${there.join(', ') || 'no platform at all'}`)
    this.image = image
    this.missing = lacking
    this.found = there
  }
}

/** Throws PlatformsMissing unless every wanted platform is there; more may be. */
export function requirePlatforms(
  image: string,
  wanted: readonly Platform[],
  found: readonly Platform[],
): void {
  const missing = wanted.filter((platform) => !found.some((one) => fulfils(one, platform)))
  if (missing.length > 0) throw new PlatformsMissing(image, missing, found)
}
