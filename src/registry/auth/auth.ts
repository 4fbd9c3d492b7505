import { problemWith } from '../errors.ts'
import { type Host, isAtHome } from '../hosts.ts'
import type { Request, Response, Send } from '../wire.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
import { type HintFor, hintFor } from './hints.ts'
import { type Manner, openPassOffice, type Pass, type PassOptions } from './pass.ts'
import { splitScopes } from './scopes.ts'

export type Auth = Readonly<{
  /** A 401 that comes back is final. Rejects with RegistryError where there is no way to a pass. */
  send: Send
  /** Finds out what the host wants and gets it ready, without sending this request twice. */
  warm: (request: Request) => Promise<void>
}>

/**
 * What we know of a host. While that is nothing, one request goes ahead and the others wait for what it learns; its
 * connection is `free` for one of them if it is not sent again itself. A hint is only believed until the host says
 * something else.
 */
type Door = { manner?: Manner; isHint?: boolean; knocking?: Promise<void>; free: number }

type AuthOptions = PassOptions &
  Readonly<{
    /** Opens a connection for a request that waits, and is sent as soon as it need not wait any more. */
    ahead: (request: Request) => void
    hintFor?: HintFor | undefined
  }>

type Talk = Readonly<{ door: Door; replay: boolean; learned?: () => void }>

const NO_PASS: Pass = { anonymous: false }

/**
 * Shows a registry who we are once it asks, or before where it is known to ask, and replaces a refused pass once. Nobody
 * is asked before the first real request: a ping would cost a round trip, and its answer names the wrong scopes.
 */
export function openAuth(next: Send, options: AuthOptions): Auth {
  const office = openPassOffice(options)
  const doors = new Map<string, Door>()

  function doorOf({ base }: Host): Door {
    const door = doors.get(base.origin) ?? { free: 0 }
    doors.set(base.origin, door)
    return door
  }

  async function enter(request: Request): Promise<Response> {
    // A registry may want the bytes of a blob elsewhere; who we are is for itself only.
    if (!isAtHome(request)) return await next(request)
    const door = doorOf(request.host)
    if (isShut(door))
      return await knock(request, door, 0, (learned) => talk(request, { door, replay: true, learned }))
    if (door.manner === undefined) {
      if (door.free > 0) door.free -= 1
      else options.ahead(request)
      await door.knocking
    }
    return await talk(request, { door, replay: true })
  }

  async function warm(request: Request): Promise<void> {
    const door = doorOf(request.host)
    if (isShut(door))
      return await knock(request, door, 1, async (learned) => {
        if (door.manner === undefined) await talk(request, { door, replay: false, learned })
      })
    await door.knocking
    if (door.manner !== undefined) await office.passFor(request, door.manner)
  }

  async function knock<T>(
    request: Request,
    door: Door,
    free: number,
    work: (learned: () => void) => Promise<T>,
  ): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const learned = () => {
      delete door.knocking
      resolve()
    }
    door.knocking = promise
    door.free = free
    options.ahead(request)
    options.wallet.prepare(request.host.registry, request.scopes)
    try {
      if (await takeHint(request, door)) learned()
      return await work(learned)
    } finally {
      learned()
    }
  }

  async function takeHint(request: Request, door: Door): Promise<boolean> {
    const hint = (options.hintFor ?? hintFor)(request.host)
    if (hint === undefined) return false
    try {
      const manner = office.mannerOf(hint, request)
      const { authorization } = await office.passFor(request, manner)
      if (authorization === undefined) return false
      door.manner = manner
      door.isHint = true
      return true
    } catch {
      return false // The registry may say something else, and if not, the same goes wrong once more and is told.
    }
  }

  async function talk(request: Request, { door, replay, learned }: Talk): Promise<Response> {
    const { isHint } = door
    const first = door.manner ? await office.passFor(request, door.manner) : NO_PASS
    const response = await next(showing(first, request))
    if (response.status === 403 && first.wide && replay && door.manner) {
      // Of several scopes some token endpoints grant the first or the last only (registry.md, 1.4.4).
      const own = await office.passFor(request, door.manner, { narrow: true })
      return { ...(await next(showing(own, request))), anonymous: own.anonymous }
    }
    if (!isChallenged(request, response)) {
      if (response.status < 500 && response.status !== 429) door.manner ??= { scheme: 'none' }
      return response
    }
    // A token that nobody has asked for is no answer to whoever asks for a login.
    const shown = isHint && first.token !== undefined ? NO_PASS : first
    door.isHint = false
    const challenge = chooseChallenge(request, response, shown)
    if (challenge === undefined) return { ...response, anonymous: first.anonymous }
    const manner = office.mannerOf(challenge, request)
    door.manner = manner
    learned?.()
    const asked = replay ? splitScopes(challenge.parameters['scope']) : []
    const better = await office.passFor(request, manner, { asked, refused: first.token })
    if (!replay || better.authorization === undefined) return { ...response, anonymous: better.anonymous }
    return { ...(await next(showing(better, request))), anonymous: better.anonymous }
  }

  return { send: enter, warm }
}

function isShut({ manner, knocking }: Door): boolean {
  return manner === undefined && knocking === undefined
}

/** A 401 from where a redirect led says nothing about the registry. */
function isChallenged(request: Request, { status, url }: Response): boolean {
  return status === 401 && url.origin === request.url.origin
}

/**
 * Bearer before Basic. Basic after any pass is no new question but the last word: Harbor asks so for a login when it
 * has refused a token.
 */
function chooseChallenge(request: Request, { headers }: Response, shown: Pass): Challenge | undefined {
  const challenges = parseChallenges(headers['www-authenticate'] ?? [])
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
  const basic = challenges.find(({ scheme }) => scheme === 'basic')
  if (bearer) return bearer
  if (basic) return shown.authorization === undefined ? basic : undefined
  if (challenges.length === 0) return undefined
  const schemes = challenges.map(({ scheme }) => scheme).join(' or ')
  const sentence = `401 asks for ${schemes}; we know Basic and Bearer`
  throw problemWith(request, 'unauthorized', sentence, { status: 401 })
}

function showing({ authorization }: Pass, request: Request): Request {
  return authorization === undefined
    ? request
    : { ...request, headers: { ...request.headers, authorization } }
}
