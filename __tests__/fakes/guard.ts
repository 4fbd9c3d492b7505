import { type Answer, json, refusal } from './answer.ts'
import type { FakeOptions, Seen } from './registry.ts'

export const LOGIN = { username: 'octo', password: 'secret' } as const
const SERVICE = 'fake-registry'

/** No two registries give the same token. */
let guards = 0

type Ticket = Readonly<{ scopes: readonly string[] }>

/** Who may come in. Tokens are opaque, as GHCR's are. */
export function openGuard(options: FakeOptions, violations: string[]) {
  const { auth = 'none', anonymous = 'nothing', rights = 'pull,push', realm = '/token' } = options
  const basic = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`
  const tickets = new Map<string, Ticket>()
  const number = guards++
  let given = 0

  /** What keeps a request out, or nothing. */
  function stop(seen: Seen, url: URL): Answer | undefined {
    switch (auth) {
      case 'none':
        if (seen.authorization !== 'none')
          violations.push(`${seen.method} ${seen.path} shows credentials unasked`)
        return undefined
      case 'basic':
        if (seen.authorization === 'bearer') violations.push(`${seen.path} shows a token to a Basic registry`)
        return seen.headers['authorization'] === basic
          ? undefined
          : unauthorized('Basic realm="fake registry"')
      case 'bearer':
        return stopWithoutToken(seen, url)
    }
  }

  function stopWithoutToken(seen: Seen, url: URL): Answer | undefined {
    if (seen.authorization === 'basic') violations.push(`${seen.path} shows a password to a Bearer registry`)
    const needed = scopesFor(seen, url, options)
    const scope = options.challengeScope ?? (needed.join(' ') || 'repository:user/image:pull')
    const challenge = `Bearer realm="${realm}",service="${SERVICE}",scope="${scope}"`
    if (seen.authorization === 'none') return unauthorized(challenge)
    const ticket = tickets.get(seen.headers['authorization']?.slice('Bearer '.length) ?? '')
    if (ticket === undefined) return unauthorized(`${challenge},error="invalid_token"`)
    if (needed.every((scope) => allows(ticket.scopes, scope))) return undefined
    if (options.deniesWeakTokens) return refusal(403, 'DENIED', 'the token does not allow it')
    return unauthorized(`${challenge},error="insufficient_scope"`)
  }

  /** The token endpoint (docker token specification). */
  function giveToken(seen: Seen, url: URL, body: Uint8Array): Answer {
    const form = new URLSearchParams(new TextDecoder().decode(body))
    const wanted = seen.method === 'POST' ? form : url.searchParams
    if (wanted.get('service') !== SERVICE) return refusal(400, 'UNSUPPORTED', 'no such service')
    const scopes = wanted.getAll('scope').flatMap((scope) => scope.split(' '))
    if (seen.method === 'POST') return giveForRefreshToken(form, scopes)
    const header = seen.headers['authorization']
    if (header === undefined) return give(scopes, anonymous === 'pull' ? ['pull'] : [])
    if (header !== basic) return refusal(401, 'UNAUTHORIZED', 'incorrect username or password')
    return give(scopes, rights === 'pull' ? ['pull'] : ['pull', 'push', 'delete'])
  }

  function giveForRefreshToken(form: URLSearchParams, scopes: readonly string[]): Answer {
    if (options.identity === undefined) return { status: 405 }
    const known = form.get('refresh_token') === options.identity && form.get('grant_type') === 'refresh_token'
    return known ? give(scopes, rights.split(',')) : refusal(401, 'UNAUTHORIZED', 'unknown refresh token')
  }

  function give(wanted: readonly string[], allowed: readonly string[]): Answer {
    const some = options.oneScope ? [wanted.at(options.oneScope === 'first' ? 0 : -1) ?? ''] : wanted
    const granted = some.map((scope) => reduce(scope, allowed))
    if (options.refusesTooMuch && granted.some((scope, at) => scope !== some[at]))
      return refusal(403, 'DENIED', 'requested access to the resource is denied')
    given += 1
    const token = `token-${number}-${given}-${'x'.repeat(20)}`
    tickets.set(token, { scopes: granted })
    return json(200, { token, expires_in: options.tokenSeconds ?? 300 })
  }

  return { stop, giveToken, login: LOGIN, expireTokens: () => tickets.clear() }
}

function unauthorized(challenge: string): Answer {
  return refusal(401, 'UNAUTHORIZED', 'authentication required', {
    headers: { 'www-authenticate': challenge },
  })
}

/** What a token must allow for this. */
function scopesFor({ method }: Seen, url: URL, { deleteScope }: FakeOptions): readonly string[] {
  const [, path] = /^\/v2\/(.+?)\/(?:manifests|blobs|tags|referrers)\//.exec(url.pathname) ?? []
  if (path === undefined) return []
  if (method === 'DELETE' && deleteScope && url.pathname.includes('/manifests/'))
    return [`repository:${path}:delete`]
  const reading = (method === 'GET' || method === 'HEAD') && !url.pathname.includes('/uploads/')
  const from = url.searchParams.get('from')
  return [
    `repository:${path}:${reading ? 'pull' : 'pull,push'}`,
    ...(from === null ? [] : [`repository:${from}:pull`]),
  ]
}

function reduce(scope: string, allowed: readonly string[]): string {
  const [, resource = '', actions = ''] = /^(.+):([^:]+)$/.exec(scope) ?? []
  const kept = actions.split(',').filter((action) => allowed.includes(action))
  return `${resource}:${kept.join(',')}`
}

function allows(scopes: readonly string[], needed: string): boolean {
  const [, resource = '', actions = ''] = /^(.+):([^:]+)$/.exec(needed) ?? []
  const mine = scopes.find((scope) => scope.startsWith(`${resource}:`))?.slice(resource.length + 1)
  return actions.split(',').every((action) => mine?.split(',').includes(action))
}
