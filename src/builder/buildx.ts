import type { Say } from '../system/log.ts'
import type { Run } from '../system/processes.ts'
import type { Tools } from '../system/tools.ts'
import { versionOf } from './engine.ts'
import { formatVersion, newest, parseVersion, satisfies, type Version, type VersionWish } from './version.ts'

/** Which buildx is wanted, and where its releases are: laid out as GitHub has them. */
export type BuildxWish = Readonly<{ version: VersionWish; url: string }>

/** The buildx that builds: docker's own plugin, or a program of ours. */
export type Buildx = Readonly<{ version: string; program?: string }>

export type BuildxWorld = Readonly<{ tools: Tools; run: Run; say: Say }>

export const BUILDX_RELEASES = 'https://github.com/docker/buildx/releases/download'

/** All releases of buildx by their tags, as docker/setup-buildx-action looks them up: GitHub's API counts questions. */
const ALL_RELEASES =
  'https://raw.githubusercontent.com/docker/actions-toolkit/main/.github/buildx-releases.json'

/** A wanted buildx could not be had. */
export class BuildxError extends Error {
  override readonly name = 'BuildxError'
  /** what the user has written */
  readonly wanted: string

  constructor(wanted: string, what: string, cause?: unknown) {
    super(what, { cause })
    this.wanted = wanted
  }
}

/**
 * Gives the installed buildx where it is what is wanted, else one that an earlier job has kept, else downloads it. What
 * has no checksum or another one is not used. Rejects with BuildxError.
 */
export async function ensureBuildx(
  wish: BuildxWish,
  installed: string | undefined,
  world: BuildxWorld,
): Promise<Buildx> {
  const { version: wanted } = wish
  const own = parseVersion(installed ?? '')
  if (installed !== undefined && own && satisfies(own, wanted)) return itself(installed)
  const kept = await world.tools.kept(TOOL)
  const known = wanted.kind === 'latest' ? undefined : newest(versionsOf([...kept.keys()]), wanted)
  const version = known ?? (await findRelease(wish, world.tools))
  const name = formatVersion(version)
  if (installed !== undefined && own && formatVersion(own) === name) return itself(installed)
  const there = kept.get(name.slice(1))
  const program = there ?? (await download(version, wish, world))
  if (there !== undefined) world.say(`buildx ${name} is in the runner's tool cache`)
  return { version: await start(program, name, wish, world), program }

  function itself(version: string): Buildx {
    world.say(`buildx ${version} is installed, and ${wanted.text} is wanted: nothing to download`)
    return { version }
  }
}

const TOOL = 'docker-buildx'

/** The release to download: the one that is named, or the newest of those that the list has. */
async function findRelease({ version: wanted, url }: BuildxWish, { fetchText }: Tools): Promise<Version> {
  if (wanted.kind === 'exact') return wanted.version
  const list = url === BUILDX_RELEASES ? ALL_RELEASES : `${url}/releases.json`
  const text = await fetchText(list).catch((error: unknown) => {
    throw new BuildxError(wanted.text, `there is no list of versions: ${messageOf(error)}`, error)
  })
  const found = newest(versionsOf(tagsIn(text)), wanted)
  if (found !== undefined) return found
  throw new BuildxError(wanted.text, `no version of buildx in ${list} is ${wanted.text}`)
}

/** Downloads a release, and uses it only if its own list of checksums says so. */
async function download(version: Version, wish: BuildxWish, { tools, say }: BuildxWorld): Promise<string> {
  const name = formatVersion(version)
  const folder = `${wish.url}/${name}`
  const file = `buildx-${name}.${suffixFor(tools.machine)}`
  try {
    const checksum = checksumOf(file, await tools.fetchText(`${folder}/checksums.txt`))
    if (checksum === undefined)
      throw new Error(
        `${folder}/checksums.txt does not name ${file}, and what nobody vouches for is not used`,
      )
    const tool = { name: TOOL, version: name.slice(1) }
    const program = await tools.fetchProgram(`${folder}/${file}`, checksum, tool)
    say(`downloaded buildx ${name} from ${folder}, and its checksum is right`)
    return program
  } catch (error: unknown) {
    throw new BuildxError(wish.version.text, `buildx ${name} cannot be used: ${messageOf(error)}`, error)
  }
}

/** What a program says that it is, once it has started: a file system may forbid that. */
async function start(program: string, name: string, wish: BuildxWish, { run }: BuildxWorld): Promise<string> {
  try {
    const { code, stdout, stderr } = await run(program, ['version'])
    if (code === 0) return versionOf(stdout)
    throw new Error(stderr.trim() || `exit code ${code}`)
  } catch (error: unknown) {
    const what = `buildx ${name} does not start as ${program}: ${messageOf(error)}`
    throw new BuildxError(wish.version.text, what, error)
  }
}

/** Tags, in docker's own list of releases (an object by tag), in an answer of GitHub's API (a list), or simply listed. */
function tagsIn(text: string): readonly string[] {
  try {
    const json: unknown = JSON.parse(text)
    const releases: readonly unknown[] = typeof json === 'object' && json !== null ? Object.values(json) : []
    return releases.map((release) =>
      typeof release === 'object' && release !== null && 'tag_name' in release
        ? String(release.tag_name)
        : String(release),
    )
  } catch {
    return []
  }
}

function versionsOf(tags: readonly string[]): readonly Version[] {
  return tags.flatMap((tag) => parseVersion(tag) ?? [])
}

/** A line of sha256sum: the checksum, a space, a space or an asterisk, the name. */
function checksumOf(file: string, text: string): string | undefined {
  const lines = text.split('\n').map((line) => /^([0-9a-f]{64}) [ *](.+?)\r?$/i.exec(line))
  return lines.find((line) => line?.[2] === file)?.[1]?.toLowerCase()
}

/** How buildx's releases call a machine; they vouch for programs for Linux only. */
function suffixFor({ platform, architecture }: Tools['machine']): string {
  return `${platform}-${ARCHITECTURES[architecture] ?? architecture}`
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm: 'arm-v7', ppc64: 'ppc64le' }

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
