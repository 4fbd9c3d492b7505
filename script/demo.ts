import { execFileSync } from 'node:child_process'
import process from 'node:process'
import { containerdEngine, noSecondEngine } from '../__tests__/e2e/second-engine.ts'
import { openJob } from '../__tests__/runs/as-a-runner.ts'

const { RIG_REGISTRY, RIG_BASE_IMAGE, RIG_BINFMT_IMAGE, RIG_BUILDKIT_IMAGE } = process.env
const tag = `${RIG_REGISTRY}/demo/hello:latest`

/** Where no image of BuildKit can be had, that in an engine builds: one of our own, as the one here may have the old image store. */
await using engine = RIG_BUILDKIT_IMAGE || noSecondEngine ? undefined : await containerdEngine()
const builder = RIG_BUILDKIT_IMAGE
  ? { 'driver-opts': 'network=host', 'buildkit-image': RIG_BUILDKIT_IMAGE }
  : { driver: 'docker' }

await using job = await openJob()
console.log(`\nBuilding examples/hello for three platforms, into ${tag}\n`)
const main = await job.main({
  inputs: {
    platforms: 'linux/amd64,linux/arm64,linux/s390x',
    tags: tag,
    context: 'examples/hello',
    'build-args': `BASE=${RIG_BASE_IMAGE}`,
    'binfmt-image': RIG_BINFMT_IMAGE ?? '',
    ...builder,
  },
  ...(engine && { env: engine.env }),
})
console.log(main.log)
if (main.code === 0) {
  for (const platform of (main.outputs['platforms'] ?? '').split(',')) show(platform)
}
const post = await job.post(main, engine?.env)
console.log(`\n${post.log}`)
process.exitCode = main.code || post.code || 0

/** Pulls and runs one platform's image, as its users would. */
function show(platform: string): void {
  const args = ['run', '--rm', '--quiet', '--pull', 'always', '--platform', platform, tag]
  console.log(`\n$ docker ${args.join(' ')}`)
  console.log(execFileSync('docker', args).toString().trimEnd())
}
