import { join, resolve } from 'node:path'
import type { Attributes } from '../../build/attributes.ts'
import { gathered, sharePath } from '../../build/exporters.ts'
import { type FileOutput, type ImageOutput, isTrue } from '../../build/outputs.ts'
import { loadArchive } from '../../builder/store.ts'
import type { Annotation } from '../../image/annotation.ts'
import type { Digest } from '../../image/digest.ts'
import type { Platform } from '../../image/platform.ts'
import { formatReference, type Repository } from '../../image/reference.ts'
import { joinTarballs } from '../../layout/join.ts'
import { type Contents, writeArchive, writeFolder } from '../../layout/write.ts'
import type { Say } from '../../system/log.ts'
import type { Delivered } from '../result.ts'
import type { World } from '../world.ts'
import type { Top } from './name.ts'
import { unite } from './unite.ts'

type Output = ImageOutput | FileOutput

/** What becomes of a build. */
export type Delivery = Readonly<{
  /** how it is pushed: attributes of BuildKit's exporter, like compression */
  push: Attributes
  /** where it is pushed under no tag, by its digest alone */
  byDigest?: Repository
  /** results beside the push */
  outputs: readonly Output[]
  top: Top
}>

const ONLY_PUSHED: Delivery = { push: new Map(), outputs: [], top: 'index' }

/** What was asked for; the last one that is left of several platforms is still listed in an index. */
export function deliveryFor(platforms: readonly Platform[], asked: Delivery = ONLY_PUSHED): Delivery {
  return platforms.length > 1 ? { ...asked, top: 'index' } : asked
}

/** What there is to deliver. */
export type Made = Readonly<{
  platforms: readonly Platform[]
  /** whether others were to be built beside them */
  several: boolean
  annotations: readonly Annotation[]
}>

/** Puts together what the builds of the platforms have left; what BuildKit has finished by itself stays as it is. */
export async function deliver(
  delivery: Pick<Delivery, 'outputs' | 'top'>,
  made: Made,
  world: World,
): Promise<readonly Delivered[]> {
  const { outputs, top } = delivery
  if (outputs.length === 0) return []
  return await world.stages.run('Results', async (say) => {
    const results: Delivered[] = []
    for (const [place, output] of outputs.entries()) {
      const digest = await finish(output, place, { ...made, top }, { ...world, say })
      const dest = output.type === 'image' ? '' : output.dest
      results.push({
        ...{ type: output.type, dest, names: output.names.map(formatReference) },
        ...(digest !== undefined && { digest }),
      })
      say([output.type, dest, digest].filter(Boolean).join(' '))
    }
    return results
  })
}

async function finish(
  output: Output,
  place: number,
  { platforms, several, annotations, top }: Made & Pick<Delivery, 'top'>,
  world: World & Readonly<{ say: Say }>,
): Promise<Digest | undefined> {
  const { files, places } = world
  const parts = platforms.map((platform) => ({
    platform,
    path: sharePath(place, { platform, several, folder: places.own }),
  }))
  if (output.type === 'image') return undefined
  const how = gathered(output, several)
  if (how === undefined) return undefined
  try {
    if (how === 'tarball') {
      const paths = parts.map(({ path }) => path)
      await joinTarballs(resolve(places.workspace, output.dest), paths, files)
      return undefined
    }
    const { names } = output
    const write = (contents: Contents) => writeLayout(output, contents, world)
    return (await unite({ layouts: parts, annotations, names, top }, write, world)).digest
  } finally {
    await Promise.all(parts.map(({ path }) => files.remove(path)))
  }
}

async function writeLayout(
  { type, dest, attributes }: FileOutput,
  contents: Contents,
  { files, places, run }: World,
): Promise<void> {
  if (type === 'docker') {
    const path = join(places.own, 'load.tar')
    await writeArchive(path, contents, files)
    await loadArchive(path, attributes.get('context'), run)
    return await files.remove(path)
  }
  const path = resolve(places.workspace, dest)
  const isFolder = attributes.has('tar') && !isTrue(attributes.get('tar'))
  await (isFolder ? writeFolder : writeArchive)(path, contents, files)
}
