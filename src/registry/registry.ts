import type { Digest } from '../image/digest.ts'
import type { Descriptor, Manifest } from '../image/manifest.ts'
import type { DigestRef, Repository, TagRef } from '../image/reference.ts'
import type { Head } from './manifests/answers.ts'

/** The registries of the world. What goes wrong rejects with RegistryError. */
export type Registry = Readonly<{
  /** Opens the connection and gets the token before they are needed. Never fails: what is wrong shows when it matters. */
  warm: (repository: Repository) => Promise<void>
  /** The manifest, checked against its digest. `expected`: it was just pushed, so "not found" is asked again, for 4 s. */
  get: (reference: TagRef | DigestRef, options?: { readonly expected?: boolean }) => Promise<Manifest>
  /** What it is, or undefined where there is none. */
  head: (reference: TagRef | DigestRef) => Promise<Head | undefined>
  /** Gives the manifest this name and makes sure that it has it. An immutable tag that has it already is fine. */
  put: (reference: TagRef | DigestRef, manifest: Manifest) => Promise<void>
  /**
   * The same for several tags of one repository in one request, for registries that take them so. The tags that have it
   * now: none where the registry is not known to, fewer where it did not want them all. The others are for `put`.
   */
  putTags: (tags: readonly TagRef[], manifest: Manifest) => Promise<readonly TagRef[]>
  /** Whether the blob is there, and its size in bytes; undefined where it is not. */
  headBlob: (repository: Repository, digest: Digest) => Promise<{ readonly size: number } | undefined>
  /** A small blob whole, an image's configuration for one: at most 8 MiB, checked. */
  readBlob: (repository: Repository, blob: Descriptor) => Promise<Uint8Array>
  /**
   * A blob piece by piece, in bounded memory: a piece is good until the next one is asked for. It ends with RegistryError
   * `digest` where size or digest differ, and goes on by itself after a broken connection. Whoever opens it reads it or
   * calls `return`, for it holds a connection.
   */
  openBlob: (repository: Repository, blob: Descriptor) => Promise<AsyncIterable<Uint8Array>>
  /** Asks the registry to take the blob from another of its repositories. False: it wants the bytes; it never rejects over that. */
  mountBlob: (to: Repository, blob: Digest, from: Repository) => Promise<boolean>
  /**
   * Uploads a blob of this size and digest; `open` gives its bytes anew for every try. A blob that is there already is
   * fine. `pass` lets the bytes go when their turn has come; what only prepares for them does not wait for it.
   */
  putBlob: (
    to: Repository,
    blob: Descriptor,
    open: () => Promise<AsyncIterable<Uint8Array>>,
    pass?: <T>(sending: () => Promise<T>) => Promise<T>,
  ) => Promise<void>
  /** What says that it belongs to this manifest: signatures, SBOMs. From the API, else from the tag that stands in for it. */
  referrers: (repository: Repository, subject: Digest) => Promise<readonly Descriptor[]>
  /** Every tag of the repository, in the registry's order; none where there is no repository. */
  tags: (repository: Repository) => Promise<readonly string[]>
  /** Takes the name away, or the manifest; what is gone already is fine. Many registries cannot: `refused` or `denied`. */
  delete: (reference: TagRef | DigestRef) => Promise<void>
  /** Drops every connection and every wait; node can end after it. */
  close: () => Promise<void>
}>
