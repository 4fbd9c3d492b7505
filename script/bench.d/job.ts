import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { openJob, type StepResult } from '../../__tests__/runs/as-a-runner.ts'
import { comparePairs, heading, median, row } from './pairs.ts'
import { noting, readTimeline } from './timeline.ts'

const { RIG_REGISTRY, RIG_BASE_IMAGE, RIG_BINFMT_IMAGE = '', RIG_BUILDKIT_IMAGE = '' } = process.env
const PLATFORMS = 'linux/amd64,linux/arm64,linux/s390x'
const ROUNDS = 10
const execute = promisify(execFile)
const CONTEXT = 'examples/hello'
const stages = new Map<string, number[]>()

heading(`Whole job, main and post: ${PLATFORMS}, no emulators at the start`)
await comparePairs(
  { name: 'one step of ours', run: ours },
  { name: 'three steps of plain commands', run: theirs },
  ROUNDS,
)
heading('Stage by stage (ours overlap)')
for (const [name, times] of stages) row(name, times)
// Nobody can do without these commands or begin one before the other: only emulators can be installed meanwhile.
const needed = ['theirs: setup-buildx', 'theirs: build-push', 'theirs: setup-buildx, post'].map(medianOf)
const all = sum(needed) + medianOf('theirs: setup-qemu')
console.log(`\nBuilder, build and removal alone are ${(sum(needed) / all).toFixed(2)} of the plain commands`)
console.log('\nOne more run of ours, command by command: begin and end in ms')
for (const line of await timeline()) console.log(line)

async function ours(): Promise<number> {
  await removeEmulators()
  await using job = await openJob()
  const main = await step(job)
  const metadata = JSON.parse(await readFile(main.outputs['metadata-file'] ?? '', 'utf8'))
  for (const { name, seconds } of metadata.stages) note(`ours: ${name}`, seconds * 1000)
  const post = await job.post(main)
  note('ours: main, as a process', main.milliseconds)
  note('ours: post, as a process', post.milliseconds)
  return main.milliseconds + post.milliseconds
}

async function step(job: Awaited<ReturnType<typeof openJob>>, env = {}): Promise<StepResult> {
  const main = await job.main({
    env,
    inputs: {
      ...{ platforms: PLATFORMS, tags: `${RIG_REGISTRY}/bench/ours:latest`, context: CONTEXT },
      ...{ 'build-args': buildArgument(), 'driver-opts': 'network=host', 'no-cache': 'true' },
      ...{ 'binfmt-image': RIG_BINFMT_IMAGE, 'buildkit-image': RIG_BUILDKIT_IMAGE },
    },
  })
  if (main.code !== 0) throw new Error(main.log)
  return main
}

/**
 * What docker/setup-qemu-action v4, setup-buildx-action v4 and build-push-action v7 have docker do, as their sources
 * have it; without their questions for versions, which are for the log, and the time their own programs take to load.
 */
async function theirs(): Promise<number> {
  await removeEmulators()
  const image = RIG_BINFMT_IMAGE
  const binfmt = ['run', '--rm', '--privileged', image]
  const name = 'bench-theirs'
  const opts = ['--driver-opt', 'network=host', '--driver-opt', `image=${RIG_BUILDKIT_IMAGE}`]
  const metadata = join(tmpdir(), 'bench-theirs.json')
  const total =
    (await timed('theirs: setup-qemu', [
      ...[
        ['pull', image],
        ['image', 'inspect', image],
      ],
      ...[[...binfmt, '--version'], [...binfmt, '--install', 'arm64,s390x'], binfmt],
    ])) +
    (await timed('theirs: setup-buildx', [
      ['buildx', 'create', '--name', name, '--driver', 'docker-container', ...opts],
      ['buildx', 'inspect', '--bootstrap', '--builder', name],
      ['buildx', 'inspect', name],
    ])) +
    (await timed('theirs: build-push', [
      [
        ...['buildx', 'build', '--builder', name, '--platform', PLATFORMS, '--no-cache', '--push'],
        ...['--build-arg', buildArgument(), '--metadata-file', metadata],
        ...['--tag', `${RIG_REGISTRY}/bench/theirs:latest`, CONTEXT],
      ],
    ])) +
    (await timed('theirs: setup-buildx, post', [['buildx', 'rm', name]]))
  await rm(metadata)
  return total
}

/** Runs commands one after the other; the milliseconds they take together. */
async function timed(name: string, commands: readonly (readonly string[])[]): Promise<number> {
  const started = performance.now()
  for (const command of commands) await docker(...command)
  const milliseconds = performance.now() - started
  note(name, milliseconds)
  return milliseconds
}

async function timeline(): Promise<readonly string[]> {
  await removeEmulators()
  await using job = await openJob()
  const file = join(job.temporary, 'timeline')
  const env = noting(file)
  await job.post(await step(job, env), env)
  return await readTimeline(file)
}

async function removeEmulators(): Promise<void> {
  await docker('run', '--rm', '--privileged', RIG_BINFMT_IMAGE, '--uninstall', 'qemu-*')
}

async function docker(...args: readonly string[]): Promise<void> {
  await execute('docker', args)
}

function note(name: string, milliseconds: number): void {
  stages.set(name, [...(stages.get(name) ?? []), milliseconds])
}

function medianOf(stage: string): number {
  return median(stages.get(stage) ?? [])
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0)
}

function buildArgument(): string {
  return `BASE=${RIG_BASE_IMAGE}`
}
