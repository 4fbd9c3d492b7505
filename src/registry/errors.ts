import { parseChallenges } from './challenge.ts'
import { readProblem } from './error-body.ts'
import { redactUrl } from './redact.ts'
import { type Effort, header, NO_EFFORT, type Request, type Response } from './wire.ts'

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

type Details = Readonly<{
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
  }
}

/** `PUT https://ghcr.io/v2/o/r/manifests/latest: 403 DENIED: permission_denied: write_package` */
export function errorOf(
  request: Request,
  response: Response,
  { endpoint = 'registry', kind }: { endpoint?: 'registry' | 'token'; kind?: RegistryErrorKind } = {},
): RegistryError {
  const { codes, text } = readProblem(response.status, response.body)
  const authError = authErrorOf(response)
  const anonymous = response.anonymous ?? false
  const asides = [
    authError,
    anonymous && `no credentials for ${request.host.registry}`,
    response.effort.asked !== undefined && `asks to wait ${Math.ceil(response.effort.asked / 1000)} s`,
  ].filter(Boolean)
  return new RegistryError([`${response.status} ${text}`, ...asides].join('; '), {
    ...detailsOf(request, kind ?? kindOf(response.status, codes), response.url),
    status: response.status,
    codes,
    endpoint,
    authError,
    anonymous,
    effort: response.effort,
    requestId: header(response, 'x-request-id') ?? header(response, 'x-github-request-id'),
  })
}

/** For what is wrong without the registry having said so. */
export function problemWith(
  request: Request,
  kind: RegistryErrorKind,
  sentence: string,
  { cause, ...more }: Partial<Details> & { cause?: unknown } = {},
): RegistryError {
  return new RegistryError(sentence, { ...detailsOf(request, kind, request.url), ...more }, { cause })
}

function detailsOf({ method, host, repository }: Request, kind: RegistryErrorKind, url: URL): Details {
  return {
    kind,
    method,
    url: redactUrl(url),
    host: host.registry,
    repository,
    codes: [],
    endpoint: 'registry',
    anonymous: false,
    effort: NO_EFFORT,
  }
}

function kindOf(status: number, codes: readonly string[]): RegistryErrorKind {
  if (status === 401) return 'unauthorized'
  if (status === 429 || codes.includes('TOOMANYREQUESTS')) return 'limited'
  if (status === 403) return 'denied'
  if (status === 404) return 'unknown'
  if (status >= 500 || status === 408) return 'unavailable'
  return status >= 400 ? 'refused' : 'unusable'
}

function authErrorOf({ headers }: Response): string | undefined {
  const challenges = parseChallenges(headers['www-authenticate'] ?? [])
  return challenges.map(({ parameters }) => parameters['error']).find(Boolean)
}
