import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { parseArgs, promisify } from 'node:util'
import { openFront } from '../../__tests__/e2e/front.ts'
import { type TokenRegistry, tokenRegistry } from '../../__tests__/e2e/token-registry.ts'
import { openClient } from '../../__tests__/fakes/client.ts'
import { openJob } from '../../__tests__/runs/as-a-runner.ts'
import type { Digest } from '../../src/image/digest.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { openDistance } from './distance.ts'
import { type Contender, compareAll, heading } from './pairs.ts'
import { seedBuild } from './seed.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const ROUND_TRIPS = [0, 20, 50]
const ARCHITECTURES = ['amd64', 'arm64', 's390x']
const TAGS = 3
const execute = promisify(execFile)

for (const attested of [false, true]) for (const roundTrip of ROUND_TRIPS) await compare(roundTrip, attested)

/** The same registry with tokens, the same distance and fresh tags for everybody; each is a process of its own. */
async function compare(roundTrip: number, attested: boolean): Promise<void> {
  using distance = await openDistance(roundTrip)
  const host = `127.0.0.1:${distance.port}`
  await using registry = await tokenRegistry({ realm: `http://${host}/token` })
  let asked = 0
  // One address for both, for crane believes no token server on another port of loopback.
  const placeOf = (path: string) => (path.startsWith('/token') ? registry.tokenHost : registry.host)
  await using front = await openFront(placeOf, ({ passOn }) => {
    asked += 1
    passOn()
  })
  distance.to(front.port)
  const { username, password } = registry
  await using client = openClient({ credential: { kind: 'login', username, password } })
  const place = { registry: host, path: 'octo/app' }
  const digests: Digest[] = []
  for (const architecture of ARCHITECTURES)
    digests.push(await seedBuild(client.registry, place, { architecture, attested }))
  await using docker = await dockerFolder(host, registry)
  const kind = attested ? 'attested' : 'plain'
  heading(`${ARCHITECTURES.length} ${kind} images, ${TAGS} tags, tokens, ${roundTrip} ms round trip`)
  const [ours, ...others] = contenders(`${host}/octo/app`, digests, {
    env: docker.env,
    asked: () => asked,
    client: client.registry,
  })
  if (ours) await compareAll(ours, others, Number(values.rounds))
}

type Scene = Readonly<{ env: Readonly<Record<string, string>>; asked: () => number; client: Registry }>

/** Ours first. What each makes is looked at, and how often it asks is said once. */
function contenders(
  app: string,
  digests: readonly Digest[],
  { env, asked, client }: Scene,
): readonly Contender[] {
  const sources = digests.map((digest) => `${app}@${digest}`)
  const run = (program: string, ...args: readonly string[]) =>
    execute(program, args, { env: { ...process.env, ...env } })
  const works: Readonly<Record<string, (tags: readonly string[]) => Promise<unknown>>> = {
    'mode: merge': async (tags) => {
      await using job = await openJob()
      const inputs = { mode: 'merge', sources: sources.join('\n'), tags: tags.join('\n') }
      const main = await job.main({ inputs, env })
      if (main.code !== 0) throw new Error(main.log)
    },
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
    'oras manifest index create': ([first = '', ...more]) => {
      const names = [first, ...more.map((tag) => tag.replace(/^.*:/, ''))].join(',')
      return run('oras', 'manifest', 'index', 'create', '--plain-http', names, ...digests)
    },
  }
  let runs = 0
  return Object.entries(works).map(([name, work]) => {
    let told = false
    return {
      name,
      run: async () => {
        runs += 1
        const tags = Array.from({ length: TAGS }, (_, number) => `1.${runs}.${number}`)
        const before = asked()
        const started = performance.now()
        await work(tags.map((tag) => `${app}:${tag}`))
        const taken = performance.now() - started
        if (!told) console.log(`  ${name}: ${asked() - before} requests`)
        told = true
        await mustBeThere(app, tags, client)
        return taken
      },
    }
  })
}

async function mustBeThere(app: string, tags: readonly string[], client: Registry): Promise<void> {
  const [registry = '', ...path] = app.split('/')
  const heads = await Promise.all(tags.map((tag) => client.head({ registry, path: path.join('/'), tag })))
  const digests = new Set(heads.map((head) => head?.digest))
  if (digests.size !== 1 || digests.has(undefined)) throw new Error(`${app} has not one image under ${tags}`)
}

/** Where everybody finds the login, and docker its buildx. */
async function dockerFolder(host: string, { username, password }: TokenRegistry) {
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
