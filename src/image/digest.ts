import { createHash } from 'node:crypto'
import { FormatError } from './format-error.ts'

declare const brand: unique symbol

/** The name of content by its own bytes: `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = `sha256:${string}` & { readonly [brand]: 'digest' }

const SHA256 = /^sha256:[a-f0-9]{64}$/
const EXPECTED = 'sha256: and 64 lower-case hexadecimal digits'

/** The digest of these bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest
}

/** Reads a digest; throws FormatError. Other algorithms are refused: we could not check their bytes. */
export function parseDigest(text: string): Digest {
  if (!SHA256.test(text)) throw new FormatError('digest', text, EXPECTED)
  return text as Digest
}
