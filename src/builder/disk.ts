import type { Files } from '../system/files.ts'

/** Where engines keep their images and builders, the likeliest first; the root is always there. */
const PLACES = ['/var/lib/docker', '/'] as const

/** In bytes. A build that needs more than this is common, and one that runs dry fails late and says little. */
const LITTLE = 2 * 1000 ** 3

/** A warning where the disk of an engine on this machine is nearly full, before an hour of building is lost to it. */
export async function warningOfFullDisk(files: Pick<Files, 'freeSpace'>): Promise<string | undefined> {
  const spaces = await Promise.all(
    PLACES.map(async (place) => [place, await files.freeSpace(place)] as const),
  )
  const [place, free] = spaces.find(([, space]) => space !== undefined) ?? []
  if (place === undefined || free === undefined || free >= LITTLE) return undefined
  const left = (free / 1000 ** 3).toFixed(1)
  return `Only ${left} GB are free at ${place}. Remove what the job does not need before this step, such as unused tools or images ("docker system prune").`
}
