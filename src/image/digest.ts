import { createHash } from 'node:crypto'
import { FormatError } from './format-error.ts'

declare const brand: unique symbol

/** The name of content by its own bytes: `sha256:` and 64 lower-case hexadecimal digits, or of another algorithm. */
export type Digest = `${string}:${string}` & { readonly [brand]: 'digest' }

/** The algorithms by which bytes are checked here, with the hexadecimal digits that each gives. */
const DIGITS = { sha256: 64, sha512: 128 } as const

export type Algorithm = keyof typeof DIGITS

const EXPECTED = 'sha256: and 64 lower-case hexadecimal digits, or sha512: and 128'

/** What a descriptor may hold (image-spec, descriptor.md): there are algorithms besides ours. */
const ANY = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+$/

/** The digest of these bytes. Whatever we name is named by sha256, which every registry knows. */
export function digestOf(bytes: Uint8Array, algorithm: Algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest
}

/** Reads a digest whose bytes can be checked; throws FormatError. */
export function parseDigest(text: string): Digest {
  const digest = parseAnyDigest(text)
  if (algorithmOf(digest) === undefined) throw new FormatError('digest', text, EXPECTED)
  return digest
}

/**
 * Reads a digest as a descriptor may have it; throws FormatError. One by an algorithm that we do not compute is carried
 * along, but nobody here reads or copies what it names.
 */
export function parseAnyDigest(text: string): Digest {
  const digest = text as Digest
  const algorithm = algorithmOf(digest)
  const digits = algorithm && new RegExp(`^${algorithm}:[a-f0-9]{${DIGITS[algorithm]}}$`)
  if (!(digits ?? ANY).test(text)) throw new FormatError('digest', text, EXPECTED)
  return digest
}

/** Undefined where it is none that we compute. */
export function algorithmOf(digest: Digest): Algorithm | undefined {
  const [name] = digest.split(':')
  return name === 'sha256' || name === 'sha512' ? name : undefined
}

/** Why bytes of this name cannot be checked, as a sentence; undefined where they can. */
export function objectionToDigest(digest: Digest): string | undefined {
  if (algorithmOf(digest) !== undefined) return undefined
  return `${digest} cannot be checked: only what sha256 and sha512 name can`
}

/** Whether these bytes have this name. */
export function isDigestOf(digest: Digest, bytes: Uint8Array): boolean {
  const algorithm = algorithmOf(digest)
  return algorithm !== undefined && digestOf(bytes, algorithm) === digest
}
