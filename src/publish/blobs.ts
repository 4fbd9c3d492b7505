import type { Descriptor } from '../image/manifest.ts'
import { inOnePiece } from '../image/pieces.ts'
import type { Repository } from '../image/reference.ts'
import type { Registry } from '../registry/client.ts'
import { abreast, type Gate } from '../system/abreast.ts'
import { CopyError } from './copy-error.ts'

/** From where to where. */
export type Way = Readonly<{ from: Repository; to: Repository }>

type Blobs = Pick<Registry, 'headBlob' | 'readBlob' | 'openBlob' | 'mountBlob' | 'putBlob'>

/** Questions that cost a registry little. */
const AT_ONCE = 8

/** Configurations and attestations, in bytes. */
const SMALL = 64 * 1024

/** A registry that refuses so often and has never agreed will not: Artifactory, or one without mounts. */
const ENOUGH_REFUSALS = 2

/**
 * Brings blobs from one repository to another. Inside a registry it takes them over by itself and no byte comes here;
 * between registries they are streamed through, unless they are there already.
 */
export async function copyBlobs(
  blobs: readonly Descriptor[],
  { from, to }: Way,
  { registry, streams }: { registry: Blobs; streams: Gate },
): Promise<void> {
  const mounts = { agreed: 0, refused: 0 }
  // The longest first: otherwise it may begin last, and everybody waits for it.
  const ordered = blobs.toSorted((one, other) => other.size - one.size)
  await abreast(ordered, AT_ONCE, async (blob) => {
    try {
      await (from.registry === to.registry ? mount(blob) : carry(blob))
    } catch (cause: unknown) {
      throw new CopyError('blob', blob.digest, { from, to, cause })
    }
  })

  async function mount(blob: Descriptor): Promise<void> {
    if (mounts.agreed === 0 && mounts.refused >= ENOUGH_REFUSALS) return await carry(blob)
    if (await registry.mountBlob(to, blob.digest, from)) mounts.agreed += 1
    else {
      mounts.refused += 1
      await stream(blob)
    }
  }

  async function carry(blob: Descriptor): Promise<void> {
    if ((await registry.headBlob(to, blob.digest)) === undefined) await stream(blob)
  }

  async function stream(blob: Descriptor): Promise<void> {
    await streams(() => registry.putBlob(to, blob, opener(blob)))
  }

  /** An upload may need the bytes more than once. Those of a small blob are kept, so that its source is asked once. */
  function opener(blob: Descriptor): () => Promise<AsyncIterable<Uint8Array>> {
    if (blob.size > SMALL) return () => registry.openBlob(from, blob)
    let reading: Promise<Uint8Array> | undefined
    return async () => {
      reading ??= registry.readBlob(from, blob)
      return inOnePiece(await reading)
    }
  }
}
