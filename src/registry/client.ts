import { withAnonymousTokens } from './auth/anonymous-tokens.ts'
import { openAuth } from './auth/auth.ts'
import type { HintFor } from './auth/hints.ts'
import { objectionToDetour } from './auth/realm.ts'
import { openWallet } from './auth/wallet.ts'
import { openBlobs } from './blobs/blobs.ts'
import { openMounts } from './blobs/mounts.ts'
import { openSessions } from './blobs/sessions.ts'
import { openUploads } from './blobs/uploads.ts'
import type { CredentialLookup, Mask } from './credentials/credential.ts'
import type { Note } from './events.ts'
import { hostOf } from './hosts.ts'
import { type Quota, withQuota } from './layers/quota.ts'
import { withRedirects } from './layers/redirect.ts'
import { openPatience, withRetry } from './layers/retry.ts'
import { withTurns } from './layers/turns.ts'
import { withWarnings } from './layers/warnings.ts'
import { openLists } from './lists.ts'
import { openDeletes } from './manifests/deletes.ts'
import { openManifestReading } from './manifests/reading.ts'
import { openManifestWriting } from './manifests/writing.ts'
import type { Registry } from './registry.ts'
import { within } from './requests.ts'
import type { Time } from './time.ts'
import { openWire, type WireOptions } from './transport/transport.ts'

export type { Registry } from './registry.ts'

export type RegistryOptions = Time &
  WireOptions &
  Readonly<{
    credentialOf: CredentialLookup
    note: Note
    /** Told what is left of what a registry gives, whenever that changes. */
    quota?: (quota: Quota) => void
    mask: Mask
    /** Milliseconds from now in which everything must be done; no limit by default. */
    timeLimit?: number
    /** All registries take several tags in one request; without it that is for those that show it. */
    multiTag?: boolean
    /** What registries are known to ask for; those of `hintFor` by default. */
    hintFor?: HintFor
    /** Registries on this machine that speak TLS, which is not taken for granted there. */
    certified?: readonly string[]
  }>

/** Opens no connection yet. */
export function openRegistry(options: RegistryOptions): Registry & AsyncDisposable {
  const closing = new AbortController()
  const wire = openWire(options)
  const patient = {
    ...options,
    signal: closing.signal,
    ...(options.timeLimit !== undefined && { end: options.now() + options.timeLimit }),
  }
  const retry = withRetry(patient)
  const steady = retry(withTurns()(withQuota(options.quota)(wire.send)))
  const tokens = {
    send: withRedirects((to, { host }) => objectionToDetour(to, host.base))(steady),
    now: options.now,
    mask: options.mask,
  }
  const wallet = openWallet(options.credentialOf, options.mask)
  const auth = openAuth(withRedirects()(withAnonymousTokens(tokens)(steady)), {
    ...{ ...tokens, wallet },
    ahead: wire.ahead,
    hintFor: options.hintFor,
  })
  const line = {
    send: withWarnings(options.note)(auth.send),
    hostOf: (registry: string) => hostOf(registry, options.insecure, options.certified),
    note: options.note,
  }
  const reading = openManifestReading(line)
  const sessions = openSessions()
  const blobs = openBlobs(line, openPatience(patient))
  const warm: Registry['warm'] = async (repository) => {
    try {
      await auth.warm({ ...within(repository, line.hostOf(repository.registry), ''), method: 'GET' })
    } catch {
      // The first real request meets the same, and says it.
    }
  }
  const close = async () => {
    closing.abort()
    await wire.close()
  }
  return {
    warm,
    ...reading,
    ...openManifestWriting({ ...line, reading, multiTag: options.multiTag }),
    ...blobs,
    ...openLists(line),
    mountBlob: openMounts(line, sessions),
    putBlob: openUploads({ ...line, retry, sessions, headBlob: blobs.headBlob }),
    delete: openDeletes(line),
    close,
    [Symbol.asyncDispose]: close,
  }
}
