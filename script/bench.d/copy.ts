import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { ownRegistry } from '../../__tests__/e2e/own-registry.ts'
import { openJob } from '../../__tests__/runs/as-a-runner.ts'
import { openDistance } from './distance.ts'
import { type Contender, compareAll, heading, row } from './pairs.ts'
import { seedImage } from './seed.ts'
import { type Usage, watchUsage } from './usage.ts'

const MB = 1_000_000
const MIB = 1024 * 1024

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1000' },
    'far-size': { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
  },
})
const rounds = Number(values.rounds)

await using near = await ownRegistry()
await using regctl = await regctlSettings()

// Near, what counts is the processor: both ends and whoever copies share it. Far, it is how few ways are waited for.
await compare(0, Number(values.size))
for (const roundTrip of [20, 50]) await compare(roundTrip, Number(values['far-size']))

type Work = (to: string) => Promise<readonly [milliseconds: number, usage: Usage]>

/** Both registries are as far away. */
async function compare(roundTrip: number, megabytes: number): Promise<void> {
  const repository = { registry: near.host, path: `bench/copy-${megabytes}` }
  const tag = await seedImage(repository, megabytes * MB)
  using distance = await openDistance(roundTrip)
  distance.to(portOf(near.host))
  const host = roundTrip === 0 ? near.host : `127.0.0.1:${distance.port}`
  const source = `${host}/${repository.path}:${tag}`
  const usages = new Map<string, Usage[]>()
  const contender = (name: string, work: Work): Contender => ({
    name,
    run: async () => {
      const [milliseconds, usage] = await copy(host, roundTrip, work)
      usages.set(name, [...(usages.get(name) ?? []), usage])
      return milliseconds
    },
  })
  heading(`${megabytes} MB, 3 platforms of 12 layers, ${roundTrip} ms round trip`)
  await compareAll(
    contender('mode: promote', (to) => ours(source, to)),
    [
      contender('crane copy', (to) => theirs(['crane', 'copy', source, to])),
      contender('regctl image copy', (to) => theirs(['regctl', 'image', 'copy', source, to])),
      contender('skopeo copy --all', (to) => {
        const plain = ['--src-tls-verify=false', '--dest-tls-verify=false']
        return theirs([
          'skopeo',
          'copy',
          '--all',
          '--quiet',
          ...plain,
          `docker://${source}`,
          `docker://${to}`,
        ])
      }),
    ],
    rounds,
  )
  heading('Processor time')
  for (const [name, all] of usages)
    row(
      name,
      all.map(({ processor }) => processor),
    )
  console.log('\nMemory, at most resident')
  for (const [name, all] of usages)
    console.log(`${name.padEnd(44)}${Math.round(Math.max(...all.map(({ memory }) => memory)) / MIB)} MiB`)
}

/** A registry of its own for every copy: skopeo remembers where it has brought what, and would mount it from there. */
async function copy(from: string, roundTrip: number, work: Work): ReturnType<Work> {
  await using far = await ownRegistry()
  using distance = await openDistance(roundTrip)
  distance.to(portOf(far.host))
  const host = roundTrip === 0 ? far.host : `127.0.0.1:${distance.port}`
  await regctl.allow(from, host)
  return await work(`${host}/bench/copy:1`)
}

function portOf(host: string): number {
  return Number(host.split(':')[1])
}

async function ours(source: string, to: string): ReturnType<Work> {
  await using job = await openJob()
  let seen = () => ({ memory: 0, processor: 0 })
  const main = await job.main({
    inputs: { mode: 'promote', source, tags: to },
    meanwhile: ({ pid }) => {
      seen = watchUsage(pid)
    },
  })
  if (main.code !== 0) throw new Error(main.log)
  return [main.milliseconds, seen()]
}

async function theirs([file = '', ...args]: readonly string[]): ReturnType<Work> {
  const started = performance.now()
  const child = spawn(file, args, { stdio: 'ignore', env: { ...process.env, ...regctl.env } })
  const seen = watchUsage(child.pid ?? 0)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${file} ended with ${code}`)
  return [performance.now() - started, seen()]
}

/** regctl alone has to be told that loopback speaks plain HTTP. */
async function regctlSettings() {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-bench-'))
  const file = join(folder, 'regctl.json')
  return {
    env: { REGCTL_CONFIG: file },
    allow: async (...hosts: readonly string[]) => {
      const plain = hosts.map((hostname) => [hostname, { tls: 'disabled', hostname }])
      await writeFile(file, JSON.stringify({ hosts: Object.fromEntries(plain) }))
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
