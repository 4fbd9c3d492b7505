import type { Digest } from '../../image/digest.ts'
import { formatRepository, type Repository } from '../../image/reference.ts'
import { problemWith } from '../errors.ts'
import { objectionTo } from '../layers/redirect.ts'
import { redactUrl } from '../redact.ts'
import { header, type Request, type Response } from '../wire.ts'

/** An upload that a registry has begun for us. */
export type Session = Readonly<{
  /** where its bytes are wanted */
  url: URL
  /** what each chunk but the last must have at least, in bytes (distribution-spec, OCI-Chunk-Min-Length) */
  least: number
}>

/** Those begun when a registry did not want to mount. */
export type Sessions = Readonly<{
  keep: (to: Repository, blob: Digest, request: Request, response: Response) => void
  /** Each is given once. */
  take: (to: Repository, blob: Digest) => Session | undefined
}>

export function openSessions(): Sessions {
  const kept = new Map<string, Session>()
  const keyOf = (to: Repository, blob: Digest) => `${formatRepository(to)}@${blob}`
  return {
    keep: (to, blob, request, response) => {
      if (header(response, 'location') !== undefined) kept.set(keyOf(to, blob), sessionOf(request, response))
    },
    take: (to, blob) => {
      const key = keyOf(to, blob)
      const session = kept.get(key)
      kept.delete(key)
      return session
    },
  }
}

/** Throws RegistryError `unusable`. */
export function sessionOf(request: Request, response: Response): Session {
  const least = header(response, 'oci-chunk-min-length') ?? ''
  return { url: locationOf(request, response), least: /^\d+$/.test(least) ? Number(least) : 0 }
}

/**
 * Where an upload goes on (registry.md, 1.3.1): another host is fine, and gets no credentials; an open wire is not.
 * Throws RegistryError `unusable`.
 */
export function locationOf(request: Request, response: Response): URL {
  const location = header(response, 'location')
  const to = location === undefined ? null : URL.parse(location, response.url.href)
  const details = { status: response.status }
  if (to === null)
    throw problemWith(request, 'unusable', 'the answer does not say where to send the bytes', details)
  to.username = ''
  to.password = ''
  const problem = objectionTo(to, request)
  if (problem === undefined) return to
  throw problemWith(
    request,
    'unusable',
    `wants the bytes at ${redactUrl(to)}, which is refused: ${problem}`,
    details,
  )
}

/** The address that ends an upload. The query of a location may be signed, so it is kept to the letter. */
export function withDigest(location: URL, digest: Digest): URL {
  const url = new URL(location)
  url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`
  return url
}
