import { readProblem } from './error-body.ts'
import { problemWith } from './errors.ts'
import type { Note } from './events.ts'
import { redactUrl } from './redact.ts'
import { askedBy, BUDGET, backoff, pauseAfter, retriesAfter } from './retry-rules.ts'
import type { Time } from './time.ts'
import { type Effort, type Layer, type Request, type Response, type Send, WireError } from './wire.ts'

type Options = Time & Readonly<{ note: Note; signal: AbortSignal }>

type Outcome = Response | WireError

/**
 * Sends again what may end better the next time: at most six times, within two minutes. A host that says
 * "too many requests" is left alone by everybody until the time it named.
 * Rejects with RegistryError `unreachable` where there was no answer at all.
 */
export function withRetry(options: Options): Layer {
  const gates = new Map<string, number>()
  return (next) => async (request) => {
    const start = options.now()
    let effort: Effort = { retried: 0, waited: await passGate(gates, request, options) }
    for (;;) {
      const outcome = await tryOnce(next, request)
      const wait = waitAfter(outcome, request, effort, options)
      if (wait === undefined) return settle(outcome, request, effort)
      if (options.now() - start + wait > BUDGET) return settle(outcome, request, effort, options.now())
      if (isLimited(outcome)) gates.set(request.url.origin, options.now() + wait)
      tell(outcome, { request, retry: effort.retried + 1, wait }, options.note)
      await options.pause(wait, options.signal)
      effort = { retried: effort.retried + 1, waited: effort.waited + wait }
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

function waitAfter(outcome: Outcome, request: Request, { retried }: Effort, { now, random }: Options) {
  if (!(outcome instanceof WireError))
    return pauseAfter(request, outcome, { retried, now: now(), random: random() })
  return retried < retriesAfter(outcome.code) ? backoff(retried, random()) : undefined
}

/** `now` where the wait would have been too long: then the error says how long it would have been. */
function settle(outcome: Outcome, request: Request, effort: Effort, now?: number): Response {
  if (outcome instanceof WireError)
    throw problemWith(request, 'unreachable', outcome.message, {
      codes: [outcome.code],
      effort,
      cause: outcome,
    })
  const asked = now === undefined ? undefined : askedBy(outcome, now)
  return { ...outcome, effort: { ...effort, ...(asked !== undefined && { asked }) } }
}

/** Waits until the host may be asked again; a little longer for each, lest all come at once. */
async function passGate(gates: ReadonlyMap<string, number>, request: Request, options: Options) {
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
