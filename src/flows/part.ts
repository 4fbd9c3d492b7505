import type { Attributes } from '../build/attributes.ts'
import { waysOf } from '../emulation/decide.ts'
import { ArtifactsError } from '../handoff/artifacts.ts'
import { leaveRecord } from '../handoff/carrier.ts'
import type { Image, Leg, PartRecord, PlannedLeg, Run } from '../handoff/record.ts'
import { formatPlatform } from '../image/platform.ts'
import { formatRepository } from '../image/reference.ts'
import { openReader } from '../publish/tree.ts'
import { buildsOf, pullSizes } from './platforms/builds.ts'
import { buildPlatforms } from './platforms/platforms.ts'
import type { PartResult } from './result.ts'
import { type ImageMaking, openWorkshop } from './workshop/workshop.ts'
import type { World } from './world.ts'

/** One job of a matrix builds some platforms of an image; another merges. */
export type PartRequest = ImageMaking &
  Readonly<{
    mode: 'part'
    image: Image
    /** how it is pushed: attributes of BuildKit's exporter, like compression */
    push: Attributes
    plan: readonly PlannedLeg[]
    run: Run
    leg: Leg
    writer: string
  }>

/** Emulate, open a builder, build each platform and push it by digest; then say so to the job that merges. */
export async function part(request: PartRequest, outside: World): Promise<PartResult> {
  const { image, push, run, leg, plan, writer } = request
  const home = image.repository
  const workshop = await openWorkshop(request, { repositories: [home], outputs: [] }, outside)
  const { world } = workshop
  const [outcome] = await Promise.all([
    // Other jobs write to the same caches, so that each platform needs a name of its own even where it is alone here.
    buildPlatforms(workshop, { home, push, outputs: [] }, { ...request, oneOfMany: true }),
    workshop.warm(),
  ])
  const { built } = outcome
  const sizes = await pullSizes(built, openReader(home, await world.registry(), { expected: true }))
  const builds = buildsOf(workshop, outcome, sizes)
  const record: PartRecord = {
    ...{ image, tools: builds.tools, run, leg, plan, writer },
    platforms: built.flatMap(({ decision, milliseconds, pushed }, place) => {
      if (pushed === undefined) return []
      const { platform, image, attestations } = pushed
      const [size, built] = [sizes[place], { ...waysOf(decision), milliseconds }]
      return [{ platform, image, attestations, built, ...(size !== undefined && { size }) }]
    }),
  }
  // Where nothing but optional platforms has failed, the image waits for the other parts only.
  const carried = record.platforms.length > 0 && (await handOver(record, world))
  const digests = built.flatMap(({ pushed }) => pushed?.as ?? [])
  return { mode: request.mode, ...builds, record, digests, carried }
}

/** Whether the record is where the job that merges looks by itself; elsewhere the output `record` has to be handed on. */
function handOver(record: PartRecord, world: World): Promise<boolean> {
  return world.stages.run('Hand over', async (say) => {
    for (const { platform, image } of record.platforms)
      say(`${formatPlatform(platform)} is ${formatRepository(record.image.repository)}@${image.digest}`)
    try {
      await leaveRecord(record, await world.artifacts())
      say('the record is in the artifacts of this run')
      return true
    } catch (error: unknown) {
      if (!(error instanceof ArtifactsError && error.absent)) throw error
      say(`${error.message}; hand the output "record" to the input "records" of the job that merges`)
      return false
    }
  })
}
