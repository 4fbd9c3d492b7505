import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { openClient } from '../../__tests__/fakes/client.ts'
import { openJob } from '../../__tests__/runs/as-a-runner.ts'
import { digestOf } from '../../src/image/digest.ts'
import { type Descriptor, type Manifest, manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { comparePairs, heading } from './pairs.ts'

const { RIG_REGISTRY = '', RIG_REGISTRY_OLD = '' } = process.env
const MEGABYTES = Number(process.env['MEGABYTES'] ?? 1000)
const ROUNDS = Number(process.env['ROUNDS'] ?? 3)
const ARCHITECTURES = ['amd64', 'arm64', 's390x']
const LAYERS = 12

const memory = new Map<string, number>()
const run = `${process.pid}-${Date.now()}`
const repository = { registry: RIG_REGISTRY, path: `bench/copy-${run}` }
const source = `${RIG_REGISTRY}/${repository.path}:source`
let copies = 0

await seed()
const others: Readonly<Record<string, (to: string) => readonly string[]>> = {
  'crane copy': (to) => ['crane', 'copy', source, to],
  'regctl image copy': (to) => ['regctl', 'image', 'copy', source, to],
  'skopeo copy --all': (to) => [
    ...['skopeo', 'copy', '--all', '--quiet', '--src-tls-verify=false', '--dest-tls-verify=false'],
    ...[`docker://${source}`, `docker://${to}`],
  ],
}
for (const [name, command] of Object.entries(others)) {
  heading(
    `${MEGABYTES} MB of ${ARCHITECTURES.length} platforms with ${LAYERS} layers each, to another registry`,
  )
  await comparePairs(
    { name: 'mode: promote', run: ours },
    { name, run: () => follow(name, command(fresh())) },
    ROUNDS,
  )
}
for (const [name, kilobytes] of memory)
  console.log(`${name.padEnd(32)}at most ${Math.round(kilobytes / 1024)} MiB resident`)

function fresh(): string {
  copies += 1
  return `${RIG_REGISTRY_OLD}/bench/copy-${run}-${copies}:1`
}

async function ours(): Promise<number> {
  await using job = await openJob()
  const inputs = { mode: 'promote', source, tags: fresh() }
  let stop = () => {}
  const main = await job.main({
    inputs,
    meanwhile: ({ pid }) => {
      stop = watch('mode: promote', pid)
    },
  })
  stop()
  if (main.code !== 0) throw new Error(main.log)
  return main.milliseconds
}

async function follow(name: string, [program = '', ...args]: readonly string[]): Promise<number> {
  const started = performance.now()
  const child = spawn(program, args, { stdio: 'ignore' })
  const stop = watch(name, child.pid ?? 0)
  const code = await new Promise((done) => child.on('close', done))
  stop()
  if (code !== 0) throw new Error(`${name} ended with ${code}`)
  return performance.now() - started
}

/** Notes the most memory that a process ever had resident, as the kernel counts it. */
function watch(name: string, pid: number): () => void {
  const timer = setInterval(() => {
    try {
      const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
      memory.set(name, Math.max(memory.get(name) ?? 0, Number(kilobytes ?? 0)))
    } catch {
      // It has ended.
    }
  }, 20)
  return () => clearInterval(timer)
}

/** Puts an image of random bytes where all copy it from. */
async function seed(): Promise<void> {
  await using client = openClient()
  const { registry } = client
  const size = Math.floor((MEGABYTES * 1_000_000) / ARCHITECTURES.length / LAYERS)
  const put = async (bytes: Uint8Array, mediaType: string): Promise<Descriptor> => {
    const blob = { mediaType, digest: digestOf(bytes), size: bytes.length }
    await registry.putBlob(repository, blob, () => Promise.resolve(inOne(bytes)))
    return blob
  }
  const name = async (manifest: Manifest, tag?: string) => {
    const { digest } = manifest
    await registry.put(tag ? { ...repository, tag } : { ...repository, digest }, manifest)
    return { mediaType: manifest.mediaType, digest, size: manifest.bytes.length }
  }
  const manifests: object[] = []
  for (const architecture of ARCHITECTURES) {
    const platform = { os: 'linux', architecture }
    const config = await put(
      Buffer.from(JSON.stringify(platform)),
      'application/vnd.oci.image.config.v1+json',
    )
    const layers: Descriptor[] = []
    for (let number = 0; number < LAYERS; number++)
      layers.push(await put(randomBytes(size), 'application/vnd.oci.image.layer.v1.tar+gzip'))
    const json = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers }
    manifests.push({ ...(await name(manifestOf(OCI_MANIFEST, Buffer.from(JSON.stringify(json))))), platform })
  }
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests }
  await name(manifestOf(OCI_INDEX, Buffer.from(JSON.stringify(index))), 'source')
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}
