import { coversScopes } from './scopes.ts'
import type { Token } from './token.ts'

/** A token used up to this long before its end may be too old when it arrives. Milliseconds. */
const MARGIN = 10_000

type Entry = { readonly scopes: readonly string[]; readonly pending: Promise<Token>; token?: Token }

export type TokenStore = Readonly<{
  /**
   * A token for these scopes: one we have, one that is on its way, or a new one. `refused` is one that the registry
   * did not take, and that must not come again. `narrow`: it must be for these resources and no others.
   */
  get: (
    scopes: readonly string[],
    fetch: () => Promise<Token>,
    options?: Readonly<{ refused?: string | undefined; narrow?: boolean }>,
  ) => Promise<Token & Readonly<{ scopes: readonly string[] }>>
}>

/** The tokens of one realm, service and credential. */
export function openTokenStore(now: () => number): TokenStore {
  const entries = new Set<Entry>()

  function isGood({ token }: Entry, refused: string | undefined): boolean {
    return token === undefined || (token.value !== refused && token.expires - now() > MARGIN)
  }

  return {
    get: async (scopes, fetch, { refused, narrow = false } = {}) => {
      for (const entry of entries) if (!isGood(entry, refused)) entries.delete(entry)
      const known = [...entries].find(
        (entry) => coversScopes(entry.scopes, scopes) && !(narrow && entry.scopes.length > scopes.length),
      )
      if (known) return { ...(await known.pending), scopes: known.scopes }
      const entry: Entry = { scopes, pending: fetch() }
      entries.add(entry)
      try {
        entry.token = await entry.pending
        return { ...entry.token, scopes }
      } catch (error: unknown) {
        entries.delete(entry)
        throw error
      }
    },
  }
}
