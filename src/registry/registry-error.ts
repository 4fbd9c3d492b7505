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

/** The code of a registry that takes no layers which are fetched from elsewhere. */
export const URLS_UNWANTED = 'URLS_UNWANTED'

/** The code of a registry that seems to know no digests but those by sha256, as distribution. */
export const SHA256_ONLY = 'SHA256_ONLY'

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
  effort: Effort
}>

/** A request that did not end well, in the words of the registry. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly kind: RegistryErrorKind
  readonly method: string
  readonly host: string
  readonly repository: string | undefined
  readonly status: number | undefined
  readonly codes: readonly string[]
  /** Tries after the first. */
  readonly retried: number
  /** Milliseconds between the tries. */
  readonly waited: number

  constructor(sentence: string, details: Details, options?: ErrorOptions) {
    super(`${details.method} ${details.url}: ${sentence}`, options)
    this.kind = details.kind
    this.method = details.method
    this.host = details.host
    this.repository = details.repository
    this.status = details.status
    this.codes = details.codes
    this.retried = details.effort.retried
    this.waited = details.effort.waited
  }
}
