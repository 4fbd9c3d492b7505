import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { ownRegistry } from '../../__tests__/e2e/own-registry.ts'
import { openJob } from '../../__tests__/runs/as-a-runner.ts'
import { type Contender, compareAll, heading, row } from './pairs.ts'
import { seedImage } from './seed.ts'
import { type Usage, watchUsage } from './usage.ts'

const MB = 1_000_000
const MIB = 1024 * 1024

const { values } = parseArgs({
  options: { size: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '5' } },
})
const megabytes = Number(values.size)
const usages = new Map<string, Usage[]>()

await using near = await ownRegistry()
await using regctl = await regctlSettings()
const repository = { registry: near.host, path: 'bench/copy' }
const source = `${near.host}/${repository.path}:${await seedImage(repository, megabytes * MB)}`

heading(`${megabytes} MB of 3 platforms with 12 layers each, to another registry`)
const contender = (name: string, work: (to: string) => Promise<[number, Usage]>): Contender => ({
  name,
  run: () => copy(name, work),
})
await compareAll(
  contender('mode: promote', ours),
  [
    contender('crane copy', (to) => theirs(['crane', 'copy', source, to])),
    contender('regctl image copy', (to) => theirs(['regctl', 'image', 'copy', source, to])),
    contender('skopeo copy --all', (to) => {
      const plain = ['--src-tls-verify=false', '--dest-tls-verify=false']
      return theirs(['skopeo', 'copy', '--all', '--quiet', ...plain, `docker://${source}`, `docker://${to}`])
    }),
  ],
  Number(values.rounds),
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

/** A registry of its own for every copy: skopeo remembers where it has brought what, and would mount it from there. */
async function copy(name: string, work: (to: string) => Promise<[number, Usage]>): Promise<number> {
  await using far = await ownRegistry()
  await regctl.allow(near.host, far.host)
  const [milliseconds, usage] = await work(`${far.host}/bench/copy:1`)
  usages.set(name, [...(usages.get(name) ?? []), usage])
  return milliseconds
}

async function ours(to: string): Promise<[number, Usage]> {
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

async function theirs([file = '', ...args]: readonly string[]): Promise<[number, Usage]> {
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
