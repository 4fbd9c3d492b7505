import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { promisify } from 'node:util'
import { openJob } from '../../__tests__/runs/as-a-runner.ts'
import { comparePairs, heading, row } from './pairs.ts'

const { RIG_REGISTRY, RIG_BASE_IMAGE, RIG_BINFMT_IMAGE = '', RIG_BUILDKIT_IMAGE = '' } = process.env
const PLATFORMS = 'linux/amd64,linux/arm64,linux/s390x'
const ROUNDS = 7
const execute = promisify(execFile)
const stages = new Map<string, number[]>()

heading(`Whole job, main and post: ${PLATFORMS}, no emulators at the start`)
await comparePairs(
  { name: 'one step of ours', run: ours },
  { name: 'three steps of plain commands', run: theirs },
  ROUNDS,
)
heading('Ours, stage by stage (stages overlap)')
for (const [name, times] of stages) row(name, times)

async function ours(): Promise<number> {
  await removeEmulators()
  await using job = await openJob()
  const main = await job.main({
    inputs: {
      ...{ platforms: PLATFORMS, tags: `${RIG_REGISTRY}/bench/ours:latest`, context: 'examples/hello' },
      ...{ 'build-args': buildArgument(), 'driver-opts': 'network=host', 'no-cache': 'true' },
      ...{ 'binfmt-image': RIG_BINFMT_IMAGE, 'buildkit-image': RIG_BUILDKIT_IMAGE },
    },
  })
  if (main.code !== 0) throw new Error(main.log)
  const metadata = JSON.parse(await readFile(main.outputs['metadata-file'] ?? '', 'utf8'))
  for (const { name, seconds } of metadata.stages) note(name, seconds * 1000)
  const post = await job.post(main)
  note('main, as a process', main.milliseconds)
  note('post, as a process', post.milliseconds)
  return main.milliseconds + post.milliseconds
}

/** What setup-qemu, setup-buildx and build-push do, without the time their own programs take to load. */
async function theirs(): Promise<number> {
  await removeEmulators()
  const started = performance.now()
  const privileged = ['run', '--rm', '--privileged', RIG_BINFMT_IMAGE]
  await docker(...privileged, '--version')
  await docker(...privileged, '--install', 'arm64,s390x')
  await docker(...privileged)
  const opts = ['--driver-opt', 'network=host', '--driver-opt', `image=${RIG_BUILDKIT_IMAGE}`]
  await docker('buildx', 'create', '--name', 'bench-theirs', '--driver', 'docker-container', ...opts)
  await docker('buildx', 'inspect', '--bootstrap', 'bench-theirs')
  const build = ['--platform', PLATFORMS, '--build-arg', buildArgument(), '--no-cache', '--push']
  await docker(
    'buildx',
    'build',
    '--builder',
    'bench-theirs',
    ...build,
    '-t',
    `${RIG_REGISTRY}/bench/theirs:latest`,
    'examples/hello',
  )
  await docker('buildx', 'rm', 'bench-theirs')
  return performance.now() - started
}

async function removeEmulators(): Promise<void> {
  await docker(
    'run',
    '--rm',
    '--privileged',
    RIG_BINFMT_IMAGE,
    '--uninstall',
    'qemu-aarch64,qemu-s390x',
  ).catch(() => {})
}

async function docker(...args: readonly string[]): Promise<void> {
  await execute('docker', args)
}

function note(name: string, milliseconds: number): void {
  stages.set(name, [...(stages.get(name) ?? []), milliseconds])
}

function buildArgument(): string {
  return `BASE=${RIG_BASE_IMAGE}`
}
