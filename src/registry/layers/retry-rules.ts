import { readProblem } from '../error-body.ts'
import { refusesUrls } from '../foreign.ts'
import { header, type Request, type Response, TOO_SLOW, UPLOAD_LOST } from '../wire.ts'

const SECOND = 1000

/** How often a request is sent at most, and for how long after it has failed. */
const ATTEMPTS = 6
export const BUDGET = 120 * SECOND

const LONGEST_PAUSE = 30 * SECOND

/** What was pushed by another job a moment ago may not be seen everywhere yet: GHCR and Gitea are known for it. */
const LAG = [1 * SECOND, 3 * SECOND] as const

const TRANSIENT = new Set([408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524])
const PERMANENT = new Set([501, 505, 507])
/** An upload that is no longer known, or no longer fits, can be begun anew. */
const TRANSIENT_CODES = new Set([
  'TOOMANYREQUESTS',
  'UNAVAILABLE',
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
])
const LAG_CODES = new Set(['MANIFEST_BLOB_UNKNOWN', 'NAME_UNKNOWN', 'MANIFEST_UNKNOWN'])

const LOST_CONNECTION = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'HPE_INVALID_EOF_STATE',
  TOO_SLOW,
  UPLOAD_LOST,
])

/** Answers that are the same after any wait: nobody listens there, nobody has that name. One more try, for luck. */
const NOBODY_THERE = new Set(['ECONNREFUSED', 'ENOTFOUND'])

/** How often a request is tried again after such a failure of the network. Certificates do not heal. */
export function retriesAfter(code: string): number {
  if (NOBODY_THERE.has(code)) return 1
  return LOST_CONNECTION.has(code) ? ATTEMPTS - 1 : 0
}

/** Milliseconds to wait before the request is sent again, or undefined where the answer is final. */
export function pauseAfter(
  request: Request,
  response: Response,
  { retried, now, random }: Readonly<{ retried: number; now: number; random: number }>,
): number | undefined {
  if (response.status < 400 || retried >= ATTEMPTS - 1) return undefined
  const { codes } = readProblem(response.status, response.body)
  if (mayBeLag(request, response.status, codes)) return LAG[retried]
  if (!isTransient(request, response.status, codes) || refusesUrls(request, response)) return undefined
  const asked = askedBy(response, now) ?? 0
  return Math.max(asked * (1 + random / 10), backoff(retried, random))
}

/** How long the registry asks to wait, in milliseconds, if it does: by header or in words. */
export function askedBy(response: Response, now: number): number | undefined {
  const { text } = readProblem(response.status, response.body)
  return retryAfter(header(response, 'retry-after'), now) ?? hintIn(text)
}

/** Half a second, doubled each time, at most 30 s; between half and all of it, so that parallel jobs drift apart. */
export function backoff(retried: number, random: number): number {
  return Math.min(LONGEST_PAUSE, 500 * 2 ** retried) * (0.5 + random / 2)
}

/** RFC 9110, 10.2.3: whole seconds or a date; milliseconds from now, or undefined for anything else. */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * SECOND
  const date = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  µs: 1e-3,
  μs: 1e-3,
  us: 1e-3,
  ms: 1,
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
}
const GO_DURATION = /^(?:[0-9.]+(?:ns|µs|μs|us|ms|s|m|h))+/
const GO_PART = /([0-9.]+)(ns|µs|μs|us|ms|s|m|h)/g

/** GHCR asks for patience in the message, as a Go duration: `retry-after: 880.092µs, allowed: 44000/minute`. */
export function hintIn(text: string): number | undefined {
  const [, rest = ''] = /retry-after:\s*(\S+)/i.exec(text) ?? []
  const [duration] = GO_DURATION.exec(rest) ?? []
  if (duration === undefined) return undefined
  const parts = [...duration.matchAll(GO_PART)]
  const sum = parts.reduce(
    (total, [, number, unit = '']) => total + Number(number) * (UNITS[unit] ?? Number.NaN),
    0,
  )
  return Number.isFinite(sum) ? sum : undefined
}

/** A HEAD that answers 500 is for some registries how they say "not supported"; a GET finds out. */
function isTransient({ method }: Request, status: number, codes: readonly string[]): boolean {
  if (PERMANENT.has(status) || (method === 'HEAD' && status === 500)) return false
  return TRANSIENT.has(status) || (codes.length > 0 && codes.every((code) => TRANSIENT_CODES.has(code)))
}

function mayBeLag({ expected }: Request, status: number, codes: readonly string[]): boolean {
  return expected === true && (status === 404 || (status < 500 && codes.some((code) => LAG_CODES.has(code))))
}
