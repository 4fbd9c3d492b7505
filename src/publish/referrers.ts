import { algorithmOf, type Digest } from '../image/digest.ts'
import { type Descriptor, type Manifest, writeIndex } from '../image/manifest.ts'
import { OCI_INDEX } from '../image/media-types.ts'
import type { Repository } from '../image/reference.ts'
import type { Registry } from '../registry/client.ts'
import { referrersTag } from '../registry/lists.ts'
import { RegistryError } from '../registry/registry-error.ts'
import type { Read } from './tree.ts'

/** What others have attached to an image: signatures, SBOMs, scans. */
export type Referrers = Readonly<{
  /** those that name their subject themselves */
  attached: readonly Attached[]
  /** those that are found by a tag made of the digest: cosign's way without `subject` */
  tied: readonly Tied[]
}>

type Attached = Readonly<{ subject: Digest; descriptor: Descriptor; manifest: Manifest }>
type Tied = Readonly<{ tag: string; manifest: Manifest }>

export const NO_REFERRERS: Referrers = { attached: [], tied: [] }

/** Behind the whole digest: a tag has no room for the digits of a sha512. */
const COSIGN = ['sig', 'att', 'sbom']

type Source = Readonly<{
  from: Repository
  read: Read
  registry: Pick<Registry, 'get' | 'referrers'>
}>

/** Finds what is attached to these manifests, and what is attached to that. */
export async function findReferrers(subjects: readonly Digest[], source: Source): Promise<Referrers> {
  const attached: Attached[] = []
  const seen = new Set<Digest>(subjects)
  let level = subjects
  while (level.length > 0) {
    const fresh = (await Promise.all(level.map((subject) => attachedTo(subject, seen, source)))).flat()
    attached.push(...fresh)
    level = fresh.map(({ descriptor }) => descriptor.digest)
  }
  const tieable = subjects.filter((digest) => algorithmOf(digest) === 'sha256')
  const tied = await Promise.all(
    tieable.flatMap((digest) => COSIGN.map((kind) => tiedTo(digest, kind, source))),
  )
  return { attached, tied: tied.flat() }
}

async function attachedTo(
  subject: Digest,
  seen: Set<Digest>,
  { from, read, registry }: Source,
): Promise<readonly Attached[]> {
  const listed = await registry.referrers(from, subject)
  const fresh = listed.filter(({ digest }) => !seen.has(digest))
  for (const { digest } of fresh) seen.add(digest)
  return await Promise.all(
    fresh.map(async (descriptor) => ({ subject, descriptor, manifest: await read(descriptor.digest) })),
  )
}

async function tiedTo(digest: Digest, kind: string, { from, registry }: Source): Promise<readonly Tied[]> {
  const tag = `${referrersTag(digest)}.${kind}`
  try {
    return [{ tag, manifest: await registry.get({ ...from, tag }) }]
  } catch (error: unknown) {
    if (error instanceof RegistryError && error.kind === 'unknown') return []
    throw error
  }
}

/** Makes them findable in a repository that has their bytes already. */
export async function nameReferrers(
  { attached, tied }: Referrers,
  to: Repository,
  registry: Pick<Registry, 'put' | 'referrers'>,
): Promise<void> {
  const subjects = Map.groupBy(attached, ({ subject }) => subject)
  await Promise.all([
    ...tied.map(({ tag, manifest }) => registry.put({ ...to, tag }, manifest)),
    ...[...subjects].map(([subject, its]) => nameAttached(subject, its, { to, registry })),
  ])
}

/** A registry that keeps no list by itself is given one, under the tag that stands in for it (distribution-spec, "Referrers Tag Schema"). */
async function nameAttached(
  subject: Digest,
  attached: readonly Attached[],
  { to, registry }: { to: Repository; registry: Pick<Registry, 'put' | 'referrers'> },
): Promise<void> {
  const listed = await registry.referrers(to, subject)
  const missing = attached.filter(({ descriptor }) =>
    listed.every(({ digest }) => digest !== descriptor.digest),
  )
  if (missing.length === 0) return
  const manifests = [...listed, ...missing.map(({ descriptor }) => descriptor)]
  await registry.put({ ...to, tag: referrersTag(subject) }, writeIndex({ mediaType: OCI_INDEX, manifests }))
}
