/** What we can show a registry. */
export type Credential =
  | Readonly<{ kind: 'none' }>
  | Login
  /** A token to be exchanged for others at the token endpoint; some configurations hold a login beside it. */
  | Readonly<{ kind: 'identity'; token: string; login?: Login }>
  /** A token that the registry itself takes. */
  | Readonly<{ kind: 'bearer'; token: string }>

export type Login = Readonly<{ kind: 'login'; username: string; password: string }>

/**
 * Looks up the credential for a registry as users name it, and for what is to be done there (`repository:octo/app:pull,push`).
 * Rejects with CredentialError.
 */
export type CredentialLookup = (registry: string, scopes?: readonly string[]) => Promise<Credential>

/** Hides a text in every log from now on. */
export type Mask = (secret: string) => void

/** There should be a credential, but it cannot be had. Secrets are not in the message. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError'
  readonly registry: string
  /** The credential helper, where it was one that failed. */
  readonly program: string | undefined

  constructor(
    registry: string,
    problem: string,
    { program, cause }: { program?: string; cause?: unknown } = {},
  ) {
    super(`no credentials for ${registry}: ${problem}`, { cause })
    this.registry = registry
    this.program = program
  }
}

/** `user:password` as HTTP's Basic scheme wants it (RFC 7617). */
export function basicOf({ username, password }: Login): string {
  return Buffer.from(`${username}:${password}`, 'utf8').toString('base64')
}
