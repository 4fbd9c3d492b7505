import { complaintsOf } from '../../build/complaints.ts'
import { proofsAsked } from '../../build/proofs.ts'
import { waysOf } from '../../emulation/decide.ts'
import { pullSizeOf } from '../../image/manifest.ts'
import type { Read } from '../../publish/tree.ts'
import type { Builds, PlatformResult } from '../result.ts'
import type { Workshop } from '../workshop/workshop.ts'
import type { BuiltPlatform, Outcome } from './platforms.ts'

/** In bytes, where it is known, each at the place of its platform. */
export type PullSizes = readonly (number | undefined)[]

/** What pulls of the platforms move. Only shown, so a registry that will not tell is no failure. */
export function pullSizes(built: readonly BuiltPlatform[], read: Read): Promise<PullSizes> {
  return Promise.all(
    built.map(async ({ pushed }) => {
      if (pushed === undefined) return undefined
      return await read(pushed.image.digest)
        .then(pullSizeOf)
        .catch(() => undefined)
    }),
  )
}

/** What is told of builds, whatever becomes of them. */
export function buildsOf(
  { engine, buildx, builder, recipe, world }: Workshop,
  { built, lost }: Outcome,
  sizes: PullSizes = [],
): Builds {
  const proofs = proofsAsked(recipe.attests)
  return {
    platforms: built.map((one, place) => resultOf(one, proofs, sizes[place])),
    ...(lost.length > 0 && { lost: lost.map(({ platform }) => platform) }),
    complaints: complaintsOf(built.flatMap(({ heard }) => heard)),
    tools: {
      ...(engine && { docker: engine.client, engine: engine.version }),
      ...{ buildx, buildkit: builder.buildkit },
    },
    builder: { name: builder.name, driver: builder.driver },
    stages: world.stages.done,
  }
}

function resultOf(
  { decision, milliseconds, facts, pushed, mishap }: BuiltPlatform,
  proofs: readonly string[],
  size: number | undefined,
): PlatformResult {
  return {
    platform: decision.platform,
    ...waysOf(decision),
    milliseconds,
    ...(facts && { steps: facts }),
    ...(pushed && {
      image: pushed.image,
      attestations: pushed.attestations,
      proofs: pushed.attestations.length > 0 ? proofs : [],
    }),
    ...(size !== undefined && { size }),
    ...(mishap && { mishap }),
  }
}
