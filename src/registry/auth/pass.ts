import { basicOf, type Credential, type Mask } from '../credentials/credential.ts'
import { problemWith } from '../errors.ts'
import type { Request, Send } from '../wire.ts'
import type { Challenge } from './challenge.ts'
import { readRealm } from './realm.ts'
import { mergeScopes } from './scopes.ts'
import { fetchToken, type Token, type TokenOrder } from './token.ts'
import { openTokenStore, type TokenStore } from './token-store.ts'
import type { Wallet } from './wallet.ts'

/** How a host wants to be spoken to. */
export type Manner =
  | Readonly<{ scheme: 'none' }>
  | Readonly<{ scheme: 'basic' }>
  | Readonly<{ scheme: 'bearer'; realm: URL; service: string | undefined; tokens: TokenStore }>

/** What a request carries to be let in. */
export type Pass = Readonly<{
  authorization?: string
  /** The bearer token in it. */
  token?: string
  /** The token is good for other repositories as well, and some registries look at one of them only. */
  wide?: boolean
  /** We had nothing to show. */
  anonymous: boolean
}>

export type PassOptions = Readonly<{
  wallet: Wallet
  /** For token endpoints: redirects have stricter rules there. */
  send: Send
  now: () => number
  mask: Mask
}>

export type PassOffice = Readonly<{
  /** Learns from a challenge. Throws RegistryError where we must not follow it. */
  mannerOf: (challenge: Challenge, request: Request) => Manner
  /**
   * The pass for a request; a `refused` token does not come again, `asked` are the scopes of the challenge, and a
   * `narrow` one is for nothing but this request's own scopes.
   */
  passFor: (
    request: Request,
    manner: Manner,
    more?: Readonly<{ asked?: readonly string[]; refused?: string | undefined; narrow?: boolean }>,
  ) => Promise<Pass>
}>

/** Makes passes: Basic (RFC 7617) and Bearer (docker token specification). */
export function openPassOffice({ wallet, send, now, mask }: PassOptions): PassOffice {
  const stores = new Map<string, TokenStore>()
  const basic = new Map<string, Promise<Pass>>()
  const renewed = new Map<string, string>()

  function storeFor(key: string): TokenStore {
    const store = stores.get(key) ?? openTokenStore(now)
    stores.set(key, store)
    return store
  }

  async function tokenFor(order: Omit<TokenOrder, 'credential'>, request: Request): Promise<Token> {
    const credential = await wallet.take(order.host.registry, request.scopes)
    if (credential.kind === 'bearer')
      return { value: credential.token, expires: Number.POSITIVE_INFINITY, anonymous: false }
    const options = { send, now, mask }
    if (credential.kind !== 'identity') return await fetchToken({ ...order, credential }, options)
    const identity = renewed.get(credential.token) ?? credential.token
    renewed.delete(credential.token)
    const token = await fetchToken({ ...order, credential: { ...credential, token: identity } }, options)
    renewed.set(credential.token, token.renewed ?? identity)
    return token
  }

  /** A login may be for a part of a registry, so it is looked up for each. */
  async function basicFor({ host, scopes }: Request): Promise<Pass> {
    const key = [host.registry, ...scopes].join(' ')
    const looking = basic.get(key) ?? wallet.take(host.registry, scopes).then(basicPass)
    basic.set(key, looking)
    looking.catch(() => basic.delete(key))
    return await looking
  }

  return {
    mannerOf: ({ scheme, parameters }, request) => {
      if (scheme === 'basic') return { scheme }
      const realm = readRealm(parameters['realm'], request.url, request.host.base)
      if ('problem' in realm) throw problemWith(request, 'unusable', realm.problem, { status: 401 })
      const service = parameters['service']
      const tokens = storeFor(`${realm.url.href}\n${service ?? ''}\n${request.host.registry}`)
      return { scheme: 'bearer', realm: realm.url, service, tokens }
    },
    passFor: async (request, manner, { asked = [], ...wanted } = {}) => {
      if (manner.scheme === 'none') return { anonymous: false }
      if (manner.scheme === 'basic') return await basicFor(request)
      const { realm, service, tokens } = manner
      const { host, repository } = request
      // The challenge's scopes come first: some token endpoints look at no other.
      const scopes = mergeScopes([...asked, ...request.scopes])
      const order = { host, repository, realm, service, scopes }
      const token = await tokens.get(scopes, () => tokenFor(order, request), wanted)
      const { value, anonymous } = token
      const wide = token.scopes.length > mergeScopes(request.scopes).length
      return { authorization: `Bearer ${value}`, token: value, anonymous, wide }
    },
  }
}

function basicPass(credential: Credential): Pass {
  const login = credential.kind === 'identity' ? credential.login : credential
  if (login?.kind !== 'login') return { anonymous: true }
  return { authorization: `Basic ${basicOf(login)}`, anonymous: false }
}
