import type { DigestRef, Repository, TagRef } from '../image/reference.ts'
import { repositoryScope } from './auth/scopes.ts'
import type { Note } from './events.ts'
import { type Host, urlOf } from './hosts.ts'
import type { Send } from './wire.ts'

/** What whoever asks registries for something needs: the way there. */
export type Line = Readonly<{ send: Send; hostOf: (registry: string) => Host; note: Note }>

const MIB = 1024 * 1024

/** Manifests and configurations are far below; what is above is neither. Bytes. */
export const LONGEST_READ = 8 * MIB

/**
 * The part that all requests about a repository share. One token for the whole run: whoever reads here will write
 * here, and asking once for both is one request less.
 */
export function within({ path: repository }: Repository, host: Host, path: string) {
  const scopes = [repositoryScope(repository, ['pull', 'push'])]
  return { url: urlOf(host, path), host, repository, scopes, headers: {}, limit: LONGEST_READ }
}

/** Where the manifest of this name is. */
export function manifestAt(reference: TagRef | DigestRef, hostOf: Line['hostOf']) {
  const name = 'digest' in reference ? reference.digest : reference.tag
  return within(reference, hostOf(reference.registry), `${reference.path}/manifests/${name}`)
}
