import { isInside, isLoopback, placeOf } from '../addresses.ts'
import { problemWith } from '../errors.ts'
import { redactUrl } from '../redact.ts'
import { header, type Layer, type Request, type Response } from '../wire.ts'

/** Says what is wrong with going on to that place, or nothing. */
export type Objection = (to: URL, request: Request) => string | undefined

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST = 5

/** What belongs to one host and must not be seen by another (distribution-spec, "Pulling blobs"). */
const PRIVATE = new Set(['authorization', 'proxy-authorization', 'cookie'])

/** Follows GET and HEAD to where a registry keeps its content. Rejects with RegistryError `unusable`. */
export function withRedirects(objection: Objection = objectionTo): Layer {
  return (next) => async (request) => {
    let current = request
    for (let hops = 0; ; hops++) {
      const response = await next(current)
      const to = targetOf(current, response)
      if (to === undefined) return response
      const problem = hops < MOST ? objection(to, request) : `more than ${MOST} redirects`
      if (problem) {
        const sentence = `redirects to ${redactUrl(to)}, which is refused: ${problem}`
        throw problemWith(current, 'unusable', sentence, { status: response.status })
      }
      current = { ...current, url: to, headers: headersFor(to, current) }
    }
  }
}

/** Nothing goes from a safe wire to an open one, and no registry out there sends us to ourselves. */
export function objectionTo(to: URL, { host: { base } }: Request): string | undefined {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return `it is ${to.protocol}`
  if (to.protocol === 'http:' && base.protocol === 'https:') return 'it is not https'
  return isInside(to.hostname) && !isLoopback(base.hostname) ? 'it is inside this machine' : undefined
}

function targetOf({ method, url }: Request, response: Response): URL | undefined {
  const location = header(response, 'location')
  if (!REDIRECTS.has(response.status) || location === undefined) return undefined
  if (method !== 'GET' && method !== 'HEAD') return undefined
  const to = URL.parse(location, url.href)
  if (to === null) return undefined
  to.username = ''
  to.password = ''
  return to
}

function headersFor(to: URL, { url, headers }: Request): Request['headers'] {
  if (to.protocol === url.protocol && placeOf(to) === placeOf(url)) return headers
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !PRIVATE.has(name)))
}
