import type { Digest } from '../image/digest.ts'
import { type Descriptor, readDescriptor } from '../image/manifest.ts'
import { MANIFEST_TYPES, OCI_INDEX } from '../image/media-types.ts'
import type { Repository } from '../image/reference.ts'
import { errorOf, problemWith } from './errors.ts'
import { contentType, readObject } from './json.ts'
import { pagesOf } from './pages.ts'
import type { Registry } from './registry.ts'
import { type Line, within } from './requests.ts'
import type { Request, Response } from './wire.ts'

/** ECR takes no more. */
const TAGS_AT_ONCE = 1000

/** How registries say that they have no referrers API; those of distribution 2.8 and 3 among them. */
const NO_REFERRERS = new Set([400, 404, 405, 406, 501])

/** What a repository holds (distribution-spec, "Content Discovery"). */
export function openLists({ send, hostOf }: Line): Pick<Registry, 'tags' | 'referrers'> {
  function reading(repository: Repository, path: string, query = ''): Request {
    const place = within(repository, hostOf(repository.registry), `${repository.path}/${path}`)
    place.url.search = query
    return { ...place, method: 'GET' }
  }

  async function tags(repository: Repository): Promise<readonly string[]> {
    const first = reading(repository, 'tags/list', `?n=${TAGS_AT_ONCE}`)
    const all: string[] = []
    for await (const response of pagesOf(first, send)) {
      if (response.status === 404 && all.length === 0 && isNoRepository(first, response)) return []
      if (response.status !== 200) throw errorOf(first, response)
      all.push(...tagsIn(first, response))
    }
    return all
  }

  async function referrers(repository: Repository, subject: Digest): Promise<readonly Descriptor[]> {
    const first = reading(repository, `referrers/${subject}`)
    const request = { ...first, headers: { accept: OCI_INDEX } }
    const all: Descriptor[] = []
    for await (const response of pagesOf(request, send)) {
      const known = response.status === 200 && contentType(response) === OCI_INDEX
      if (!known && all.length === 0 && (response.status === 200 || NO_REFERRERS.has(response.status)))
        return await fromTag(repository, subject)
      if (!known) throw errorOf(request, response)
      all.push(...descriptorsIn(request, response))
    }
    return all
  }

  /** distribution-spec, "Referrers Tag Schema". */
  async function fromTag(repository: Repository, subject: Digest): Promise<readonly Descriptor[]> {
    const place = reading(repository, `manifests/${referrersTag(subject)}`)
    const request = { ...place, headers: { accept: MANIFEST_TYPES.join(', ') } }
    const response = await send(request)
    if (response.status === 404) return []
    if (response.status !== 200) throw errorOf(request, response)
    return descriptorsIn(request, response)
  }

  return { tags, referrers }
}

/** The tag that stands in for the referrers API: `sha256-…`; at most 32 and 64 characters, strange ones as `-`. */
export function referrersTag(subject: string): string {
  const [, algorithm = '', encoded = ''] = /^([^:]*):(.*)$/.exec(subject) ?? []
  return `${algorithm.slice(0, 32)}-${encoded.slice(0, 64)}`.replaceAll(/[^A-Za-z0-9._-]/g, '-')
}

/** ECR Public has repositories, but no lists: its 404 is about the page. */
function isNoRepository(request: Request, response: Response): boolean {
  return !/page not found/i.test(errorOf(request, response).message)
}

function tagsIn(request: Request, response: Response): readonly string[] {
  const { tags } = membersOf(request, response)
  if (tags === null || tags === undefined) return []
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tags
  throw unusable(request, response, 'its "tags" are no list of names')
}

function descriptorsIn(request: Request, response: Response): readonly Descriptor[] {
  const { manifests } = membersOf(request, response)
  if (manifests === null) return [] // olareg
  if (!Array.isArray(manifests)) throw unusable(request, response, 'there is no list of "manifests" in it')
  try {
    return manifests.map(readDescriptor)
  } catch (cause: unknown) {
    throw unusable(request, response, 'what it lists are no descriptors', cause)
  }
}

function membersOf(request: Request, response: Response): Readonly<Record<string, unknown>> {
  const json = readObject(response)
  if (json === undefined) throw unusable(request, response, 'it is no JSON object')
  return json
}

function unusable(request: Request, { status }: Response, sentence: string, cause?: unknown) {
  return problemWith(request, 'unusable', `the list cannot be used: ${sentence}`, { status, cause })
}
