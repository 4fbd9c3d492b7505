import type { Digest } from '../image/digest.ts'
import { type Repository, sameRepository } from '../image/reference.ts'
import type { Registry } from '../registry/client.ts'
import { abreast, openGate } from '../system/abreast.ts'
import { copyBlobs, type Way } from './blobs.ts'
import { CopyError } from './copy-error.ts'
import type { Tree } from './tree.ts'

/** More manifests at once make some registries stumble (Harbor, ECR: ten a second). */
const MANIFESTS_AT_ONCE = 4

/** As skopeo. With fewer, those who are far away wait for each other; each holds two connections. */
const STREAMS_AT_ONCE = 6

export type CopyPlan = Readonly<{
  from: Repository
  /** without doubles, and without `from` */
  to: readonly Repository[]
  /** where the image itself comes later, by its first tag, so that putting it by digest would be one request too many */
  except?: Repository
}>

/**
 * Brings an image, byte for byte, into other repositories, all side by side. Where several are of one registry, the
 * bytes travel to it once. Whatever fails, everything that was begun has ended when this rejects.
 */
export async function copy(tree: Tree, plan: CopyPlan, registry: Registry): Promise<void> {
  const { from } = plan
  const streams = openGate(STREAMS_AT_ONCE)
  const groups = Map.groupBy(plan.to, (repository) => repository.registry)
  await allOf([...groups.values()].map(copyToGroup))

  async function copyToGroup(group: readonly Repository[]): Promise<void> {
    const [first, ...others] = group
    if (first === undefined) return
    const near = first.registry === from.registry
    if (!near) await copyTo({ from, to: first })
    const rest = near ? group : others
    await allOf(rest.map((to) => copyTo({ from: near ? from : first, to })))
  }

  async function copyTo(way: Way): Promise<void> {
    await copyBlobs(tree.blobs, way, { registry, streams })
    const late = plan.except && sameRepository(plan.except, way.to) ? tree.top.digest : undefined
    await putWaves(tree, way, { registry, late })
  }
}

type Putting = Readonly<{ registry: Pick<Registry, 'put'>; late: Digest | undefined }>

async function putWaves({ waves }: Tree, { from, to }: Way, { registry, late }: Putting): Promise<void> {
  for (const [place, wave] of waves.entries()) {
    // What refers to the image itself comes after it, so there it cannot be left for later.
    const isLast = place === waves.length - 1
    const now = isLast ? wave.filter(({ digest }) => digest !== late) : wave
    await abreast(now, MANIFESTS_AT_ONCE, async (manifest) => {
      try {
        await registry.put({ ...to, digest: manifest.digest }, manifest)
      } catch (cause: unknown) {
        throw new CopyError('image', manifest.digest, { from, to, cause })
      }
    })
  }
}

/** All to their end, and then the first failure. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(works)
  const failure = settled.find((one) => one.status === 'rejected')
  if (failure) throw failure.reason
}
