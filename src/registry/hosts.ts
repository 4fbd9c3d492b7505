import { FormatError } from '../image/format-error.ts'
import { isLoopback, placeOf } from './addresses.ts'

/** A registry as users name it, and where it answers. */
export type Host = Readonly<{
  /** docker.io, ghcr.io, 127.0.0.1:5000 */
  registry: string
  /** https://registry-1.docker.io/ */
  base: URL
}>

/**
 * Where a registry answers. Plain HTTP only on this machine and where the user asked for it by name: falling
 * back to it for anybody else would show passwords to the whole way. Private addresses are no exception. A name in
 * `insecure` stands for plain HTTP; `https://` before it is TLS with a certificate that nobody checks. One on this machine
 * that is among the `certified` speaks TLS as well. Throws FormatError.
 */
export function hostOf(
  registry: string,
  insecure: readonly string[] = [],
  certified: readonly string[] = [],
): Host {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry
  const secure =
    registry.endsWith(':443') || lists(insecure, `https://${registry}`) || lists(certified, registry)
  const local = isLoopback(registry) && !secure
  const plain = local || lists(insecure, registry) || lists(insecure, `http://${registry}`)
  const base = URL.parse(`${plain ? 'http' : 'https'}://${bracketed(host)}/`)
  if (base === null) throw new FormatError('registry', registry, 'a host, like ghcr.io or 127.0.0.1:5000')
  return { registry, base }
}

/** The address of something below `/v2/`. The parts have passed the grammar of references and need no escaping. */
export function urlOf(host: Host, path: string): URL {
  return new URL(`/v2/${path}`, host.base)
}

/** Whether a request goes to the registry itself, and not to where it sent us. */
export function isAtHome({ url, host: { base } }: Readonly<{ url: URL; host: Host }>): boolean {
  return url.protocol === base.protocol && placeOf(url) === placeOf(base)
}

function lists(names: readonly string[], registry: string): boolean {
  return names.some((name) => name.toLowerCase() === registry.toLowerCase())
}

/** A bare `::1` is an address, not a host with a port. */
function bracketed(host: string): string {
  return /^[0-9a-f]*:[0-9a-f:]*:/i.test(host) ? `[${host}]` : host
}
