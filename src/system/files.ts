import { createWriteStream } from 'node:fs'
import { glob, mkdir, open, readdir, readFile, rm, stat, statfs, symlink, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** A file that is read here and there. Whoever opens it closes it. All figures are bytes. */
export type OpenFile = AsyncDisposable &
  Readonly<{
    size: number
    /** So many bytes from there on; fewer where the file ends. */
    read: (start: number, length: number) => Promise<Uint8Array>
    /** The same piece by piece, however many they are. */
    stream: (start: number, length: number) => AsyncIterable<Uint8Array>
  }>

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
  /** Rejects where there is no file that we may read. */
  open: (path: string) => Promise<OpenFile>
  /** Writes a file for the user, in place of one that is there, and makes the folders above it. */
  save: (path: string, pieces: AsyncIterable<Uint8Array>) => Promise<void>
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
  open: openFile,
  save: async (path, pieces) => {
    await mkdir(dirname(path), { recursive: true })
    await pipeline(pieces, createWriteStream(path))
  },
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

/** What is read at once, in bytes. */
const PIECE = 256 * 1024

async function openFile(path: string): Promise<OpenFile> {
  const file = await open(path)
  const { size } = await file.stat()
  const read = async (start: number, length: number) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
    return buffer.subarray(0, bytesRead)
  }
  return {
    ...{ size, read },
    stream: async function* (start, length) {
      const end = Math.min(start + length, size)
      for (let place = start; place < end; place += PIECE)
        yield await read(place, Math.min(PIECE, end - place))
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}
