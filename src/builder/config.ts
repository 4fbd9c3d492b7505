import { join } from 'node:path'
import type { Files } from '../system/files.ts'

/** The settings that a buildkitd of ours shall have: the user's, by a path or as they are, and registries beside them. */
export type ConfigSpec = Readonly<{ path: string; text: string; registries: RegistrySettings }>

/** What other inputs want of BuildKit's own settings. */
export type RegistrySettings = Readonly<{
  /** mirrors of Docker Hub, in the order to ask them */
  mirrors: readonly string[]
  /** hosts that speak plain HTTP, or TLS that nobody can check */
  insecure: readonly string[]
}>

/** The file of settings that the user has named is not there. */
export class ConfigMissing extends Error {
  override readonly name = 'ConfigMissing'

  constructor(path: string) {
    super(`the input buildkitd-config names ${path}, and there is no such file that can be read`)
  }
}

/** What buildx takes from its folder where nobody names a file; our builders have a folder of their own. */
const DEFAULT_FILE = 'buildkitd.default.toml'

/**
 * The path of the buildkitd.toml to start with, written where it is not simply the user's; undefined for none. Throws
 * ConfigMissing where the user's file cannot be read.
 */
export async function configFor(
  { path, text, registries }: ConfigSpec,
  { folder, usersFolder }: Readonly<{ folder: string; usersFolder: string }>,
  files: Pick<Files, 'read' | 'write'>,
): Promise<string | undefined> {
  const given =
    path === '' ? text || (await files.read(join(usersFolder, DEFAULT_FILE))) : await files.read(path)
  if (given === undefined && path !== '') throw new ConfigMissing(path)
  const whole = withRegistries(given ?? '', registries)
  if (whole === '') return undefined
  if (path !== '' && whole === given?.trim()) return path
  const ours = join(folder, 'buildkitd.toml')
  await files.write(ours, whole)
  return ours
}

/** Adds registries to the text of a buildkitd.toml (buildkit, docs/buildkitd.toml.md). What the text has already, it keeps. */
export function withRegistries(text: string, { mirrors, insecure }: RegistrySettings): string {
  const tables = [
    ...(mirrors.length > 0 ? [table('docker.io', [`mirrors = [${mirrors.map(quote).join(', ')}]`])] : []),
    ...insecure.map((host) => table(host, ['http = true', 'insecure = true'])),
  ]
  const there = new Set(text.split('\n').map((line) => line.trim().replaceAll("'", '"')))
  const missing = tables
    .filter(({ header }) => !there.has(header))
    .map(({ header, lines }) => [header, ...lines].join('\n'))
  return [text.trim(), ...missing].filter(Boolean).join('\n\n')
}

function table(host: string, lines: readonly string[]) {
  return { header: `[registry.${quote(host)}]`, lines: lines.map((line) => `  ${line}`) }
}

function quote(text: string): string {
  return JSON.stringify(text)
}
