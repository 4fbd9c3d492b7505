import { parseJson } from '../../image/manifest.ts'
import { type Credential, CredentialError } from './credential.ts'

/** The part of Docker's config.json that tells of logins. */
export type DockerConfig = Readonly<{
  auths: Readonly<Record<string, unknown>>
  credHelpers: Readonly<Record<string, unknown>>
  credsStore: string
}>

/** A credential, or the program that knows it. */
export type Choice = Credential | Readonly<{ kind: 'helper'; name: string; key: string }>

export const NO_CONFIG: DockerConfig = { auths: {}, credHelpers: {}, credsStore: '' }

/** Docker Hub's name is an address of its first version; the others are seen in the wild. */
const HUB_KEY = 'https://index.docker.io/v1/'
const HUB_KEYS = [
  HUB_KEY,
  'https://index.docker.io/v1',
  'index.docker.io',
  'docker.io',
  'registry-1.docker.io',
]

/** Reads config.json; throws where it is no JSON object. */
export function readDockerConfig(text: string): DockerConfig {
  const { auths, credHelpers, credsStore } = membersOf(parseJson(new TextEncoder().encode(text)))
  return {
    auths: membersOf(auths ?? {}),
    credHelpers: membersOf(credHelpers ?? {}),
    credsStore: textOf(credsStore),
  }
}

/** Reads DOCKER_AUTH_CONFIG, which may hold `auths` with `auth` and nothing else; throws where it does. */
export function readAuthConfig(text: string): DockerConfig {
  const { auths, ...others } = membersOf(parseJson(new TextEncoder().encode(text)))
  const entries = Object.values(membersOf(auths)).map(membersOf)
  const strict = entries.every((entry) => Object.keys(entry).length === 1 && textOf(entry['auth']) !== '')
  if (Object.keys(others).length > 0 || !strict) throw new TypeError('more than "auths" with "auth"')
  return { ...NO_CONFIG, auths: membersOf(auths) }
}

/** A helper for a registry is asked instead of the file, not before it. Throws CredentialError. */
export function choose({ auths, credHelpers, credsStore }: DockerConfig, registry: string): Choice {
  const keys = registry === 'docker.io' ? HUB_KEYS : [registry]
  const [key = registry] = keys
  const name = keys.map((key) => textOf(credHelpers[key])).find(Boolean) ?? credsStore
  if (name) return { kind: 'helper', name, key }
  const exact = keys.find((key) => auths[key] !== undefined)
  const found = exact ?? Object.keys(auths).find((address) => hostnameOf(address) === key)
  return found === undefined ? { kind: 'none' } : credentialIn(entryOf(auths[found], registry), registry)
}

/** From what Docker's older versions wrote as the key of a login to a host. */
export function hostnameOf(address: string): string {
  const [, authority = ''] = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/?#]+)/i.exec(address) ?? []
  if (authority === '') return address.split('/')[0] ?? ''
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(authority) ?? []
  const name = host.replace(/^\[(.*)\]$/, '$1')
  if (port === undefined) return name
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`
}

function credentialIn(entry: Readonly<Record<string, unknown>>, registry: string): Credential {
  const bearer = textOf(entry['registrytoken'])
  if (bearer) return { kind: 'bearer', token: bearer }
  const login = loginIn(entry, registry)
  const token = textOf(entry['identitytoken'])
  if (!token) return login ?? { kind: 'none' }
  return { kind: 'identity', token, ...(login?.password && login.username !== '<token>' && { login }) }
}

function loginIn(entry: Readonly<Record<string, unknown>>, registry: string) {
  const auth = textOf(entry['auth'])
  const username = textOf(entry['username'])
  if (!auth) return username ? loginOf(username, textOf(entry['password'])) : undefined
  const text = Buffer.from(auth, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 1) throw new CredentialError(registry, 'the "auth" of its login is not user:password in base64')
  return loginOf(text.slice(0, colon), text.slice(colon + 1).replace(/\0+$/, ''))
}

function loginOf(username: string, password: string) {
  return { kind: 'login', username, password } as const
}

/** As Docker reads it, null says nothing. */
function entryOf(entry: unknown, registry: string) {
  if (typeof entry === 'object' && !Array.isArray(entry)) return membersOf(entry ?? {})
  throw new CredentialError(registry, 'its login in the configuration is not a JSON object')
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new TypeError('not a JSON object')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
