import { isAbsolute, join } from 'node:path'
import type { Files } from '../system/files.ts'
import type { Environment } from '../system/processes.ts'
import { formatAttributes } from './attributes.ts'
import { keysIn } from './cache.ts'
import type { Recipe } from './plan.ts'

/** A secret that a Dockerfile mounts by its id: its value, or the file that has it. */
export type Secret = Readonly<{ id: string; value: string }> | SecretFile
export type SecretFile = Readonly<{ id: string; path: string }>

/**
 * The options that name secrets and never spell them: values travel in the environment of buildx, which no other user
 * of the machine can read, as command lines can be.
 */
export function secretOptions(secrets: readonly Secret[]): readonly string[] {
  return secrets.flatMap((secret, place) => {
    const from = 'path' in secret ? { src: secret.path } : { env: variable(place) }
    return ['--secret', formatAttributes(new Map(Object.entries({ id: secret.id, ...from })))]
  })
}

/** The values, under the names that the options say. */
export function secretEnvironment(secrets: readonly Secret[]): Environment {
  return Object.fromEntries(
    secrets.flatMap((secret, place) => ('value' in secret ? [[variable(place), secret.value]] : [])),
  )
}

/** The files of secrets that are not there. */
export async function absentSecrets(
  secrets: readonly Secret[],
  files: Pick<Files, 'exists'>,
  workspace: string,
): Promise<readonly SecretFile[]> {
  const inFiles = secrets.filter((secret) => 'path' in secret)
  const there = await Promise.all(inFiles.map(({ path }) => files.exists(placeOf(path, workspace))))
  return inFiles.filter((_, place) => !there[place])
}

/** What must never be seen in a log; of a file, all that is in it. */
export async function readSecret(
  secret: Secret,
  files: Pick<Files, 'read'>,
  workspace: string,
): Promise<string> {
  return 'value' in secret ? secret.value : ((await files.read(placeOf(secret.path, workspace))) ?? '')
}

/** Passwords that stand in URLs and keys in caches, though they are on command lines there: `https://octo:hush@git.lan/app.git`. */
export function passwordsIn({ context, file, passed, cacheFrom, cacheTo }: Recipe): readonly string[] {
  const texts = [context, ...file.map(({ value }) => value), ...(passed['build-contexts'] ?? [])]
  const passwords = texts.flatMap((text) => /:\/\/[^/@\s]*:([^/@\s]+)@/.exec(text)?.[1] ?? [])
  return [...passwords, ...keysIn([...cacheFrom, ...cacheTo].map(({ value }) => value))]
}

function placeOf(path: string, workspace: string): string {
  return isAbsolute(path) ? path : join(workspace, path)
}

function variable(place: number): string {
  return `MULTIARCH_BUILD_SECRET_${place}`
}
