import { placeOf } from './addresses.ts'
import { problemWith } from './errors.ts'
import { readLinks } from './link.ts'
import { header, type Request, type Response, type Send } from './wire.ts'

const MOST = 10_000

/**
 * A list that comes in several answers (distribution-spec, "Listing tags"; registry.md, 1.10). The first may be a
 * refusal; where a later one is, the caller sees it as well. Rejects with RegistryError `unusable` where the list leads
 * to another host or in a circle.
 */
export async function* pagesOf(first: Request, send: Send): AsyncGenerator<Response> {
  const seen = new Set<string>()
  let request: Request | undefined = first
  while (request) {
    if (seen.has(request.url.href) || seen.size === MOST)
      throw problemWith(request, 'unusable', 'the list has no end')
    seen.add(request.url.href)
    const response = await send(request)
    yield response
    request = nextOf(request, response)
  }
}

function nextOf(request: Request, response: Response): Request | undefined {
  const { status } = response
  if (status !== 200 || header(response, 'link') === undefined) return undefined
  const links = readLinks(response.headers['link'] ?? [])
  if (links === undefined)
    throw problemWith(request, 'unusable', 'the list does not say how it goes on', { status })
  const next = links.find(({ relation }) => relation?.split(/\s+/).includes('next'))
  if (next === undefined) return undefined
  const url = URL.parse(next.target, response.url.href)
  if (url && url.protocol === request.url.protocol && placeOf(url) === placeOf(request.url))
    return { ...request, url }
  throw problemWith(request, 'unusable', 'the list goes on at another host, which is refused', { status })
}
