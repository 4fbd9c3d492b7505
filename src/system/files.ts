import { glob, mkdir, readdir, readFile, rm, stat, statfs, symlink, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

/** The part of the file system that the action touches. */
export type Files = Readonly<{
  /** The text of a file, or undefined where there is none that we may read. */
  read: (path: string) => Promise<string | undefined>
  exists: (path: string) => Promise<boolean>
  /** What is in a folder, as relative paths in order; nothing where there is none that we may read. */
  list: (folder: string, how?: Readonly<{ recursive: boolean }>) => Promise<readonly string[]>
  /** Every file that a pattern like `records/*.json` names, in order; relative ones are of this folder. */
  find: (pattern: string, folder: string) => Promise<readonly string[]>
  /** Writes a file that only this user can read. */
  write: (path: string, text: string) => Promise<void>
  /** Writes a program that only this user can start. */
  writeProgram: (path: string, bytes: Uint8Array) => Promise<void>
  link: (target: string, path: string) => Promise<void>
  /** Makes a folder that only this user can look into, and those above it. */
  makeFolder: (path: string) => Promise<void>
  remove: (path: string) => Promise<void>
  /** Bytes that are free on the disk of this place, or undefined where there is no such place. */
  freeSpace: (path: string) => Promise<number | undefined>
}>

const ONLY_ME = 0o600

export const files: Files = {
  read: (path) => readFile(path, 'utf8').catch(() => undefined),
  exists: (path) =>
    stat(path).then(
      () => true,
      () => false,
    ),
  list: (folder, how = { recursive: false }) =>
    readdir(folder, how).then(
      (names) => names.toSorted(),
      () => [],
    ),
  find: async (pattern, folder) => {
    const found: string[] = []
    for await (const path of glob(pattern, { cwd: folder })) found.push(resolve(folder, path))
    return found.toSorted()
  },
  write: (path, text) => writeFile(path, text, { mode: ONLY_ME }),
  writeProgram: (path, bytes) => writeFile(path, bytes, { mode: 0o700 }),
  link: (target, path) => symlink(target, path),
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 })
  },
  freeSpace: (path) =>
    statfs(path).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => undefined,
    ),
  remove: (path) => rm(path, { recursive: true, force: true }),
}
