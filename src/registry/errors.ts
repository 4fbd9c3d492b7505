import type { Digest } from '../image/digest.ts'
import { parseChallenges } from './auth/challenge.ts'
import { readProblem } from './error-body.ts'
import { refusesUrls } from './foreign.ts'
import { redactUrl } from './redact.ts'
import {
  type Details,
  RegistryError,
  type RegistryErrorKind,
  SHA256_ONLY,
  TLS_WANTED,
  URLS_UNWANTED,
} from './registry-error.ts'
import { header, NO_EFFORT, type Request, type Response } from './wire.ts'

/**
 * `PUT https://ghcr.io/v2/o/r/manifests/latest: 403 DENIED: permission_denied: write_package`. `existing` is what an
 * immutable tag names.
 */
export function errorOf(request: Request, response: Response, existing?: Digest): RegistryError {
  const problem = readProblem(response.status, response.body)
  const { text } = problem
  const codes = [
    ...problem.codes,
    ...(wantsTls(request, response, text) ? [TLS_WANTED] : []),
    ...(problem.codes.includes('DIGEST_INVALID') && /sha512:/.test(request.url.href) ? [SHA256_ONLY] : []),
    ...(refusesUrls(request, response) ? [URLS_UNWANTED] : []),
  ]
  const id = header(response, 'x-request-id') ?? header(response, 'x-github-request-id')
  const asides = [
    authErrorOf(response),
    existing && `the tag is at ${existing}`,
    response.anonymous && `no credentials for ${request.host.registry}`,
    response.effort.asked !== undefined && `asks to wait ${Math.ceil(response.effort.asked / 1000)} s`,
    id && `request ${id}`,
  ].filter(Boolean)
  return new RegistryError([`${response.status} ${text}`, ...asides].join('; '), {
    ...detailsOf(request, existing ? 'immutable' : kindOf(response.status, codes), response.url),
    status: response.status,
    codes,
    effort: response.effort,
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

/** Servers say so in words only: Go's "client sent an HTTP request to an HTTPS server", nginx's "sent to HTTPS port"; to HEAD, without words. */
function wantsTls({ method }: Request, { status, url }: Response, text: string): boolean {
  const said = method === 'HEAD' || /\bto (?:an )?HTTPS (?:server|port)\b/i.test(text)
  return status === 400 && url.protocol === 'http:' && said
}

function detailsOf({ method, host, repository }: Request, kind: RegistryErrorKind, url: URL): Details {
  return {
    kind,
    method,
    url: redactUrl(url),
    host: host.registry,
    repository,
    codes: [],
    effort: NO_EFFORT,
  }
}

function kindOf(status: number, codes: readonly string[]): RegistryErrorKind {
  if (status === 401) return 'unauthorized'
  if (status === 429 || codes.includes('TOOMANYREQUESTS')) return 'limited'
  if (status === 403) return 'denied'
  if (status === 404) return 'unknown'
  if (codes.includes(URLS_UNWANTED)) return 'refused'
  if (status >= 500 || status === 408) return 'unavailable'
  return status >= 400 ? 'refused' : 'unusable'
}

/** `insufficient_scope` or `invalid_token`, where the challenge says so (RFC 6750, 3.1). */
function authErrorOf({ headers }: Response): string | undefined {
  const challenges = parseChallenges(headers['www-authenticate'] ?? [])
  return challenges.map(({ parameters }) => parameters['error']).find(Boolean)
}
