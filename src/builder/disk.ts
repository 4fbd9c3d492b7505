import type { Files } from '../system/files.ts'

/** Where engines keep their images and builders, if their settings name no other place; the root is always there. */
const PLACES = ['/var/lib/docker', '/'] as const
const SETTINGS = '/etc/docker/daemon.json'

/** In bytes. A build that needs more than this is common, and one that runs dry fails late and says little. */
const LITTLE = 2 * 1000 ** 3

/** A warning where the disk of an engine on this machine is nearly full, before an hour of building is lost to it. */
export async function warningOfFullDisk(
  files: Pick<Files, 'freeSpace' | 'read'>,
): Promise<string | undefined> {
  const places = [...dataRoot(await files.read(SETTINGS)), ...PLACES]
  const spaces = await Promise.all(
    places.map(async (place) => [place, await files.freeSpace(place)] as const),
  )
  const [place, free] = spaces.find(([, space]) => space !== undefined) ?? []
  if (place === undefined || free === undefined || free >= LITTLE) return undefined
  const left = (free / 1000 ** 3).toFixed(1)
  return `Only ${left} GB are free at ${place}. Remove what the job does not need before this step, such as unused tools or images ("docker system prune").`
}

/** The engine's `data-root`. Settings that cannot be read are the engine's affair. */
function dataRoot(settings = '{}'): readonly string[] {
  try {
    const { 'data-root': place }: { 'data-root'?: unknown } = JSON.parse(settings)
    return typeof place === 'string' ? [place] : []
  } catch {
    return []
  }
}
