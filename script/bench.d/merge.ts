import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { fakeRegistry } from '../../__tests__/fakes/registry.ts'
import { openJob } from '../../__tests__/runs/as-a-runner.ts'
import { type Digest, digestOf } from '../../src/image/digest.ts'
import { manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { openDistance } from './distance.ts'
import { comparePairs, heading } from './pairs.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 5)
const ROUND_TRIPS = [0, 20, 50]
const ARCHITECTURES = ['amd64', 'arm64', 's390x']
const LAYERS = 8
const TAGS = 3
const execute = promisify(execFile)

for (const attested of [false, true]) for (const roundTrip of ROUND_TRIPS) await compare(roundTrip, attested)

/** The same registry, the same distance and fresh tags for everybody; each is a process of its own. */
async function compare(roundTrip: number, attested: boolean): Promise<void> {
  using distance = await openDistance(roundTrip)
  const host = `127.0.0.1:${distance.port}`
  await using fake = await fakeRegistry({ auth: 'bearer', realm: `http://${host}/token` })
  distance.to(Number(fake.host.split(':')[1]))
  const app = `${host}/octo/app`
  const sources = ARCHITECTURES.map((architecture) => `${app}@${push(fake, architecture, attested)}`)
  await using docker = await dockerFolder(host, fake.login)
  let runs = 0
  let requests = 0

  const freshTags = () => {
    runs += 1
    requests = fake.requests.length
    return Array.from({ length: TAGS }, (_, number) => `${app}:1.${runs}.${number}`)
  }
  /** Milliseconds; what it makes is looked at. */
  const timed = async (name: string, tags: readonly string[], work: () => Promise<unknown>) => {
    const started = performance.now()
    await work()
    const taken = performance.now() - started
    if (runs <= 2) console.log(`  ${name}: ${fake.requests.length - requests} requests`)
    for (const tag of tags)
      if (!fake.manifest(tag.slice(host.length + 1))) throw new Error(`${name} made no ${tag}`)
    return taken
  }
  const run = (program: string, ...args: readonly string[]) =>
    execute(program, args, { env: { ...process.env, ...docker.env } })

  const ours = {
    name: 'mode: merge',
    run: async () => {
      await using job = await openJob()
      const tags = freshTags()
      const inputs = { mode: 'merge', sources: sources.join('\n'), tags: tags.join('\n') }
      return await timed('ours', tags, async () => {
        const main = await job.main({ inputs, env: docker.env })
        if (main.code !== 0) throw new Error(main.log)
      })
    },
  }
  const others: Readonly<Record<string, (tags: readonly string[]) => Promise<unknown>>> = {
    'docker buildx imagetools create': (tags) =>
      run('docker', 'buildx', 'imagetools', 'create', ...tags.flatMap((tag) => ['-t', tag]), ...sources),
    'crane index append, crane tag': async ([first = '', ...more]) => {
      await run('crane', 'index', 'append', '-t', first, ...sources.flatMap((source) => ['-m', source]))
      for (const tag of more) await run('crane', 'tag', first, tag.replace(/^.*:/, ''))
    },
    'regctl index create, regctl image copy': async ([first = '', ...more]) => {
      await run('regctl', 'index', 'create', first, ...sources.flatMap((source) => ['--ref', source]))
      for (const tag of more) await run('regctl', 'image', 'copy', first, tag)
    },
  }
  const kind = attested ? 'attested' : 'plain'
  for (const [name, work] of Object.entries(others)) {
    runs = 0
    heading(`${ARCHITECTURES.length} ${kind} images, ${TAGS} tags, ${roundTrip} ms round trip`)
    const theirs = {
      name,
      run: () => {
        const tags = freshTags()
        return timed(name, tags, () => work(tags))
      },
    }
    await comparePairs(ours, theirs, ROUNDS)
  }
  fake.violations.length = 0 // Others are not held to our rules.
}

type Fake = Awaited<ReturnType<typeof fakeRegistry>>

/** What a build of one platform leaves: its image, or an index of it and its attestation. */
function push(fake: Fake, architecture: string, attested: boolean): Digest {
  const platform = { os: 'linux', architecture }
  const image = pushManifest(fake, {
    ...platform,
    rootfs: { type: 'layers', diff_ids: diffIds(architecture) },
  })
  if (!attested) return image.digest
  const proof = pushManifest(fake, { architecture: 'unknown', os: 'unknown', of: architecture })
  const annotations = {
    'vnd.docker.reference.digest': image.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  }
  const manifests = [
    { ...image, platform },
    { ...proof, annotations, platform: { os: 'unknown', architecture: 'unknown' } },
  ]
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }))
  return fake.hold(bytes, OCI_INDEX, 'octo/app')
}

function pushManifest(fake: Fake, config: object) {
  const blob = (text: string, mediaType: string) => {
    const bytes = Buffer.from(text)
    return { mediaType, digest: fake.holdBlob('octo/app', bytes), size: bytes.length }
  }
  const text = JSON.stringify(config)
  const layers = Array.from({ length: LAYERS }, (_, number) =>
    blob(`layer ${number} of ${text}`, 'application/vnd.oci.image.layer.v1.tar+gzip'),
  )
  const json = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: blob(text, 'application/vnd.oci.image.config.v1+json'),
    layers,
  }
  const { digest, bytes, mediaType } = manifestOf(OCI_MANIFEST, Buffer.from(JSON.stringify(json)))
  fake.hold(bytes, mediaType, 'octo/app')
  return { mediaType, digest, size: bytes.length }
}

function diffIds(name: string): readonly Digest[] {
  return Array.from({ length: LAYERS }, (_, number) => digestOf(Buffer.from(`${name} ${number}`)))
}

/** Where everybody finds the login, and docker its buildx. */
async function dockerFolder(host: string, { username, password }: { username: string; password: string }) {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-bench-'))
  const bench = process.env['DOCKER_CONFIG']
  const plugins = bench ? { cliPluginsExtraDirs: [join(resolve(bench), 'cli-plugins')] } : {}
  const auths = { [host]: { auth: btoa(`${username}:${password}`) } }
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths, ...plugins }))
  const hosts = { [host]: { tls: 'disabled', hostname: host, user: username, pass: password } }
  await writeFile(join(folder, 'regctl.json'), JSON.stringify({ hosts }))
  return {
    env: { DOCKER_CONFIG: folder, REGCTL_CONFIG: join(folder, 'regctl.json') },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
