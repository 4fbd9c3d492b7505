import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { openJob } from '../../__tests__/runs/as-a-runner.ts'
import { comparePairs, heading } from './pairs.ts'

const { RIG_REGISTRY, RIG_BASE_IMAGE, RIG_BINFMT_IMAGE = '', RIG_BUILDKIT_IMAGE = '' } = process.env
const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/s390x']
const ROUNDS = 9
const repository = `${RIG_REGISTRY}/bench/matrix`
const execute = promisify(execFile)
let round = 0

const parts: { digest: string; record: string }[] = []
for (const platform of PLATFORMS) parts.push(await build(platform))

heading('The job that merges: 3 parts with provenance into 2 tags')
await comparePairs(
  { name: 'mode merge, main and post', run: ours },
  { name: 'buildx create, imagetools create and inspect', run: theirs },
  ROUNDS,
)

/** A part as a job of the matrix leaves it; both merge the same ones. */
async function build(platform: string) {
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

async function ours(): Promise<number> {
  await using job = await openJob()
  const main = await job.main({
    inputs: {
      ...{ mode: 'merge', platforms: PLATFORMS.join(',') },
      ...{ tags: tags('ours').join(','), records: parts.map(({ record }) => record).join('\n') },
    },
  })
  if (main.code !== 0) throw new Error(main.log)
  return main.milliseconds + (await job.post(main)).milliseconds
}

/** The last job of Docker's documented recipe, without artifacts, jq and the time that actions take to load. */
async function theirs(): Promise<number> {
  const names = tags('theirs')
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
function tags(who: string): readonly string[] {
  round += 1
  return [`${repository}:${who}-${round}.0`, `${repository}:${who}-${round}`]
}

async function docker(...args: readonly string[]): Promise<void> {
  await execute('docker', args)
}
