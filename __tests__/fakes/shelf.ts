import { type Algorithm, algorithmOf, type Digest, digestOf, isDigestOf } from '../../src/image/digest.ts'
import { type Manifest, manifestOf, parseJson, readImage, readIndex } from '../../src/image/manifest.ts'
import { isIndexType, OCI_INDEX } from '../../src/image/media-types.ts'
import { type Answer, json, refusal } from './answer.ts'
import { type ListOptions, pageOf, tagList } from './cellar.ts'
import type { Seen } from './registry.ts'

export type ShelfOptions = ListOptions &
  Readonly<{
    /** The header of answers about manifests; right by default. */
    digestHeader?: 'right' | 'missing' | 'wrong'
    /** Tags that cannot be moved once they are there, nor written again with the same bytes (ECR). */
    immutable?: RegExp
    /** So many reads of a manifest answer 404 after it was put (GHCR). */
    lag?: number
    /** Manifests may not be indexes in indexes (Gitea). */
    refusesNested?: boolean
    /** An image is refused whose blobs are not here. */
    needsBlobs?: boolean
    /** Knows the referrers API (zot); distribution does not. */
    referrers?: boolean
    /** Takes so many tags in one request (olareg, zot), and speaks of them at any PUT. */
    manyTags?: number
    /** Knows sha256 only (distribution 2.8). */
    onlySha256?: boolean
    /** What can be deleted: everything by default (zot), by digest only (Docker Hub), nothing (GHCR). */
    deletes?: 'all' | 'digest' | 'nothing'
  }>

type Repository = { manifests: Map<string, Manifest>; tags: Map<string, Digest> }

/** The content of the fake: manifests by digest, tags to digests. */
export function openShelf(options: ShelfOptions, hasBlob: (path: string, digest: string) => boolean) {
  const repositories = new Map<string, Repository>()
  const unseen = new Map<Manifest, number>()

  function repositoryOf(path: string): Repository {
    const repository = repositories.get(path) ?? { manifests: new Map(), tags: new Map() }
    repositories.set(path, repository)
    return repository
  }

  function hold(
    bytes: Uint8Array,
    mediaType: string,
    path: string,
    tag?: string,
    algorithm?: Algorithm,
  ): Digest {
    const manifest = manifestOf(mediaType, bytes, algorithm)
    const { manifests, tags } = repositoryOf(path)
    manifests.set(manifest.digest, manifest)
    if (tag !== undefined) tags.set(tag, manifest.digest)
    return manifest.digest
  }

  function manifest(name: string): Manifest | undefined {
    const [, path = '', tag, digest = ''] = /^(.+?)(?::([^:/@]+))?(?:@(.+))?$/.exec(name) ?? []
    return find(path, tag ?? digest)
  }

  function find(path: string, reference: string): Manifest | undefined {
    const { manifests, tags } = repositoryOf(path)
    return manifests.get(tags.get(reference) ?? reference)
  }

  function answer(seen: Seen, url: URL, body: Uint8Array): Answer {
    if (url.pathname === '/v2/') return { status: 200, headers: { 'content-type': 'application/json' } }
    const [, path = '', kind, reference = ''] =
      /^\/v2\/(.+)\/(manifests|tags|referrers)\/([^/]+)$/.exec(url.pathname) ?? []
    const origin = `http://${seen.headers['host']}`
    if (kind === 'tags') return listTags(path, url, origin)
    if (kind === 'referrers' && options.referrers) return listReferrers(path, reference, { url, origin })
    if (kind !== 'manifests') return refusal(404, 'NOT_FOUND', '404 page not found')
    switch (seen.method) {
      case 'GET':
      case 'HEAD':
        return give(path, reference)
      case 'PUT':
        return take(seen, url, { path, reference, body })
      case 'DELETE':
        return takeAway(path, reference)
      default:
        return refusal(405, 'UNSUPPORTED', 'The operation is unsupported.')
    }
  }

  function give(path: string, reference: string): Answer {
    const found = find(path, reference)
    const hidden = found ? (unseen.get(found) ?? 0) : 0
    if (found && hidden > 0) unseen.set(found, hidden - 1)
    if (found === undefined || hidden > 0)
      return refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown', { detail: `unknown tag=${reference}` })
    const { mediaType, bytes, digest } = found
    return { status: 200, headers: { 'content-type': mediaType, ...named(digest) }, body: bytes }
  }

  type Given = Readonly<{ path: string; reference: string; body: Uint8Array }>

  function take(seen: Seen, url: URL, { path, reference, body }: Given): Answer {
    const mediaType = seen.headers['content-type'] ?? ''
    const objection = objectionTo(mediaType, { path, reference, body })
    if (objection) return objection
    const tag = reference.includes(':') ? undefined : reference
    if (tag !== undefined && options.immutable?.test(tag) && repositoryOf(path).tags.has(tag)) {
      const message = `The image tag '${tag}' already exists and cannot be overwritten because it is immutable.`
      return refusal(400, 'TAG_INVALID', message)
    }
    const algorithm = tag === undefined ? algorithmOf(reference as Digest) : 'sha256'
    const tags = tag === undefined ? url.searchParams.getAll('tag').slice(0, options.manyTags ?? 0) : [tag]
    const digest = hold(body, mediaType, path, undefined, algorithm)
    for (const name of tags) repositoryOf(path).tags.set(name, digest)
    const held = find(path, digest)
    if (held && options.lag) unseen.set(held, options.lag)
    const spoken = options.manyTags && tags.length > 0 ? { 'oci-tag': tags.join(', ') } : {}
    const subject = options.referrers ? subjectIn(body) : undefined
    const bound = subject === undefined ? {} : { 'oci-subject': String(subject) }
    const headers = { location: `/v2/${path}/manifests/${digest}`, ...named(digest), ...spoken, ...bound }
    return { status: 201, headers }
  }

  function objectionTo(mediaType: string, { path, reference, body }: Given): Answer | undefined {
    const inner = mediaTypeIn(body)
    if (inner !== mediaType)
      return refusal(400, 'MANIFEST_INVALID', `sent as "${mediaType}", calls itself "${inner}"`)
    const known = options.onlySha256 ? ['sha256'] : ['sha256', 'sha512']
    if (reference.includes(':') && !known.includes(algorithmOf(reference as Digest) ?? ''))
      return refusal(400, 'DIGEST_INVALID', 'unsupported digest algorithm')
    if (reference.includes(':') && !isDigestOf(reference as Digest, body))
      return refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
    if (!isIndexType(mediaType)) return objectionToImage(mediaType, path, body)
    const { manifests } = readIndex(manifestOf(mediaType, body))
    if (options.refusesNested && manifests.some((child) => isIndexType(child.mediaType)))
      return refusal(400, 'MANIFEST_INVALID', 'nested indexes are not supported')
    const missing = manifests.find(({ digest }) => find(path, digest) === undefined)
    const detail = missing?.digest
    return missing && refusal(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', { detail })
  }

  function objectionToImage(mediaType: string, path: string, body: Uint8Array): Answer | undefined {
    if (!options.needsBlobs) return undefined
    const its = readImage(manifestOf(mediaType, body)).filter(({ urls }) => urls === undefined)
    const missing = its.find(({ digest }) => !hasBlob(path, digest))
    const detail = missing?.digest
    return missing && refusal(404, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', { detail })
  }

  function takeAway(path: string, reference: string): Answer {
    const isDigest = reference.includes(':')
    const { deletes = 'all' } = options
    if (deletes === 'nothing' || (deletes === 'digest' && !isDigest))
      return refusal(405, 'UNSUPPORTED', 'The operation is unsupported.')
    if (find(path, reference) === undefined) return refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
    const { manifests, tags } = repositoryOf(path)
    if (!isDigest) tags.delete(reference)
    if (!isDigest) return { status: 202 }
    manifests.delete(reference)
    for (const [tag, digest] of tags) if (digest === reference) tags.delete(tag)
    return { status: 202 }
  }

  function listTags(path: string, url: URL, origin: string): Answer {
    if (!repositories.has(path)) return refusal(404, 'NAME_UNKNOWN', 'repository name not known to registry')
    const { names, headers } = pageOf(url, [...repositoryOf(path).tags.keys()].toSorted(), {
      ...options,
      origin,
    })
    return tagList(path, names, headers)
  }

  function listReferrers(
    path: string,
    subject: string,
    { url, origin }: { url: URL; origin: string },
  ): Answer {
    const all = [...repositoryOf(path).manifests.values()].filter(({ bytes }) => subjectIn(bytes) === subject)
    const byDigest = new Map(all.map((one) => [one.digest as string, asReferrer(one)]))
    const { names, headers } = pageOf(url, [...byDigest.keys()].toSorted(), { ...options, origin })
    const manifests = names.map((name) => byDigest.get(name))
    return json(
      200,
      // As olareg says "none".
      { schemaVersion: 2, mediaType: OCI_INDEX, manifests: manifests.length > 0 ? manifests : null },
      { ...headers, 'content-type': OCI_INDEX },
    )
  }

  function named(digest: Digest): Record<string, string> {
    switch (options.digestHeader ?? 'right') {
      case 'right':
        return { 'docker-content-digest': digest }
      case 'wrong':
        return { 'docker-content-digest': digestOf(new TextEncoder().encode(digest)) }
      case 'missing':
        return {}
    }
  }

  function tags(): Readonly<Record<string, Digest>> {
    const all = [...repositories].flatMap(([path, { tags }]) =>
      [...tags].map(([tag, digest]) => [`${path}:${tag}`, digest] as const),
    )
    return Object.fromEntries(all)
  }

  return { hold, manifest, answer, tags }
}

function mediaTypeIn(body: Uint8Array): string | undefined {
  const { mediaType } = membersOf(body)
  return mediaType === undefined ? undefined : String(mediaType)
}

function subjectIn(body: Uint8Array): unknown {
  const { subject } = membersOf(body)
  return typeof subject === 'object' && subject !== null && 'digest' in subject ? subject.digest : undefined
}

/** How a list of referrers has it (distribution-spec, "Listing Referrers"). */
function asReferrer({ mediaType, digest, bytes }: Manifest): object {
  const { artifactType, config, annotations } = membersOf(bytes)
  return {
    ...{ mediaType, digest, size: bytes.length },
    ...{ artifactType: artifactType ?? config?.mediaType, annotations },
  }
}

type Members = {
  readonly [name in 'mediaType' | 'subject' | 'artifactType' | 'annotations']?: unknown
} & { readonly config?: { readonly mediaType?: unknown } }

function membersOf(body: Uint8Array): Members {
  try {
    const value = parseJson(body)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
