import type { Descriptor } from '../image/manifest.ts'
import { inOnePiece } from '../image/pieces.ts'
import type { Repository } from '../image/reference.ts'
import type { Registry } from '../registry/client.ts'
import { abreast, type Gate } from '../system/abreast.ts'
import { CopyError } from './copy-error.ts'

/** From where to where. */
export type Way = Readonly<{ from: Repository; to: Repository }>

type Blobs = Pick<Registry, 'headBlob' | 'readBlob' | 'openBlob' | 'mountBlob' | 'putBlob'>

/** As many as can be asked about and sent by what one host is given at once; see turns.ts. */
const AT_ONCE = 12

/** Bytes that are read whole, before they are wanted: of these the way takes longer than the transfer. */
const SMALL = 1024 * 1024

/** A registry that refuses so often and has never agreed will not: Artifactory, or one without mounts. */
const ENOUGH_REFUSALS = 2

/** A repository that lacks so many of the largest, and has none, is new: to send a small one is as quick as to ask for it. */
const ENOUGH_ABSENT = 4

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
  const found = { there: 0, absent: 0 }
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
    const isWorthAsking = blob.size > SMALL || found.there > 0 || found.absent < ENOUGH_ABSENT
    if (isWorthAsking && (await isThere(blob))) return
    await stream(blob)
  }

  async function isThere({ digest }: Descriptor): Promise<boolean> {
    const there = (await registry.headBlob(to, digest)) !== undefined
    found[there ? 'there' : 'absent'] += 1
    return there
  }

  async function stream(blob: Descriptor): Promise<void> {
    if (blob.size > SMALL)
      return await registry.putBlob(to, blob, () => registry.openBlob(from, blob), streams)
    // An upload may need the bytes more than once, and the source is asked once.
    const reading = registry.readBlob(from, blob)
    const ended = reading.catch(() => {}) // Whoever sends them is told.
    try {
      await registry.putBlob(to, blob, async () => inOnePiece(await reading))
    } finally {
      await ended
    }
  }
}
