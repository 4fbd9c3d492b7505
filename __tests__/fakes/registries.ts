/**
 * Any number of registries in memory, behind the client's type: strict about what must be there first, and counting.
 *
 *     const world = openRegistries({ refusesMounts: /^old/ })
 *     const image = world.holdImage(APP, 'amd64')
 *     await publishEverywhere({ image, … }, world.registry)
 *     world.did                         // 'mount new.io/octo/app sha256:1234…'
 *     world.tags()                      // { 'new.io/octo/app:1': 'sha256:…' }
 *     world.gaps()                      // what tags need and is not there
 */
import { readSubject } from '../../src/image/contents.ts'
import { type Digest, digestOf } from '../../src/image/digest.ts'
import { type Descriptor, type Manifest, manifestOf, readImage, readIndex } from '../../src/image/manifest.ts'
import { isIndexType, OCI_MANIFEST } from '../../src/image/media-types.ts'
import {
  type DigestRef,
  formatReference,
  formatRepository,
  type Repository,
  type TagRef,
} from '../../src/image/reference.ts'
import type { Registry } from '../../src/registry/registry.ts'
import type { RegistryErrorKind } from '../../src/registry/registry-error.ts'
import { RegistryError } from '../../src/registry/registry-error.ts'
import { NO_EFFORT } from '../../src/registry/wire.ts'

type Shelf = { manifests: Map<string, Manifest>; blobs: Map<string, Uint8Array>; tags: Map<string, Digest> }

export type Settings = Readonly<{
  /** registries that want the bytes, always */
  refusesMounts?: RegExp
  /** after so many requests nothing is answered any more */
  dies?: number
  /** registries that keep a list of referrers */
  listsReferrers?: RegExp
}>

export function openRegistries(settings: Settings = {}) {
  const shelves = new Map<string, Shelf>()
  const did: string[] = []
  const streams = { bytes: 0 }
  let dies = settings.dies ?? Number.POSITIVE_INFINITY

  const shelf = (repository: Repository): Shelf => {
    const name = formatRepository(repository)
    const found = shelves.get(name) ?? { manifests: new Map(), blobs: new Map(), tags: new Map() }
    shelves.set(name, found)
    return found
  }

  /** A request: seen, and answered unless the registries are dead by then. */
  async function ask(what: string, of: TagRef | DigestRef | Repository, digest?: Digest): Promise<void> {
    if (did.length >= dies) throw errorOf('unreachable', what, 'ECONNRESET')
    const name = 'digest' in of || 'tag' in of ? formatReference(of) : formatRepository(of)
    did.push([what, name.replace(/(sha256:.{8}).*/, '$1'), digest?.slice(0, 15)].filter(Boolean).join(' '))
    await new Promise((done) => setImmediate(done))
  }

  const find = (reference: TagRef | DigestRef): Manifest | undefined => {
    const { manifests, tags } = shelf(reference)
    return manifests.get('digest' in reference ? reference.digest : (tags.get(reference.tag) ?? ''))
  }

  const needs = (manifest: Manifest): readonly Descriptor[] => {
    const subject = readSubject(manifest)
    const listed = isIndexType(manifest.mediaType) ? readIndex(manifest).manifests : readImage(manifest)
    return [...listed.filter(({ urls }) => urls === undefined), ...(subject ? [subject] : [])]
  }

  const lacks = (repository: Repository, manifest: Manifest): readonly Digest[] =>
    needs(manifest).flatMap(({ digest }) =>
      shelf(repository).manifests.has(digest) || shelf(repository).blobs.has(digest) ? [] : digest,
    )

  const registry: Registry = {
    warm: () => Promise.resolve(),
    get: async (reference) => {
      await ask('get', reference)
      const found = find(reference)
      if (found === undefined) throw errorOf('unknown', formatReference(reference), 'MANIFEST_UNKNOWN')
      return found
    },
    head: async (reference) => {
      await ask('head', reference)
      const found = find(reference)
      return found && { mediaType: found.mediaType, digest: found.digest, size: found.bytes.length }
    },
    put: async (reference, manifest) => {
      await ask('put', reference)
      const missing = lacks(reference, manifest)
      if (missing.length > 0)
        throw errorOf('refused', formatReference(reference), `MANIFEST_BLOB_UNKNOWN ${missing}`)
      const { manifests, tags } = shelf(reference)
      manifests.set(manifest.digest, manifest)
      if ('tag' in reference) tags.set(reference.tag, manifest.digest)
    },
    putTags: () => Promise.resolve([]),
    headBlob: async (repository, digest) => {
      await ask('headBlob', repository, digest)
      const found = shelf(repository).blobs.get(digest)
      return found && { size: found.length }
    },
    readBlob: async (repository, { digest }) => {
      await ask('readBlob', repository, digest)
      return blobIn(repository, digest)
    },
    openBlob: async (repository, { digest }) => {
      await ask('openBlob', repository, digest)
      return pieces(blobIn(repository, digest))
    },
    mountBlob: async (to, digest, from) => {
      await ask('mount', to, digest)
      const found = shelf(from).blobs.get(digest)
      if (to.registry !== from.registry) throw new Error('a mount between registries')
      if (found === undefined || settings.refusesMounts?.test(to.registry)) return false
      shelf(to).blobs.set(digest, found)
      return true
    },
    putBlob: async (to, { digest }, open) => {
      await ask('putBlob', to, digest)
      const all: Uint8Array[] = []
      for await (const piece of await open()) all.push(piece)
      const bytes = Buffer.concat(all)
      streams.bytes += bytes.length
      if (digestOf(bytes) !== digest) throw errorOf('digest', digest, 'DIGEST_INVALID')
      shelf(to).blobs.set(digest, bytes)
    },
    referrers: async (repository, subject) => {
      await ask('referrers', repository, subject)
      const { manifests, tags } = shelf(repository)
      const list = tags.get(subject.replace(':', '-'))
      const index = list && manifests.get(list)
      if (index) return readIndex(index).manifests
      return settings.listsReferrers?.test(repository.registry)
        ? [...manifests.values()]
            .filter((one) => readSubject(one)?.digest === subject)
            .map((one) => describe(one))
        : []
    },
    tags: (repository) => Promise.resolve([...shelf(repository).tags.keys()]),
    delete: () => Promise.reject(new Error('nobody deletes')),
    close: () => Promise.resolve(),
  }

  function blobIn(repository: Repository, digest: Digest): Uint8Array {
    const found = shelf(repository).blobs.get(digest)
    if (found === undefined) throw errorOf('unknown', digest, 'BLOB_UNKNOWN')
    return found
  }

  async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 8) yield await Promise.resolve(bytes.subarray(at, at + 8))
  }

  function holdBlob(repository: Repository, text: string, mediaType = LAYER): Descriptor {
    const bytes = new TextEncoder().encode(text)
    shelf(repository).blobs.set(digestOf(bytes), bytes)
    return { mediaType, digest: digestOf(bytes), size: bytes.length }
  }

  function hold(repository: Repository, mediaType: string, json: object, tag?: string): Manifest {
    const bytes = new TextEncoder().encode(`${JSON.stringify({ schemaVersion: 2, mediaType, ...json })}\n`)
    const manifest = manifestOf(mediaType, bytes)
    shelf(repository).manifests.set(manifest.digest, manifest)
    if (tag) shelf(repository).tags.set(tag, manifest.digest)
    return manifest
  }

  /** An image with these layers; all its configurations differ. */
  function holdImage(
    repository: Repository,
    architecture: string,
    more: object = {},
    layers = ['base', architecture],
  ) {
    const config = holdBlob(repository, JSON.stringify({ os: 'linux', architecture, of: more }), CONFIG)
    const its = layers.map((layer) => holdBlob(repository, `layer ${layer}`))
    return hold(repository, OCI_MANIFEST, { config, layers: its, ...more })
  }

  return {
    registry,
    did,
    streams,
    shelf,
    hold,
    holdBlob,
    holdImage,
    revive: () => {
      dies = Number.POSITIVE_INFINITY
    },
    count: (what: string) => did.filter((request) => request.startsWith(`${what} `)).length,
    tags: () =>
      Object.fromEntries(
        [...shelves].flatMap(([name, { tags }]) =>
          [...tags].map(([tag, digest]) => [`${name}:${tag}`, digest]),
        ),
      ),
    /** What is missing below any tag. */
    gaps: (): readonly string[] =>
      [...shelves].flatMap(([name, { tags, manifests }]) =>
        [...tags.values()].flatMap((digest) => gapsBelow(name, manifests, digest)),
      ),
  }

  function gapsBelow(
    name: string,
    manifests: ReadonlyMap<string, Manifest>,
    digest: Digest,
  ): readonly string[] {
    const manifest = manifests.get(digest)
    if (manifest === undefined) return shelves.get(name)?.blobs.has(digest) ? [] : [`${name} lacks ${digest}`]
    return needs(manifest).flatMap((one) => gapsBelow(name, manifests, one.digest))
  }
}

export const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'
export const CONFIG = 'application/vnd.oci.image.config.v1+json'

/** How an index lists a manifest. */
export function describe({ mediaType, digest, bytes }: Manifest, more: object = {}): Descriptor {
  return { mediaType, digest, size: bytes.length, ...more }
}

export function errorOf(kind: RegistryErrorKind, what: string, code: string): RegistryError {
  const details = {
    kind,
    method: 'GET',
    url: 'https://x/',
    host: 'x',
    codes: [code],
  } as const
  return new RegistryError(`${code} ${what}`, { ...details, effort: NO_EFFORT })
}
