import { createHash } from 'node:crypto'
import { chmod, copyFile, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** Programs that are fetched when somebody wants them, and kept for later jobs where the runner keeps any. */
export type Tools = Readonly<{
  /** this machine, as node names it: `linux` and `x64` */
  machine: Readonly<{ platform: string; architecture: string }>
  /** The programs of a tool that earlier jobs have kept, by their versions. */
  kept: (tool: string) => Promise<ReadonlyMap<string, string>>
  /** What a small file says. Rejects with DownloadError. */
  fetchText: (url: string) => Promise<string>
  /** Fetches a program and keeps it; gives its path. Rejects with DownloadError, and with ChecksumError before anything is kept. */
  fetchProgram: (url: string, sha256: string, tool: Tool) => Promise<string>
}>

export type Tool = Readonly<{ name: string; version: string }>

/** Something could not be downloaded. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError'
  readonly url: string
  /** what the server answered, where it answered */
  readonly status: number | undefined

  constructor(url: string, cause: unknown) {
    const status =
      cause instanceof Error && 'httpStatusCode' in cause ? Number(cause.httpStatusCode) : undefined
    const why = cause instanceof Error ? cause.message : String(cause)
    super(status === undefined ? `${url} cannot be reached: ${why}` : `${url} answers HTTP ${status}`, {
      cause,
    })
    this.url = url
    this.status = status
  }
}

/** What was downloaded is not what it should be. */
export class ChecksumError extends Error {
  override readonly name = 'ChecksumError'
  readonly url: string
  readonly expected: string
  readonly found: string

  constructor(url: string, expected: string, found: string) {
    super(`${url} has the SHA-256 ${found}, and should have ${expected}`)
    this.url = url
    this.expected = expected
    this.found = found
  }
}

export type ToolsPlan = Pick<Tools, 'machine'> &
  Readonly<{
    /** the runner's tool cache, in the layout of @actions/tool-cache */
    cache: string
    /** a folder of this run alone */
    folder: string
  }>

/** Downloads are @actions/tool-cache's, with its proxies and tries; it is loaded with the first. */
export function openTools({ machine, cache, folder }: ToolsPlan): Tools {
  let count = 0
  const download = async (url: string): Promise<string> => {
    const { downloadTool } = await import('@actions/tool-cache')
    return await downloadTool(url, join(folder, `download-${count++}`)).catch((error: unknown) => {
      throw new DownloadError(url, error)
    })
  }
  const placeOf = ({ name, version }: Tool) => join(cache, name, version, machine.architecture)
  return {
    machine,
    kept: async (name) => {
      const versions = await readdir(join(cache, name)).catch(() => [])
      const programs = versions.map((version) => [version, join(placeOf({ name, version }), name)] as const)
      const there = await Promise.all(programs.map(([version]) => exists(marker(placeOf({ name, version })))))
      return new Map(programs.filter((_, index) => there[index]))
    },
    fetchText: async (url) => await readFile(await download(url), 'utf8'),
    fetchProgram: async (url, sha256, tool) => {
      const path = await download(url)
      const found = createHash('sha256')
        .update(await readFile(path))
        .digest('hex')
      if (found !== sha256) throw new ChecksumError(url, sha256, found)
      await chmod(path, 0o755)
      // A cache that cannot be written costs later jobs a download, and this one nothing.
      return await keep(path, join(placeOf(tool), tool.name)).catch(() => path)
    },
  }

  /** Whoever runs the same program at this moment keeps what it has: the new one takes its place in one move. */
  async function keep(path: string, place: string): Promise<string> {
    const parent = join(place, '..')
    const ours = `${place}.${basename(folder)}`
    await mkdir(parent, { recursive: true })
    await copyFile(path, ours)
    await rename(ours, place)
    await writeFile(marker(parent), '')
    return place
  }
}

/** What says that a tool's folder is whole. */
function marker(folder: string): string {
  return `${folder}.complete`
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
