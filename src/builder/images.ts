import { parseReference } from '../image/reference.ts'
import type { Say } from '../system/log.ts'
import type { Run } from '../system/processes.ts'

/** An image that the engine needs, and could not pull from anywhere. */
export class ImageError extends Error {
  override readonly name = 'ImageError'
  readonly image: string
  /** every name that was tried, with docker's words */
  readonly tried: readonly string[]

  constructor(image: string, tried: readonly string[]) {
    super(`the image ${image} could not be pulled`)
    this.image = image
    this.tried = tried
  }
}

/**
 * The name under which the engine has an image now: its own, or that of the first mirror which gives it. Nothing is
 * asked of any registry where the engine has it already. Rejects with ImageError.
 */
export async function fetchImage(
  image: string,
  mirrors: readonly string[],
  { run, say }: Readonly<{ run: Run; say: Say }>,
): Promise<string> {
  if (mirrors.length === 0) return image // docker and buildx pull what they need by themselves.
  const names = [image, ...mirrors.map((mirror) => mirrored(image, mirror))]
  for (const name of names) {
    if ((await run('docker', ['image', 'inspect', '--format', '{{.Id}}', name])).code === 0) return name
  }
  const tried: string[] = []
  for (const name of names) {
    const { code, stderr } = await run('docker', ['pull', '--quiet', name])
    if (code === 0) {
      say(`pulled ${name}`)
      return name
    }
    tried.push(`${name}: ${stderr.trim()}`)
    say(`could not pull ${tried.at(-1)}`)
  }
  throw new ImageError(image, tried)
}

/** What a mirror of Docker Hub calls an image of it; images of other registries have no other name. */
export function mirrored(image: string, mirror: string): string {
  const { registry, path, tag, digest } = parseReference(image)
  if (registry !== 'docker.io') return image
  return [`${mirror.replace(/\/$/, '')}/${path}`, tag && `:${tag}`, digest && `@${digest}`]
    .filter(Boolean)
    .join('')
}
