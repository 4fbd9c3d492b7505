import { readProblem } from '../error-body.ts'
import { problemWith } from '../errors.ts'
import type { Note } from '../events.ts'
import { redactUrl } from '../redact.ts'
import type { Time } from '../time.ts'
import {
  BAD_ENCODING,
  type Effort,
  type Layer,
  type Request,
  type Response,
  type Send,
  TOO_LONG,
  WireError,
} from '../wire.ts'
import { askedBy, BUDGET, backoff, pauseAfter, retriesAfter } from './retry-rules.ts'

export type RetryOptions = Time &
  Readonly<{
    note: Note
    signal: AbortSignal
    /** When all of it must be over: milliseconds since 1970. */
    end?: number
  }>

type Outcome = Response | WireError

/** There was an answer, but not one to work with. */
const UNUSABLE = new Set([TOO_LONG, BAD_ENCODING])

/**
 * Sends again what may end better the next time: at most six times, within two minutes of its first failure. A host that says
 * "too many requests" is left alone by everybody until the time it named.
 * Rejects with RegistryError `unreachable` where there was no answer at all, or no time is left; with WireError where
 * the request may be sent only `once`: then this layer stands around a larger deed, and begins that anew.
 */
export function withRetry(options: RetryOptions): Layer {
  const gates = new Map<string, number>()
  return (next) => async (request) => {
    let latest: number | undefined
    let effort: Effort = { retried: 0, waited: await passGate(gates, request, options) }
    if (request.once) return await next(request)
    for (;;) {
      if (options.end !== undefined && options.now() > options.end) throw outOfTime(request, effort)
      const outcome = await tryOnce(next, request)
      const wait = waitAfter(outcome, request, effort, options)
      if (wait === undefined) return settle(outcome, request, effort)
      // An upload may have waited for its turn, and then been under way, for longer than that.
      latest ??= Math.min(options.now() + BUDGET, options.end ?? Number.POSITIVE_INFINITY)
      if (options.now() + wait > latest) return settle(outcome, request, effort, options.now())
      if (isLimited(outcome)) gates.set(request.url.origin, options.now() + wait)
      tell(outcome, { request, retry: effort.retried + 1, wait }, options.note)
      await options.pause(wait, options.signal)
      effort = { retried: effort.retried + 1, waited: effort.waited + wait }
    }
  }
}

/** Waits before an interrupted stream is asked to go on. Rejects with RegistryError `unreachable` once that is enough. */
export type Patience = (error: WireError, request: Request, retried: number) => Promise<void>

export function openPatience(options: RetryOptions): Patience {
  return async (error, request, retried) => {
    const wait = waitAfter(error, request, { retried, waited: 0 }, options)
    if (wait === undefined) settle(error, request, { retried, waited: 0 })
    else {
      tell(error, { request, retry: retried + 1, wait }, options.note)
      await options.pause(wait, options.signal)
    }
  }
}

async function tryOnce(next: Send, request: Request): Promise<Outcome> {
  try {
    return await next(request)
  } catch (error: unknown) {
    if (error instanceof WireError) return error
    throw error
  }
}

function waitAfter(outcome: Outcome, request: Request, { retried }: Effort, { now, random }: RetryOptions) {
  if (!(outcome instanceof WireError))
    return pauseAfter(request, outcome, { retried, now: now(), random: random() })
  return retried < retriesAfter(outcome.code) ? backoff(retried, random()) : undefined
}

/** `now` where the wait would have been too long: then the error says how long it would have been. */
function settle(outcome: Outcome, request: Request, effort: Effort, now?: number): Response {
  if (outcome instanceof WireError)
    throw problemWith(request, UNUSABLE.has(outcome.code) ? 'unusable' : 'unreachable', outcome.message, {
      codes: [outcome.code],
      effort,
      cause: outcome,
    })
  const asked = now === undefined ? undefined : askedBy(outcome, now)
  return { ...outcome, effort: { ...effort, ...(asked !== undefined && { asked }) } }
}

function outOfTime(request: Request, effort: Effort) {
  const details = { codes: ['OUT_OF_TIME'], effort }
  return problemWith(request, 'unreachable', 'there is no time left for it', details)
}

/** Waits until the host may be asked again; a little longer for each, lest all come at once. */
async function passGate(gates: ReadonlyMap<string, number>, request: Request, options: RetryOptions) {
  const left = (gates.get(request.url.origin) ?? 0) - options.now()
  if (left <= 0) return 0
  const wait = left * (1 + options.random() / 10)
  await options.pause(wait, options.signal)
  return wait
}

function isLimited(outcome: Outcome): boolean {
  return !(outcome instanceof WireError) && outcome.status === 429
}

function tell(
  outcome: Outcome,
  { request, retry, wait }: { request: Request; retry: number; wait: number },
  note: Note,
): void {
  note({
    kind: 'retry',
    host: request.host.registry,
    method: request.method,
    url: redactUrl(request.url),
    reason: reasonOf(outcome),
    retry,
    wait,
  })
}

function reasonOf(outcome: Outcome): string {
  if (outcome instanceof WireError) return outcome.code
  const { codes } = readProblem(outcome.status, outcome.body)
  return [outcome.status, ...codes].join(' ')
}
