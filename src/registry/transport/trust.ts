import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { placeOf } from '../addresses.ts'
import type { Request } from '../wire.ts'

/** What a host is believed by, and what it believes us by; PEM texts. */
export type Certificates = Readonly<{
  /** Authorities that are believed beside those of node and NODE_EXTRA_CA_CERTS. */
  ca?: string
  /** The certificate that we show, and its key. */
  cert?: string
  key?: string
}>

/** Looks up the certificates for a host as users name it: `registry.corp:5000`. */
export type CertificateLookup = (host: string) => Promise<Certificates | undefined>

export type TrustOptions = Readonly<{
  certificates?: CertificateLookup | undefined
  /** See `hostOf`: `https://registry.corp` is one whose certificate is not looked at. */
  insecure?: readonly string[] | undefined
}>

/** What node's TLS wants to know, and nothing where its defaults will do. */
export type TlsSettings = Readonly<{ secureContext?: SecureContext; rejectUnauthorized?: false }>

/**
 * How the place that a request goes to is believed. The authority of a registry is good for its neighbours, a token
 * server for one, where they have none of their own; our own certificate is shown to the registry only.
 */
export async function trustFor(
  { url, host }: Pick<Request, 'url' | 'host'>,
  { certificates, insecure = [] }: TrustOptions,
): Promise<TlsSettings> {
  if (url.protocol !== 'https:') return {}
  const home = placeOf(url) === placeOf(host.base)
  const own = await certificates?.(home ? host.registry : url.host)
  const { ca, cert, key } = own ?? (home ? {} : { ca: (await certificates?.(host.registry))?.ca })
  const named = insecure.some(
    (entry) => entry.toLowerCase() === `https://${home ? host.registry.toLowerCase() : url.host}`,
  )
  return {
    // Made once, not for every connection: there are more than a hundred authorities to read.
    ...((ca || (cert && key)) && {
      secureContext: createSecureContext({
        ...(ca && { ca: [...getCACertificates('default'), ca] }),
        ...(cert && key && { cert, key }),
      }),
    }),
    ...(named && { rejectUnauthorized: false }),
  }
}
