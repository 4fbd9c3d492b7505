import { openAuth } from './auth.ts'
import type { CredentialLookup, Mask } from './credential.ts'
import type { Note } from './events.ts'
import { hostOf } from './hosts.ts'
import { openManifests } from './manifests.ts'
import { objectionToRealm } from './realm.ts'
import { withRedirects } from './redirect.ts'
import type { Registry } from './registry.ts'
import { withRetry } from './retry.ts'
import type { Time } from './time.ts'
import { openWire, type WireOptions } from './transport.ts'
import { openWallet } from './wallet.ts'
import { withWarnings } from './warnings.ts'

export type { Registry } from './registry.ts'

export type RegistryOptions = Time &
  WireOptions &
  Readonly<{
    credentialOf: CredentialLookup
    /** Registries, as users name them, that are spoken to without TLS. This machine always is. */
    insecure?: readonly string[]
    note: Note
    mask: Mask
  }>

/** Opens no connection yet. */
export function openRegistry(options: RegistryOptions): Registry & AsyncDisposable {
  const closing = new AbortController()
  const wire = openWire(options)
  const steady = withRetry({ ...options, signal: closing.signal })(wire.send)
  const auth = openAuth(withRedirects()(steady), {
    wallet: openWallet(options.credentialOf, options.mask),
    send: withRedirects((to, { host }) => objectionToRealm(to, host.base))(steady),
    now: options.now,
    mask: options.mask,
  })
  const send = withWarnings(options.note)(auth.send)
  const close = async () => {
    closing.abort()
    await wire.close()
  }
  return {
    ...openManifests({
      send,
      warm: auth.warm,
      hostOf: (registry) => hostOf(registry, options.insecure),
      note: options.note,
    }),
    close,
    [Symbol.asyncDispose]: close,
  }
}
