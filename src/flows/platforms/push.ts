import { join } from 'node:path'
import type { Attributes } from '../../build/attributes.ts'
import { layoutExporter, pushExporter } from '../../build/exporters.ts'
import type { Digest } from '../../image/digest.ts'
import { type Platform, platformSlug } from '../../image/platform.ts'
import { formatRepository, type Repository } from '../../image/reference.ts'
import { type Archive, openArchive } from '../../layout/archive.ts'
import { flatten, type PlatformImage } from '../../merge/flatten.ts'
import { copy } from '../../publish/copy.ts'
import { readTree } from '../../publish/tree.ts'
import type { Registry } from '../../registry/client.ts'
import type { World } from '../world.ts'

/** One platform's image in a registry. `as` is what it is there: with attestations that is an index of its own. */
export type Pushed = PlatformImage & Readonly<{ as: Digest }>

/** How the image of each platform gets to a registry, by its digest. */
export type Push = Readonly<{
  /** what BuildKit is told */
  exporter: (platform: Platform) => Attributes
  /** What is there after the build, for which buildx has noted this digest. */
  finish: (platform: Platform, noted: Digest) => Promise<Pushed>
}>

/** BuildKit pushes by itself, but for the one in the engine: it can only push what has a tag, so there we do it. */
export function openPush(
  to: Repository,
  { attributes, driver }: Readonly<{ attributes: Attributes; driver: string }>,
  world: World,
): Push {
  if (driver !== 'docker') {
    return {
      exporter: () => pushExporter(to, attributes),
      finish: async (platform, digest) => {
        const registry = await world.registry()
        const manifest = await registry.get({ ...to, digest }, { expected: true })
        return { ...flatten(manifest, platform), as: digest }
      },
    }
  }
  // As when BuildKit pushes: a provenance that is only for registries is for this layout as well.
  const own = new Map([['attestation-inline', 'true'], ...attributes])
  const pathOf = (platform: Platform) => join(world.places.own, `${platformSlug(platform)}-push.tar`)
  return {
    exporter: (platform) => layoutExporter(pathOf(platform), formatRepository(to), own),
    finish: async (platform) => {
      const path = pathOf(platform)
      await using archive = await openArchive(path, world.files)
      const top = await archive.top()
      await upload(archive, to, await world.registry())
      await world.files.remove(path)
      return { ...flatten(top, platform), as: top.digest }
    },
  }
}

/** A layout is copied as an image of another registry is: what is there already stays there, the rest is streamed. */
async function upload(archive: Archive, to: Repository, registry: Registry): Promise<void> {
  const from = { registry: 'oci-layout', path: to.path }
  const tree = await readTree(await archive.top(), { from, read: archive.read })
  const openBlob: Registry['openBlob'] = (_, blob) => Promise.resolve(archive.open(blob))
  const readBlob: Registry['readBlob'] = (_, blob) => archive.readBlob(blob)
  await copy(tree, { from, to: [to] }, { ...registry, openBlob, readBlob })
}
