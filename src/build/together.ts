import { join } from 'node:path'
import type { Digest } from '../image/digest.ts'
import { formatPlatform } from '../image/platform.ts'
import type { Files } from '../system/files.ts'
import type { Environment } from '../system/processes.ts'
import { buildEnvironment } from './arguments.ts'
import { bakeArguments, bakeDefinition, bakeTarget, ownVariable, type Target, targetName } from './bake.ts'
import { parseEvent } from './events.ts'
import type { BuildPlan } from './plan.ts'
import { BuildCut, type BuildFailed, type BuildWorld, failed, readMetadata, stopped } from './run.ts'
import { openShares } from './shares.ts'

/** One of the builds that are made together. */
export type Member = Readonly<{ plan: BuildPlan; world: Pick<BuildWorld, 'onLine' | 'progress'> }>

/** What became of each, in their order: what was pushed, or why it failed, was stopped, or has to be made by itself. */
export type Outcome = Readonly<{ digest: Digest | undefined }> | Readonly<{ error: Error }>

type TogetherWorld = Pick<BuildWorld, 'follow' | 'signal'> &
  Readonly<{
    files: Pick<Files, 'read' | 'write'>
    places: Readonly<{ workspace: string; own: string }>
    /** whether a build that has failed so is made once more */
    isMishap: (error: BuildFailed) => boolean
  }>

/** The builds as targets of bake, by their names; undefined where they cannot be that. */
export function bakeTargets(
  plans: readonly BuildPlan[],
  workspace: string,
): ReadonlyMap<string, Target> | undefined {
  const targets = plans.flatMap((plan) => {
    const target = bakeTarget(plan, workspace)
    return target ? [[targetName(plan), target] as const] : []
  })
  const byName = new Map(targets)
  return byName.size === plans.length ? byName : undefined
}

/** Builds several platforms by one program, which sends what they share once. Where one fails, it stops the others. */
export async function buildTogether(
  members: readonly Member[],
  targets: ReadonlyMap<string, Target>,
  env: Environment,
  world: TogetherWorld,
): Promise<readonly Outcome[]> {
  const { follow, signal, files, places } = world
  const file = join(places.own, 'together.json')
  const metadataFile = join(places.own, 'together-made.json')
  await files.write(file, bakeDefinition(targets))
  const shares = openShares([...targets.keys()])
  const byName = new Map(members.map((member) => [targetName(member.plan), member]))
  const words: string[] = []
  const onLine = (line: string) => {
    const event = parseEvent(line)
    if (event === undefined) words.push(line)
    else for (const [name, share] of shares.take(event)) byName.get(name)?.world.onLine(share)
  }
  const builder = members[0]?.plan.builder ?? ''
  const args = bakeArguments(targets, { builder, file, metadataFile })
  const code = await follow('docker', args, { env: environmentOf(members, env), onLine, signal })
  if (signal.aborted) return members.map(({ plan }) => ({ error: stopped(plan) }))
  if (code !== 0) return verdicts(code)
  for (const { world } of members) for (const line of words) world.onLine(line)
  const made = (await files.read(metadataFile)) ?? '{}'
  return members.map(({ plan }) => ({
    digest: plan.pushes ? readMetadata(made, targetName(plan)) : undefined,
  }))

  /** Bake names the first that has failed, and means all that it says. */
  function verdicts(code: number | undefined): readonly Outcome[] {
    const named = words.flatMap((line) => TARGET.exec(line)?.[1] ?? []).find((name) => byName.has(name))
    const culprits = named === undefined ? [] : shares.failedWith(named)
    for (const line of words)
      byName.get(named ?? '')?.world.onLine(line.replace(TARGET, 'ERROR: failed to build: '))
    const errors = new Map(
      culprits.flatMap((name) => {
        const member = byName.get(name)
        return member ? [[member, failed(member.plan, code, member.world.progress)] as const] : []
      }),
    )
    const reason = new BuildCut(cutBecause([...errors.values()], words))
    const isOver = ![...errors.values()].every(world.isMishap)
    return members.map((member) => ({
      error: errors.get(member) ?? (isOver ? stopped(member.plan) : reason),
    }))
  }
}

/** How bake says which of its targets has failed; `build` says that it has failed to build. */
const TARGET = /^ERROR: target (\S+): /

function cutBecause(errors: readonly BuildFailed[], words: readonly string[]): string {
  if (errors.length > 0)
    return `the failure of ${errors.map(({ platform }) => formatPlatform(platform)).join(' and ')} has stopped it`
  const error = words.findLast((line) => line.startsWith('ERROR: ')) ?? words.at(-1) ?? 'ERROR: it was ended'
  return `docker buildx bake has failed (${error.replace(/^ERROR: /, '')})`
}

/** What all of them need. Only bake asks for leave to read and write files, and may look for them from elsewhere. */
function environmentOf(members: readonly Member[], env: Environment): Environment {
  const own = members.flatMap(({ plan }) =>
    Object.entries(buildEnvironment(plan.recipe)).map(
      ([name, value]) =>
        [name.startsWith('MULTIARCH_') ? ownVariable(name, targetName(plan)) : name, value] as const,
    ),
  )
  return {
    ...env,
    ...Object.fromEntries(own),
    ...{ BUILDX_BAKE_ENTITLEMENTS_FS: 'false', BUILDX_BAKE_FILE_RELATIVE_PATHS: 'false' },
  }
}
