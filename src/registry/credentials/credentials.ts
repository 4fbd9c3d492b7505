import type { Credential, CredentialLookup } from './credential.ts'
import { askHelper, type RunHelper } from './credential-helper.ts'
import { choose, type DockerConfig, NO_CONFIG, readAuthConfig, readDockerConfig } from './docker-config.ts'
import { chooseScoped, type ScopedConfig } from './scoped-config.ts'

export type CredentialSources = Readonly<{
  /** The text of Docker's config.json, where there is one. */
  config?: string | undefined
  /** The text of DOCKER_AUTH_CONFIG, which goes before it. */
  authConfig?: string | undefined
  /** Logins for a part of a registry only, which go before config.json. */
  scoped?: readonly ScopedConfig[] | undefined
  run: RunHelper
  /** Told once of a source that cannot be read and counts for nothing, as Docker does it. */
  warn: (text: string) => void
}>

/** Registries of Docker's that take a login to Docker Hub. */
const LIKE_HUB = new Set(['dhi.io', 'registry.scout.docker.com'])

/** What the user has logged in to, as Docker's own command line and buildx find it. */
export function credentialsFrom(sources: CredentialSources): CredentialLookup {
  const { config, authConfig, scoped = [], run, warn } = sources
  const first = readSource({ name: 'DOCKER_AUTH_CONFIG', text: authConfig, read: readAuthConfig }, warn)
  const last = readSource({ name: "Docker's config.json", text: config, read: readDockerConfig }, warn)
  const parts = new Map(scoped.map((part) => [part, readPart(part, warn)]))

  return async function lookUp(registry, scopes = []): Promise<Credential> {
    const part = chooseScoped(scoped, registry, scopes)
    for (const source of [first, (part && parts.get(part)) ?? last]) {
      const choice = choose(source, registry)
      const found = choice.kind === 'helper' ? await askHelper(registry, choice, run) : choice
      if (found.kind !== 'none') return found
    }
    return LIKE_HUB.has(registry) ? await lookUp('docker.io', scopes) : { kind: 'none' }
  }
}

function readPart({ folder, text }: ScopedConfig, warn: CredentialSources['warn']): DockerConfig {
  return readSource({ name: `buildx's config for ${folder}`, text, read: readDockerConfig }, warn)
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
