import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { openJob } from '../../__tests__/runs/as-a-runner.ts'
import { openDistance } from './distance.ts'
import { comparePairs, heading } from './pairs.ts'

const { RIG_REGISTRY = '', RIG_BASE_IMAGE, RIG_BINFMT_IMAGE = '', RIG_BUILDKIT_IMAGE = '' } = process.env
const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/s390x']
const ROUND_TRIPS = [0, 20, 50]
const ROUNDS = Number(process.env['ROUNDS'] ?? 7)
const execute = promisify(execFile)
let round = 0

type Part = Readonly<{ digest: string; record: string }>

for (const roundTrip of ROUND_TRIPS) await compare(roundTrip)

/** A job on a runner has its registry some milliseconds away; at 0 it is only the programs that are compared. */
async function compare(roundTrip: number): Promise<void> {
  using distance = await openDistance(roundTrip)
  distance.to(Number(RIG_REGISTRY.split(':')[1]))
  const repository = `127.0.0.1:${distance.port}/bench/matrix`
  const parts: Part[] = []
  for (const platform of PLATFORMS) parts.push(await build(repository, platform))
  heading(`The job that merges: 3 parts with provenance into 2 tags, ${roundTrip} ms round trip`)
  await comparePairs(
    { name: 'mode merge, main and post', run: () => ours(repository, parts) },
    { name: 'buildx create, imagetools create and inspect', run: () => theirs(repository, parts) },
    ROUNDS,
  )
}

/** A part as a job of the matrix leaves it; both merge the same ones. */
async function build(repository: string, platform: string): Promise<Part> {
  await using job = await openJob()
  const main = await job.main({
    inputs: {
      ...{ mode: 'part', platforms: platform, image: repository, context: 'examples/hello' },
      ...{ 'build-args': `BASE=${RIG_BASE_IMAGE}`, 'driver-opts': 'network=host' },
      ...{ 'binfmt-image': RIG_BINFMT_IMAGE, 'buildkit-image': RIG_BUILDKIT_IMAGE },
    },
  })
  await job.post(main)
  if (main.code !== 0) throw new Error(main.log)
  return { digest: main.outputs['digest'] ?? '', record: main.outputs['record'] ?? '' }
}

async function ours(repository: string, parts: readonly Part[]): Promise<number> {
  await using job = await openJob()
  const main = await job.main({
    inputs: {
      ...{ mode: 'merge', platforms: PLATFORMS.join(',') },
      ...{ tags: tags(repository).join(','), records: parts.map(({ record }) => record).join('\n') },
    },
  })
  if (main.code !== 0) throw new Error(main.log)
  return main.milliseconds + (await job.post(main)).milliseconds
}

/** The last job of Docker's documented recipe, without artifacts, jq and the time that actions take to load. */
async function theirs(repository: string, parts: readonly Part[]): Promise<number> {
  const names = tags(repository)
  const [first = ''] = names
  const started = performance.now()
  const opts = ['--driver-opt', 'network=host', '--driver-opt', `image=${RIG_BUILDKIT_IMAGE}`]
  await docker('buildx', 'create', '--name', 'bench-merge', '--driver', 'docker-container', ...opts)
  await docker('buildx', 'inspect', '--bootstrap', 'bench-merge')
  await docker(
    ...['buildx', 'imagetools', 'create', ...names.flatMap((name) => ['--tag', name])],
    ...parts.map(({ digest }) => `${repository}@${digest}`),
  )
  await docker('buildx', 'imagetools', 'inspect', first)
  await docker('buildx', 'rm', 'bench-merge')
  return performance.now() - started
}

/** New names each time, lest one finds its work done. */
function tags(repository: string): readonly string[] {
  round += 1
  return [`${repository}:1.${round}.0`, `${repository}:1.${round}`]
}

async function docker(...args: readonly string[]): Promise<void> {
  await execute('docker', args)
}
