import type { Attributes } from '../build/attributes.ts'
import { complaintsOf } from '../build/complaints.ts'
import { ArtifactsError } from '../handoff/artifacts.ts'
import { leaveRecord } from '../handoff/carrier.ts'
import type { Image, Leg, PartRecord, PlannedLeg, Run } from '../handoff/record.ts'
import { formatPlatform, type Platform } from '../image/platform.ts'
import { formatRepository, type TagRef } from '../image/reference.ts'
import { requireFree } from '../publish/immutable.ts'
import { openReader } from '../publish/tree.ts'
import { checkStore } from './check-store.ts'
import { findTools, versionsOf } from './find-tools.ts'
import type { Making } from './making.ts'
import { buildPlatforms, isEmulated, lostOnes, pullSize, resultsOf } from './platforms.ts'
import { openPush } from './push.ts'
import { ready } from './ready.ts'
import type { PartResult } from './result.ts'
import { setUp } from './set-up.ts'
import { warmer } from './warm.ts'
import type { World } from './world.ts'

/** One job of a matrix builds some platforms of an image; another merges. */
export type PartRequest = Making &
  Readonly<{
    mode: 'part'
    /** those of the platforms that the image is made without, should they fail */
    optional?: readonly Platform[]
    image: Image
    /** those of the tags of the merge that are not moved: where one is there already, nothing is built */
    fixed?: readonly TagRef[]
    /** how it is pushed: attributes of BuildKit's exporter, like compression */
    push: Attributes
    plan: readonly PlannedLeg[]
    run: Run
    leg: Leg
    writer: string
  }>

/** Emulate, open a builder, build each platform and push it by digest; then say so to the job that merges. */
export async function part(request: PartRequest, outside: World): Promise<PartResult> {
  const { image, fixed = [] } = request
  const { repository } = image
  const recipe = await ready(request.recipe, request.platforms, outside)
  if (fixed.length > 0) await requireFree(fixed, await outside.registry())
  const found = await findTools(request, outside)
  const { engine, buildx, world } = found

  const warm = warmer([repository], world)
  const ground = await setUp(request, engine, world, warm)
  const { builder } = ground
  const { driver } = builder
  await checkStore({ driver, pushes: true, outputs: [], attested: false, platforms: 1 }, world)
  const push = openPush(repository, { attributes: request.push, driver }, world)
  const [{ built, lost }] = await Promise.all([
    // Other jobs write to the same caches, so that each platform needs a name of its own even where it is alone here.
    buildPlatforms(recipe, { push, outputs: [] }, ground, world, { ...request, buildx, oneOfMany: true }),
    warm(),
  ])
  const read = openReader(repository, await world.registry(), { expected: true })
  const sizes = await Promise.all(built.map((platform) => pullSize(platform, read)))
  const tools = versionsOf(found, builder)
  const record: PartRecord = {
    ...{ image, tools, run: request.run, leg: request.leg, plan: request.plan, writer: request.writer },
    platforms: built.flatMap(({ decision, milliseconds, pushed }, place) => {
      if (pushed === undefined) return []
      const { platform, image, attestations } = pushed
      const [size, built] = [sizes[place], { emulated: isEmulated(decision), milliseconds }]
      return [{ platform, image, attestations, built, ...(size !== undefined && { size }) }]
    }),
  }
  // Where nothing but optional platforms has failed, the image waits for the other parts only.
  const carried = record.platforms.length > 0 && (await handOver(record, world))
  return {
    ...{ mode: request.mode, record, carried },
    platforms: resultsOf(built, sizes, recipe),
    ...lostOnes(lost),
    complaints: complaintsOf(built.flatMap(({ heard }) => heard)),
    digests: built.flatMap(({ pushed }) => pushed?.as ?? []),
    builder: { name: builder.name, driver },
    tools,
    stages: world.stages.done,
  }
}

/** Whether the record is where the job that merges looks by itself; elsewhere the output `record` has to be handed on. */
function handOver(record: PartRecord, world: World): Promise<boolean> {
  return world.stages.run('Hand over', async (say) => {
    for (const { platform, image } of record.platforms)
      say(`${formatPlatform(platform)} is ${formatRepository(record.image.repository)}@${image.digest}`)
    const byHand = 'hand the output "record" to the input "records" of the job that merges'
    const artifacts = await world.artifacts()
    if (artifacts === undefined) {
      say(`this runner has no artifact service; ${byHand}`)
      return false
    }
    try {
      await leaveRecord(record, artifacts)
      say('the record is in the artifacts of this run')
      return true
    } catch (error: unknown) {
      if (!(error instanceof ArtifactsError && error.absent)) throw error
      say(`the artifact service of this runner does not take records (${error.message}); ${byHand}`)
      return false
    }
  })
}
