import { matchesGlob, resolve } from 'node:path'
import type { BuilderSpec } from '../../src/builder/builder.ts'
import type { Entry, World } from '../../src/flows/world.ts'
import { type Artifacts, ArtifactsError } from '../../src/handoff/artifacts.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import type { Files } from '../../src/system/files.ts'
import { type Log, openStages } from '../../src/system/log.ts'
import { type Finished, type Follow, ProgramMissing, type Run } from '../../src/system/processes.ts'
import { openBake } from './bake.ts'
import { openTime } from './clock.ts'
import { nobodyAsks, openRegistry } from './world-registry.ts'

/** How this world differs from one in which everything goes well. */
export type Settings = Readonly<{
  /** the engine's architecture */
  machine?: string
  /** emulators that the kernel has from the beginning, by the kernel's names */
  registered?: readonly string[]
  /** what `docker buildx inspect` lists, a line for each node, where that is not what the kernel has when it boots */
  builderPlatforms?: string
  /** an effect with a gate waits for it before it ends; an effect with a failed gate fails */
  gates?: Readonly<Record<string, Promise<void>>>
  /** programs that end otherwise than well, by their effect */
  ends?: Readonly<Record<string, Partial<Finished>>>
  /** what a build says before it ends, by its effect */
  says?: Readonly<Record<string, readonly string[]>>
  /** whether builds push an index with an attestation, BuildKit's default, or their manifest alone */
  attested?: boolean
  /** bytes that are free on the disk */
  free?: number
  /** files that are there, beside a Dockerfile in the workspace */
  files?: Readonly<Record<string, string>>
  /** what the jobs of this run share, if they share anything */
  artifacts?: Artifacts
}>

/** A builder of our own, as the inputs' defaults have it. */
export const SPEC: BuilderSpec = {
  ...{
    driver: 'docker-container',
    endpoint: '',
    image: 'moby/buildkit:buildx-stable-1',
    imageMirrors: [],
    driverOptions: [],
    flags: '',
  },
  config: { path: '', text: '', registries: { mirrors: [], insecure: [] } },
  ...{ platforms: [], nodes: [], keepState: false, cleanup: true },
}

export function noArtifacts(): ArtifactsError {
  return new ArtifactsError('this runner has no artifact service', { absent: true })
}

/** A world of literals. `did` has every effect in the order in which they began: `boot multiarch-1`, `put …:latest`. */
export function openWorld(settings: Settings = {}) {
  const did: string[] = []
  const notes: Entry[] = []
  const kernel = new Set(settings.registered)
  let driver = 'docker-container'
  const log = openLog()
  const time = openTime()
  const registry = openRegistry(act)
  const bake = openBake({ settings, did, act, read: (path) => files.read(path), write, receive })
  const files = openFiles(
    { '/repo/Dockerfile': 'FROM scratch', ...settings.files },
    kernel,
    settings.free ?? 50_000_000_000,
  )

  const world: World = {
    ...{ files, log, clock: time.clock, stages: openStages(log, time.clock), name: 'multiarch-1' },
    run: (program, args, options) => run(program, args, options),
    explain: (error) => (error instanceof Error ? error.message : String(error)),
    tools: {
      machine: { platform: 'linux', architecture: 'x64' },
      ...{ kept: () => Promise.resolve(new Map()), fetchText: nobodyAsks, fetchProgram: nobodyAsks },
    },
    follow: (program, args, options) => follow(program, args, options),
    registry: async () => {
      if (!did.includes('open registry')) await act('open registry')
      return registry.client
    },
    artifacts: () =>
      settings.artifacts ? Promise.resolve(settings.artifacts) : Promise.reject(noArtifacts()),
    note: (entry) => {
      did.push(`note ${entry.kind}`)
      notes.push(entry)
    },
    places: {
      workspace: '/repo',
      own: '/own',
      job: undefined,
      buildx: '/home/.docker/buildx',
      dockerHost: '',
      tls: undefined,
      certificates: new Map(),
    },
  }
  return { world, did, notes, log, time, registry }

  function receive(platform: string): string {
    return registry.receive(platform, settings.attested ?? true)
  }

  function write(path: string, text: string): Promise<void> {
    return files.write(path, text)
  }

  async function act(effect: string): Promise<void> {
    did.push(effect)
    await settings.gates?.[effect]
  }

  async function run(...[program, args, { onLine } = {}]: Parameters<Run>): Promise<Finished> {
    const effect = effectOf([program, ...args])
    const happening = act(effect)
    onLine?.('#1 at work', 'stderr')
    await happening
    const end = settings.ends?.[effect]
    if (effect.startsWith('create ')) driver = after(args, '--driver')
    if (effect.startsWith('install ') && (end?.code ?? 0) === 0)
      for (const name of effect.slice('install '.length).split(',')) kernel.add(KERNEL_NAMES[name] ?? name)
    return { code: 0, stdout: answerTo(effect, settings, kernel, driver), stderr: '', ...end }
  }

  async function follow(
    ...[program, args, { onLine, signal }]: Parameters<Follow>
  ): Promise<number | undefined> {
    if (program.startsWith('/own/probe-')) return probed(program.slice('/own/probe-'.length))
    if (args[1] === 'bake') return await bake(args, { onLine, signal })
    const effect = effectOf([program, ...args])
    for (const line of settings.says?.[effect] ?? []) onLine(line)
    const stopped = new Promise<void>((done) => signal.addEventListener('abort', () => done()))
    await Promise.race([act(effect), stopped])
    if (signal.aborted) did.push(`stopped ${platformOf(args)}`)
    const code = signal.aborted ? undefined : (settings.ends?.[effect]?.code ?? 0)
    if (code === 0) {
      did.push(`built ${platformOf(args)}`)
      const pushed = receive(platformOf(args))
      await write(after(args, '--metadata-file'), JSON.stringify({ 'containerimage.digest': pushed }))
    }
    return code
  }

  /** A test program: it runs where the kernel has an emulator for it. */
  function probed(architecture: string): number {
    if (kernel.has(KERNEL_NAMES[architecture] ?? '')) return 0
    throw new ProgramMissing(architecture, Object.assign(new Error('spawn ENOEXEC'), { code: 'ENOEXEC' }))
  }
}

/** Lets everything happen that waits for nothing but itself. */
export const settle = () => new Promise<void>((done) => setImmediate(done))

const KERNEL_NAMES: Readonly<Record<string, string>> = {
  arm64: 'qemu-aarch64',
  s390x: 'qemu-s390x',
  arm: 'qemu-arm',
}

/** A command in a few words. */
function effectOf(command: readonly string[]): string {
  const text = command.join(' ')
  if (text.startsWith('docker version')) return 'ask engine'
  if (text.startsWith('docker buildx version')) return 'ask buildx'
  if (text.startsWith('docker buildx create --append'))
    return `give ${after(command, '--platform')} to ${command.at(-1)}`
  if (text.startsWith('docker buildx create') && text.includes(' --append')) return `append ${command.at(-1)}`
  if (text.startsWith('docker buildx create')) return `create ${after(command, '--name')}`
  if (text.startsWith('docker buildx inspect --bootstrap')) return `boot ${command.at(-1)}`
  if (text.startsWith('docker buildx build')) return `build ${platformOf(command)}`
  if (text.startsWith('docker image inspect')) return `look for ${command.at(-1)}`
  if (text.startsWith('docker run') && text.includes(' --install '))
    return `install ${after(command, '--install')}`
  return text
}

function answerTo(
  effect: string,
  { machine = 'amd64', builderPlatforms }: Settings,
  kernel: ReadonlySet<string>,
  driver: string,
): string {
  if (effect === 'ask engine') {
    const Server = { Version: '29.0.1', Os: 'linux', Arch: machine }
    return JSON.stringify({ Client: { Version: '28.2.2', Context: 'default' }, Server })
  }
  if (effect === 'ask buildx') return 'github.com/docker/buildx v0.36.1 5c0d6e6'
  if (effect.startsWith('install ')) return JSON.stringify({ supported: [], emulators: [...kernel] })
  if (effect.startsWith('boot ')) {
    const emulated = Object.entries(KERNEL_NAMES).flatMap(([name, known]) => (kernel.has(known) ? name : []))
    const platforms = builderPlatforms ?? [machine, ...emulated].map((name) => `linux/${name}`).join(', ')
    return inspection(driver, platforms.split('\n'))
  }
  return ''
}

/** What `docker buildx inspect` prints of a builder with these nodes. */
function inspection(driver: string, nodes: readonly string[]): string {
  const each = nodes.map((platforms, place) =>
    [
      `Name: node${place}`,
      `Endpoint: place${place}`,
      'BuildKit version: v0.32.1',
      `Platforms: ${platforms}`,
      '',
    ].join('\n'),
  )
  return ['Name: multiarch-1', `Driver: ${driver}`, '', 'Nodes:', ...each].join('\n')
}

/** Files in memory; the kernel's emulators are among them. */
function openFiles(
  initial: Readonly<Record<string, string>>,
  kernel: ReadonlySet<string>,
  free: number | undefined,
): Files {
  const texts = new Map(Object.entries(initial))
  const handler = (path: string) => {
    const name = /^\/proc\/sys\/fs\/binfmt_misc\/(.*)$/.exec(path)?.[1] ?? ''
    return kernel.has(name) ? `enabled\ninterpreter /usr/bin/${name}\nflags: POCF\noffset 0\n` : undefined
  }
  const exists = (path: string) =>
    [...texts.keys()].some((text) => text === path || text.startsWith(`${path}/`))
  return {
    read: (path) => Promise.resolve(texts.get(path) ?? handler(path)),
    exists: (path) => Promise.resolve(exists(path)),
    list: () => Promise.resolve([]),
    find: (pattern, folder) =>
      Promise.resolve([...texts.keys()].filter((path) => matchesGlob(path, resolve(folder, pattern)))),
    writeProgram: () => Promise.resolve(),
    write: (path, text) => Promise.resolve(void texts.set(path, text)),
    open: () => Promise.reject(new Error('nobody opens files here')),
    save: () => Promise.reject(new Error('nobody saves files here')),
    link: () => Promise.resolve(),
    makeFolder: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    freeSpace: () => Promise.resolve(free),
  }
}

function openLog() {
  const lines: string[] = []
  const groups: { title: string; lines: readonly string[] }[] = []
  const log: Log = {
    line: (text) => lines.push(text),
    warn: (text) => lines.push(`warning: ${text}`),
    group: (title, said) => groups.push({ title, lines: said }),
  }
  return { ...log, lines, groups }
}

function platformOf(command: readonly string[]): string {
  return formatPlatform(parsePlatform(after(command, '--platform')))
}

function after(command: readonly string[], option: string): string {
  return command[command.indexOf(option) + 1] ?? ''
}
