import type { Digest } from '../image/digest.ts'
import type { Effort } from './wire.ts'

export type RegistryErrorKind =
  /** 401: the registry or its token endpoint does not believe us, or wants to know who we are. */
  | 'unauthorized'
  /** 403: it knows us, and says no. */
  | 'denied'
  /** 404: not there, or hidden from us. */
  | 'unknown'
  /** Too many requests, for longer than we wait. */
  | 'limited'
  /** The tag exists, points elsewhere and cannot be moved. */
  | 'immutable'
  /** Another 4xx: the request itself is not to its liking. */
  | 'refused'
  /** 5xx after all retries. */
  | 'unavailable'
  /** No answer: network, certificate, time-out; `codes` names it. */
  | 'unreachable'
  /** The bytes are not those that were asked for or sent. */
  | 'digest'
  /** An answer that we cannot or must not work with. */
  | 'unusable'

/** The code of a registry that seems to speak TLS where we did not. */
export const TLS_WANTED = 'TLS_WANTED'

export type Details = Readonly<{
  kind: RegistryErrorKind
  method: string
  /** Without secrets. */
  url: string
  /** The registry as users name it. */
  host: string
  repository?: string | undefined
  status?: number | undefined
  /** The registry's codes (MANIFEST_UNKNOWN), or the system's (ECONNREFUSED). */
  codes: readonly string[]
  /** `token` when it was the token endpoint that answered so. */
  endpoint: 'registry' | 'token'
  /** `insufficient_scope` or `invalid_token`, where the challenge says so (RFC 6750, 3.1). */
  authError?: string | undefined
  /** We had no credentials for this registry. */
  anonymous: boolean
  effort: Effort
  requestId?: string | undefined
  existing?: Digest | undefined
}>

/** A request that did not end well, in the words of the registry. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly kind: RegistryErrorKind
  readonly method: string
  readonly url: string
  readonly host: string
  readonly repository: string | undefined
  readonly status: number | undefined
  readonly codes: readonly string[]
  readonly endpoint: 'registry' | 'token'
  readonly authError: string | undefined
  readonly anonymous: boolean
  /** Tries after the first. */
  readonly retried: number
  /** Milliseconds between the tries. */
  readonly waited: number
  /** How long the registry asks to wait, in milliseconds, where that was longer than we do. */
  readonly asked: number | undefined
  readonly requestId: string | undefined
  /** Where an immutable tag points to. */
  readonly existing: Digest | undefined

  constructor(sentence: string, details: Details, options?: ErrorOptions) {
    super(`${details.method} ${details.url}: ${sentence}`, options)
    this.kind = details.kind
    this.method = details.method
    this.url = details.url
    this.host = details.host
    this.repository = details.repository
    this.status = details.status
    this.codes = details.codes
    this.endpoint = details.endpoint
    this.authError = details.authError
    this.anonymous = details.anonymous
    this.retried = details.effort.retried
    this.waited = details.effort.waited
    this.asked = details.effort.asked
    this.requestId = details.requestId
    this.existing = details.existing
  }
}
