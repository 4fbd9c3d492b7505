import { basicOf, type Credential, type Login, type Mask } from '../credentials/credential.ts'
import { errorOf, problemWith } from '../errors.ts'
import type { Host } from '../hosts.ts'
import { readObject } from '../json.ts'
import type { Request, Response, Send } from '../wire.ts'
import { pullOnly } from './scopes.ts'

export type Token = Readonly<{
  value: string
  /** Milliseconds since 1970. */
  expires: number
  /** Fetched without credentials. */
  anonymous: boolean
  /** From now on in place of the identity token that it was exchanged for (OAuth2, RFC 6749, 6). */
  renewed?: string
}>

export type TokenOrder = Readonly<{
  host: Host
  repository: string | undefined
  realm: URL
  service: string | undefined
  scopes: readonly string[]
  credential: Credential
}>

export type TokenOptions = Readonly<{ send: Send; now: () => number; mask: Mask }>

const CLIENT_ID = 'multiarch-action'
const LONGEST = 64 * 1024

/** The docker token specification: tokens live a minute at least, whatever the answer says. */
const SHORTEST_LIFE = 60

/** How endpoints say that they do not know the OAuth2 way: GCR 404, Artifactory 401, ACR 400, GHCR 405. */
const NO_OAUTH = new Set([400, 401, 404, 405])

/** Fetches a token (docker token specification; OAuth2 for identity tokens). Rejects with RegistryError. */
export async function fetchToken(order: TokenOrder, options: TokenOptions): Promise<Token> {
  const anonymous = order.credential.kind === 'none'
  const { request, response } = await ask(order, options.send)
  if (response.status === 403 && order.scopes.some((scope) => scope.includes('push'))) {
    // GHCR refuses where the specification wants a token with fewer actions; the PUT will say what is missing.
    return await fetchToken({ ...order, scopes: pullOnly(order.scopes) }, options)
  }
  if (response.status < 200 || response.status > 299) {
    throw errorOf(request, { ...response, anonymous })
  }
  return readToken(request, response, { ...options, anonymous })
}

async function ask(order: TokenOrder, send: Send): Promise<{ request: Request; response: Response }> {
  const { credential } = order
  switch (credential.kind) {
    case 'identity': {
      const request = oauthRequest(order, credential.token)
      const response = await send(request)
      const another = NO_OAUTH.has(response.status) && credential.login
      return another ? await get(order, credential.login, send) : { request, response }
    }
    case 'login':
      return await get(order, credential, send)
    case 'none':
    case 'bearer':
      return await get(order, undefined, send)
  }
}

async function get(order: TokenOrder, login: Login | undefined, send: Send) {
  const url = new URL(order.realm)
  if (order.service) url.searchParams.set('service', order.service)
  for (const scope of order.scopes) url.searchParams.append('scope', scope)
  url.searchParams.set('client_id', CLIENT_ID)
  if (login) url.searchParams.set('account', login.username)
  const headers = login && { authorization: `Basic ${basicOf(login)}` }
  const request: Request = { ...basis(order), method: 'GET', url, headers: headers ?? {} }
  return { request, response: await send(request) }
}

function oauthRequest(order: TokenOrder, refreshToken: string): Request {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: CLIENT_ID,
    refresh_token: refreshToken,
    scope: order.scopes.join(' '),
    ...(order.service && { service: order.service }),
  })
  return {
    ...basis(order),
    method: 'POST',
    url: order.realm,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new TextEncoder().encode(form.toString()),
  }
}

function basis({ host, repository }: TokenOrder) {
  return { host, limit: LONGEST, scopes: [], ...(repository !== undefined && { repository }) }
}

function readToken(
  request: Request,
  response: Response,
  { now, mask, anonymous }: TokenOptions & { anonymous: boolean },
): Token {
  const json = readObject(response) ?? {}
  const value = textOf(json['token']) || textOf(json['access_token'])
  if (!value) {
    throw problemWith(request, 'unusable', 'the answer holds no token', { status: response.status })
  }
  for (const secret of [value, textOf(json['refresh_token'])].filter(Boolean)) mask(secret)
  const life = Math.max(SHORTEST_LIFE, Number(json['expires_in']) || 0)
  const renewed = request.method === 'POST' && textOf(json['refresh_token'])
  return { value, expires: now() + life * 1000, anonymous, ...(renewed && { renewed }) }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
