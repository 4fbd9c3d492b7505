import type { Manifest } from '../image/manifest.ts'
import type { DigestRef, Repository, TagRef } from '../image/reference.ts'
import type { Head } from './answers.ts'

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
  /** Drops every connection and every wait; node can end after it. */
  close: () => Promise<void>
}>
