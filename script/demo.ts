import { execFileSync } from 'node:child_process'
import process from 'node:process'
import { openJob } from '../__tests__/runs/as-a-runner.ts'

const { RIG_REGISTRY, RIG_BASE_IMAGE, RIG_BINFMT_IMAGE, RIG_BUILDKIT_IMAGE } = process.env
const tag = `${RIG_REGISTRY}/demo/hello:latest`

await using job = await openJob()
console.log(`\nBuilding examples/hello for three platforms, into ${tag}\n`)
const main = await job.main({
  inputs: {
    platforms: 'linux/amd64,linux/arm64,linux/s390x',
    tags: tag,
    context: 'examples/hello',
    'build-args': `BASE=${RIG_BASE_IMAGE}`,
    'driver-opts': 'network=host',
    'binfmt-image': RIG_BINFMT_IMAGE ?? '',
    'buildkit-image': RIG_BUILDKIT_IMAGE ?? '',
  },
})
console.log(main.log)
if (main.code === 0) {
  for (const platform of (main.outputs['platforms'] ?? '').split(',')) show(platform)
}
const post = await job.post(main)
console.log(`\n${post.log}`)
process.exitCode = main.code || post.code || 0

/** Pulls and runs one platform's image, as its users would. */
function show(platform: string): void {
  const args = ['run', '--rm', '--quiet', '--pull', 'always', '--platform', platform, tag]
  console.log(`\n$ docker ${args.join(' ')}`)
  console.log(execFileSync('docker', args).toString().trimEnd())
}
