import { emulatorFor, isNative } from '../emulation/decide.ts'
import { formatPlatform, type Platform } from '../image/platform.ts'
import type { PlannedJob, PlanResult } from './result.ts'
import type { World } from './world.ts'

/** Which job builds what: one for each runner, natively where one can. */
export type PlanRequest = Readonly<{
  mode: 'plan'
  platforms: readonly Platform[]
  runners: readonly RunnerRule[]
  /** whether platforms share a job where they share a runner */
  group: boolean
}>

/** A runner, by its labels, for every platform whose name begins so; without a prefix it is for all others. */
export type RunnerRule = Readonly<{ prefix?: string; labels: readonly string[] }>

/** More jobs than a matrix may have (GitHub's limit for one run of a workflow). */
export class PlanTooLarge extends Error {
  override readonly name = 'PlanTooLarge'
}

const MOST_JOBS = 256

/** GitHub's runners of today; free for public repositories. */
const GITHUB: readonly RunnerRule[] = [
  { labels: ['ubuntu-24.04'] },
  { prefix: 'linux/arm64', labels: ['ubuntu-24.04-arm'] },
]

/** What an emulated build costs, where a native one costs 1. */
const EMULATED = 5

export async function plan(request: PlanRequest, world: World): Promise<PlanResult> {
  const jobs = await world.stages.run('Plan', (say) => {
    const jobs = planJobs(request)
    for (const { name, runner, emulated } of jobs)
      say(`${name} on ${runner.join(', ')}${emulated.length > 0 ? `, emulated: ${names(emulated)}` : ''}`)
    return Promise.resolve(jobs)
  })
  for (const warning of avoidable(jobs)) world.log.warn(warning)
  return { mode: request.mode, jobs, platforms: request.platforms, stages: world.stages.done }
}

/** Every platform in one job. Emulated ones go where the least is done, unless a rule says where. */
export function planJobs({ platforms, runners, group }: PlanRequest): readonly PlannedJob[] {
  const rules = runners.some(({ prefix }) => prefix === undefined) ? runners : [...runners, ...GITHUB]
  const placed = group ? spread(platforms, rules) : platforms.map((platform) => place(platform, rules))
  const shared = group
    ? [...Map.groupBy(placed, ({ labels }) => labels.join()).values()]
    : placed.map((one) => [one])
  if (shared.length > MOST_JOBS)
    throw new PlanTooLarge(`${shared.length} jobs are more than the ${MOST_JOBS} that a matrix may have`)
  return shared.map((together) => ({
    name: names(together.map(({ platform }) => platform)),
    runner: together[0]?.labels ?? [],
    platforms: together.map(({ platform }) => platform),
    emulated: together.flatMap(({ platform, emulated }) => (emulated ? platform : [])),
  }))
}

type Placed = Readonly<{ platform: Platform; labels: readonly string[]; emulated: boolean; free: boolean }>

/** First everything that has its place, then the others, each where there is least to do by then. */
function spread(platforms: readonly Platform[], rules: readonly RunnerRule[]): readonly Placed[] {
  const first = platforms.map((platform) => place(platform, rules))
  const fixed = first.filter(({ free }) => !free)
  const load = new Map<string, { labels: readonly string[]; work: number }>()
  const add = ({ labels, emulated }: Placed) => {
    const key = labels.join()
    load.set(key, { labels, work: (load.get(key)?.work ?? 0) + (emulated ? EMULATED : 1) })
  }
  for (const one of fixed) add(one)
  return first.map((one) => {
    if (!one.free) return one
    const [least] = [...load.values()].toSorted((a, b) => a.work - b.work)
    const moved = { ...one, labels: least?.labels ?? one.labels }
    add(moved)
    return moved
  })
}

/** The runner of the longest rule, the first of these. A platform is free to go elsewhere where no rule is about it and no runner runs it by itself. */
function place(platform: Platform, rules: readonly RunnerRule[]): Placed {
  const name = formatPlatform(platform)
  const fitting = rules.filter(({ prefix }) => prefix === undefined || isWithin(name, prefix))
  const rule = fitting.toSorted((a, b) => (b.prefix?.length ?? 0) - (a.prefix?.length ?? 0))[0]
  const labels = rule?.labels ?? []
  const machine = machineOf(labels)
  // Somebody who names a runner for just this platform knows its machine better than its labels do.
  const native = machine === undefined ? rule?.prefix !== undefined : isNative(platform, machine)
  // What has no emulator, such as Windows, is built without running anything.
  const emulated = !native && emulatorFor(platform) !== undefined
  return { platform, labels, emulated, free: !native && rule?.prefix === undefined }
}

/** `linux/arm` is within `linux/arm` and `linux`, `linux/arm64` is not within `linux/arm`. */
function isWithin(name: string, prefix: string): boolean {
  return name === prefix || name.startsWith(`${prefix}/`)
}

/** What a runner's labels say of its machine: GitHub's own names, and what every self-hosted runner is labelled with. */
function machineOf(labels: readonly string[]): Platform | undefined {
  const linux = (architecture: string): Platform => ({ os: 'linux', architecture })
  const known = labels.map((label) => label.toLowerCase())
  if (known.some((label) => label === 'arm64' || /^ubuntu-.*-arm$/.test(label))) return linux('arm64')
  if (known.includes('arm')) return { ...linux('arm'), variant: 'v7' }
  if (known.some((label) => label === 'x64' || /^ubuntu-(latest|\d\d\.\d\d)$/.test(label)))
    return linux('amd64')
  return undefined
}

/** Jobs that emulate what GitHub's runners would run by themselves. */
function avoidable(jobs: readonly PlannedJob[]): readonly string[] {
  return jobs.flatMap(({ runner, emulated }) =>
    emulated.flatMap((platform) => {
      const better = GITHUB.find(({ labels }) => isRunBy(platform, labels))
      if (better === undefined) return []
      const name = formatPlatform(platform)
      return `${name} will be emulated on ${runner.join(', ')}, though ${better.labels.join()} runs it by itself; add "${name}=${better.labels.join()}" to the input runners`
    }),
  )
}

function isRunBy(platform: Platform, labels: readonly string[]): boolean {
  const machine = machineOf(labels)
  return machine !== undefined && isNative(platform, machine)
}

function names(platforms: readonly Platform[]): string {
  return platforms.map(formatPlatform).join(', ')
}
