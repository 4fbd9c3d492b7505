import { BlockList, isIP } from 'node:net'
import { isLoopback } from '../addresses.ts'

/** As in the environment: HTTP_PROXY, HTTPS_PROXY, NO_PROXY. */
export type ProxySettings = Readonly<{
  http?: string | undefined
  https?: string | undefined
  no?: string | undefined
}>

/**
 * The proxy to ask for this address, or nothing (registry.md, 1.3.3): as Go's `httpproxy`, and so Docker, decides.
 * NO_PROXY takes names with everything below them, addresses, networks (10.0.0.0/8) and `*`, each with or without a
 * port. The machine itself is never asked for through a proxy. https goes through HTTP_PROXY where there is no other.
 */
export function proxyFor(
  url: URL,
  { http = '', https = '', no = '' }: ProxySettings = {},
): string | undefined {
  const given = url.protocol === 'https:' ? https || http : http
  if (given === '' || isLoopback(url.hostname)) return undefined
  if (no.split(/[\s,]+/).some((entry) => excludes(entry, url))) return undefined
  // `proxy:3128` is what people write and what curl and Go accept.
  return given.includes('://') ? given : `http://${given}`
}

const ENTRY = /^(\[[^\]]*\]|[^:]+|[0-9a-f]*:[0-9a-f:.]*)(?::(\d+))?$/i

function excludes(entry: string, url: URL): boolean {
  if (entry === '*') return true
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (entry.includes('/')) return isWithin(entry, host)
  const [, name = '', port] = ENTRY.exec(entry) ?? []
  if (port !== undefined && port !== portOf(url)) return false
  const given = name.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  if (isIP(given) !== 0) return isIP(host) !== 0 && isWithin(`${given}/${isIP(given) === 4 ? 32 : 128}`, host)
  // `*.corp` and `.corp` are what is below, `corp` is itself as well.
  const base = given.replace(/^\*?\./, '')
  return base !== '' && (host.endsWith(`.${base}`) || (host === base && base === given))
}

function isWithin(network: string, host: string): boolean {
  const [, net = '', bits = ''] = /^(.*)\/(\d{1,3})$/.exec(network) ?? []
  const family = isIP(net)
  const prefix = Number(bits)
  if (family === 0 || isIP(host) !== family || prefix > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  const kind = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(net, prefix, kind)
  return list.check(host, kind)
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80')
}
