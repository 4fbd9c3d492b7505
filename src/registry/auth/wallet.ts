import { basicOf, type Credential, type CredentialLookup, type Mask } from '../credentials/credential.ts'

/** Credentials as they are needed; whatever is taken out is hidden in the log first. */
export type Wallet = Readonly<{
  /** Begins to look, since a credential helper takes its time. What goes wrong is said by `take`. */
  prepare: (registry: string, scopes: readonly string[]) => void
  /** Looks anew each time after the first: what a cloud's helper gives may live for five minutes only. */
  take: CredentialLookup
}>

export function openWallet(lookUp: CredentialLookup, mask: Mask): Wallet {
  const prepared = new Map<string, Promise<Credential>>()
  return {
    prepare: (registry, scopes) => {
      const looking = lookUp(registry, scopes)
      looking.catch(() => {})
      prepared.set(keyOf(registry, scopes), looking)
    },
    take: async (registry, scopes = []) => {
      const key = keyOf(registry, scopes)
      const looking = prepared.get(key) ?? lookUp(registry, scopes)
      prepared.delete(key)
      const credential = await looking
      for (const secret of secretsOf(credential)) mask(secret)
      return credential
    },
  }
}

function keyOf(registry: string, scopes: readonly string[]): string {
  return [registry, ...scopes].join(' ')
}

function secretsOf(credential: Credential): readonly string[] {
  switch (credential.kind) {
    case 'none':
      return []
    case 'login':
      return [credential.password, basicOf(credential)].filter(Boolean)
    case 'identity':
      return [credential.token, ...(credential.login ? secretsOf(credential.login) : [])]
    case 'bearer':
      return [credential.token]
  }
}
