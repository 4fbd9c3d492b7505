import { formatPlatform, type Platform } from '../../image/platform.ts'

/** What did not go as it should, and yet there is an image. */
type Exceptional = Readonly<{
  platforms?: readonly Readonly<{ platform: Platform; mishap?: string }>[]
  lost?: readonly Platform[]
}>

/** One sentence each, for the summary and the end of the log. */
export function exceptions({ platforms = [], lost = [] }: Exceptional): readonly string[] {
  return [
    ...lost.map((platform) => `It is made without ${formatPlatform(platform)}, which is optional.`),
    ...platforms.flatMap(({ platform, mishap }) =>
      mishap ? `${formatPlatform(platform)} was built twice, because ${mishap} the first time.` : [],
    ),
  ]
}
