import type { Host } from '../hosts.ts'
import type { Challenge } from './challenge.ts'

/** What a registry is known to ask for before it says so; undefined where nobody knows. */
export type HintFor = (host: Host) => Challenge | undefined

/** Where tokens for a registry are to be had, by the registry's own host, and its name there. */
const REALMS: Readonly<Record<string, readonly [realm: string, service: string]>> = {
  'registry-1.docker.io': ['https://auth.docker.io/token', 'registry.docker.io'],
  'ghcr.io': ['https://ghcr.io/token', 'ghcr.io'],
  'registry.gitlab.com': ['https://gitlab.com/jwt/auth', 'container_registry'],
  'quay.io': ['https://quay.io/v2/auth', 'quay.io'],
}

const AZURE = /^[a-z0-9-]+\.azurecr\.io$/
const ECR = /^\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/

/**
 * The challenges of large registries have been the same for years, and each costs a round trip to hear. A hint names
 * nobody but who runs the registry, so nothing is shown that would not be shown a moment later; a wrong one costs a
 * request, since the registry is then asked as any other.
 */
export const hintFor: HintFor = ({ base: { protocol, host } }) => {
  if (protocol !== 'https:') return undefined
  const [realm, service] = REALMS[host] ?? (AZURE.test(host) ? [`https://${host}/oauth2/token`, host] : [])
  if (realm !== undefined && service !== undefined)
    return { scheme: 'bearer', parameters: { realm, service } }
  return ECR.test(host) ? { scheme: 'basic', parameters: {} } : undefined
}
