import { join } from 'node:path'
import type { Files } from '../system/files.ts'
import { type Processes, ProgramMissing } from '../system/processes.ts'

/** Where docker looks for plugins beside the user's folder, in its order (docker/cli, cli-plugins/manager). */
export const PLUGIN_FOLDERS = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
] as const

/** The buildx that `docker buildx` would start, or undefined where docker knows better than we do. */
export async function findPlugin(dockerFolder: string, files: Files): Promise<string | undefined> {
  const extra = extraFolders(await files.read(join(dockerFolder, 'config.json')))
  const places = [...extra, join(dockerFolder, 'cli-plugins'), ...PLUGIN_FOLDERS].map((folder) =>
    join(folder, 'docker-buildx'),
  )
  const there = await Promise.all(places.map((place) => files.exists(place)))
  return places.find((_, index) => there[index])
}

/**
 * Starts buildx itself for `docker buildx …`: docker starts it twice, the first time only to ask whether it is a
 * plugin, and that is more than half of the time a short command takes.
 */
export function direct(processes: Processes, plugin: Promise<string | undefined>): Processes {
  return {
    run: (program, args, options) => shorten(program, args, (...short) => processes.run(...short, options)),
    follow: (program, args, options) =>
      shorten(program, args, (...short) => processes.follow(...short, options)),
  }

  async function shorten<T>(
    program: string,
    args: readonly string[],
    start: (program: string, args: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const binary = program === 'docker' && args[0] === 'buildx' ? await plugin : undefined
    if (binary === undefined) return await start(program, args)
    return await start(binary, args.slice(1)).catch((error: unknown) => {
      if (error instanceof ProgramMissing) return start(program, args)
      throw error
    })
  }
}

function extraFolders(config: string | undefined): readonly string[] {
  try {
    const { cliPluginsExtraDirs }: { cliPluginsExtraDirs?: unknown } = JSON.parse(config ?? '{}')
    return Array.isArray(cliPluginsExtraDirs) ? cliPluginsExtraDirs.map(String) : []
  } catch {
    return []
  }
}
