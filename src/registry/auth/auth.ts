import { problemWith } from '../errors.ts'
import { type Host, isAtHome } from '../hosts.ts'
import type { Request, Response, Send } from '../wire.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
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
 * connection is `free` for one of them if it is not sent again itself.
 */
type Door = { manner?: Manner; knocking?: Promise<void>; free: number }

type AuthOptions = PassOptions &
  Readonly<{
    /** Opens a connection for a request that waits, and is sent as soon as it need not wait any more. */
    ahead: (request: Request) => void
  }>

type Talk = Readonly<{ door: Door; replay: boolean; learned?: () => void }>

const NO_PASS: Pass = { anonymous: false }

/**
 * Shows a registry who we are once it asks, and replaces a refused pass once. Nobody is asked before the first real
 * request: a ping would cost a round trip, and its answer names the wrong scopes.
 */
export function openAuth(next: Send, options: AuthOptions): Auth {
  const office = openPassOffice(options)
  const doors = new Map<string, Door>()

  function doorOf({ base }: Host): Door {
    const door = doors.get(base.origin) ?? { free: 0 }
    doors.set(base.origin, door)
    return door
  }

  async function enter(request: Request, replay: boolean): Promise<Response> {
    // A registry may want the bytes of a blob elsewhere; who we are is for itself only.
    if (!isAtHome(request)) return await next(request)
    const door = doorOf(request.host)
    if (door.manner === undefined && door.knocking === undefined) return await knock(request, door, replay)
    if (door.manner === undefined) {
      if (door.free > 0) door.free -= 1
      else options.ahead(request)
      await door.knocking
    }
    return await talk(request, { door, replay })
  }

  async function knock(request: Request, door: Door, replay: boolean): Promise<Response> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const learned = () => {
      delete door.knocking
      resolve()
    }
    door.knocking = promise
    door.free = replay ? 0 : 1
    options.ahead(request)
    options.wallet.prepare(request.host.registry, request.scopes)
    try {
      return await talk(request, { door, replay, learned })
    } finally {
      learned()
    }
  }

  async function talk(request: Request, { door, replay, learned }: Talk): Promise<Response> {
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
    const challenge = chooseChallenge(request, response, first)
    if (challenge === undefined) return { ...response, anonymous: first.anonymous }
    const manner = office.mannerOf(challenge, request)
    door.manner = manner
    learned?.()
    const asked = replay ? splitScopes(challenge.parameters['scope']) : []
    const better = await office.passFor(request, manner, { asked, refused: first.token })
    if (!replay || better.authorization === undefined) return { ...response, anonymous: better.anonymous }
    return { ...(await next(showing(better, request))), anonymous: better.anonymous }
  }

  return {
    send: (request) => enter(request, true),
    warm: async (request) => {
      await enter(request, false)
    },
  }
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
