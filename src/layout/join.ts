import type { Files, OpenFile } from '../system/files.ts'
import { LayoutError } from './layout-error.ts'
import { readTar, TAR_END } from './tar.ts'

/** Makes one tarball of several, entry after entry. They must not hold files of the same name. */
export async function joinTarballs(
  path: string,
  parts: readonly string[],
  files: Pick<Files, 'open' | 'save'>,
): Promise<void> {
  await files.save(path, joined())

  async function* joined(): AsyncGenerator<Uint8Array> {
    for (const part of parts) {
      await using file = await files.open(part)
      yield* file.stream(0, await lengthOf(part, file))
    }
    yield TAR_END
  }
}

/** Bytes up to the end of the last entry: what comes after it would end the whole. */
async function lengthOf(path: string, file: OpenFile): Promise<number> {
  const entries = readTar(file, (what) => new LayoutError(path, what))
  for (;;) {
    const { done, value } = await entries.next()
    if (done) return value
  }
}
