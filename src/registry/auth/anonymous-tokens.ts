import { isAtHome } from '../hosts.ts'
import { RegistryError } from '../registry-error.ts'
import type { Layer, Request, Response } from '../wire.ts'
import { parseChallenges } from './challenge.ts'
import { readRealm } from './realm.ts'
import { splitScopes } from './scopes.ts'
import { fetchToken, type Token, type TokenOptions } from './token.ts'

/**
 * Where a redirect led may be another registry, with public content and questions of its own (registry.md, 1.3.1). It
 * gets a token that anybody gets, once, and learns nothing of us; what we know of the first registry stays as it is.
 */
export function withAnonymousTokens(options: TokenOptions): Layer {
  return (next) => async (request) => {
    const response = await next(request)
    if (response.status !== 401 || isAtHome(request) || !isReading(request)) return response
    const token = await tokenFor(request, response, options)
    if (token === undefined) return response
    const authorization = `Bearer ${token.value}`
    return await next({ ...request, headers: { ...request.headers, authorization } })
  }
}

function isReading({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD'
}

async function tokenFor(
  { url }: Request,
  { headers }: Response,
  options: TokenOptions,
): Promise<Token | undefined> {
  const challenge = parseChallenges(headers['www-authenticate'] ?? []).find(
    ({ scheme }) => scheme === 'bearer',
  )
  if (challenge === undefined) return undefined
  const host = { registry: url.host, base: new URL('/', url) }
  const { realm: given, service, scope } = challenge.parameters
  const realm = readRealm(given, url, host.base)
  if ('problem' in realm) return undefined
  const place = { host, repository: undefined, realm: realm.url, service, scopes: splitScopes(scope) }
  try {
    return await fetchToken({ ...place, credential: { kind: 'none' } }, options)
  } catch (error: unknown) {
    if (error instanceof RegistryError) return undefined // The 401 says enough.
    throw error
  }
}
