import type { CredentialLookup } from './credential.ts'
import { askHelper, type RunHelper } from './credential-helper.ts'
import { choose, type DockerConfig, NO_CONFIG, readAuthConfig, readDockerConfig } from './docker-config.ts'

export type CredentialSources = Readonly<{
  /** The text of Docker's config.json, where there is one. */
  config?: string | undefined
  /** The text of DOCKER_AUTH_CONFIG, which goes before it. */
  authConfig?: string | undefined
  run: RunHelper
  /** Told once of a source that cannot be read and counts for nothing, as Docker does it. */
  warn: (text: string) => void
}>

/** What the user has logged in to, as Docker's own command line finds it. */
export function credentialsFrom({ config, authConfig, run, warn }: CredentialSources): CredentialLookup {
  const sources = [
    { name: 'DOCKER_AUTH_CONFIG', text: authConfig, read: readAuthConfig },
    { name: "Docker's config.json", text: config, read: readDockerConfig },
  ].map((source) => readSource(source, warn))
  return async (registry) => {
    for (const source of sources) {
      const choice = choose(source, registry)
      const found = choice.kind === 'helper' ? await askHelper(registry, choice, run) : choice
      if (found.kind !== 'none') return found
    }
    return { kind: 'none' }
  }
}

type Source = Readonly<{ name: string; text: string | undefined; read: (text: string) => DockerConfig }>

function readSource({ name, text, read }: Source, warn: CredentialSources['warn']): DockerConfig {
  if (!text) return NO_CONFIG
  try {
    return read(text)
  } catch {
    warn(`${name} cannot be read, so the logins in it are not used`)
    return NO_CONFIG
  }
}
