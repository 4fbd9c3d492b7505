import { parseReference } from '../image/reference.ts'
import type { Say } from '../system/log.ts'
import type { Run } from '../system/processes.ts'
import { type PullWorld, pull } from './pull.ts'

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

export type ImageWorld = PullWorld &
  Readonly<{
    say: Say
    /** Whether the registry of an image has it for us, after all the waiting that it asks for. */
    ask: (image: string) => Promise<boolean>
  }>

/**
 * The name under which the engine has an image now: its own, or that of the first mirror which gives it. Nothing is
 * asked of any registry where the engine has it already. Rejects with ImageError.
 */
export async function fetchImage(
  image: string,
  mirrors: readonly string[],
  world: ImageWorld,
): Promise<string> {
  const names = [...new Set([image, ...mirrors.map((mirror) => mirrored(image, mirror))])]
  const there = await Promise.all(names.map((name) => isThere(name, world.run)))
  const had = names.find((_, place) => there[place])
  if (had !== undefined) return had
  const refusals = new Map<string, string>()
  const pulled = (await firstPulled(names, refusals, world)) ?? (await pulledLater(names, refusals, world))
  if (pulled !== undefined) return pulled
  throw new ImageError(
    image,
    [...refusals].map(([name, why]) => `${name}: ${why}`),
  )
}

async function isThere(name: string, run: Run): Promise<boolean> {
  return (await run('docker', ['image', 'inspect', '--format', '{{.Id}}', name])).code === 0
}

async function firstPulled(
  names: readonly string[],
  refusals: Map<string, string>,
  world: ImageWorld,
): Promise<string | undefined> {
  for (const name of names) {
    const { code, stderr } = await pull(name, world)
    world.say(code === 0 ? `pulled ${name}` : `could not pull ${name}: ${stderr.trim()}`)
    if (code === 0) return name
    refusals.set(name, stderr.trim())
  }
  return undefined
}

/**
 * The engine gives up at once, also where a registry only asks for patience, and does not hand on for how long. Our
 * client waits for as long as the registry says.
 */
async function pulledLater(
  names: readonly string[],
  refusals: Map<string, string>,
  world: ImageWorld,
): Promise<string | undefined> {
  for (const name of names) {
    const pulled = (await world.ask(name)) ? await firstPulled([name], refusals, world) : undefined
    if (pulled !== undefined) return pulled
  }
  return undefined
}

/** What a mirror of Docker Hub calls an image of it; images of other registries have no other name. */
export function mirrored(image: string, mirror: string): string {
  const { registry, path, tag, digest } = parseReference(image)
  if (registry !== 'docker.io') return image
  return [`${mirror.replace(/\/$/, '')}/${path}`, tag && `:${tag}`, digest && `@${digest}`]
    .filter(Boolean)
    .join('')
}
