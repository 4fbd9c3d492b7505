import { randomUUID } from 'node:crypto'
import { type Algorithm, algorithmOf, type Digest, digestOf } from '../../src/image/digest.ts'
import { type Answer, json, refusal } from './answer.ts'
import type { Seen } from './registry.ts'

export type CellarOptions = Readonly<{
  /** What a wish to mount is answered with: 201 by default, 202 begins an upload instead (Artifactory). */
  mount?: 201 | 202 | 404 | 500
  /** How blobs are taken: `whole` by default; `chunks` refuses them in one piece. */
  uploads?: 'whole' | 'chunks'
  /** What each chunk but the last must have, in bytes; it says so when an upload begins. */
  chunkMin?: number
  /** The first chunk breaks off after so many bytes, which stay. */
  breaksOff?: number
  /** Takes a small blob along with the first request, which many registries do not. */
  single?: boolean
  /** Where uploads go on, if not here: an origin. */
  uploadsAt?: string
  /** Blobs are to be had elsewhere: an origin, whose answer to the same path counts. */
  blobsAt?: string
  /** Knows nothing of `Range`. */
  noRanges?: boolean
}>

/** Signed, so to say: it must come back to the letter. */
export const STATE = '_state=a~b%2Bc%3D%3D'

type Upload = { readonly path: string; bytes: Uint8Array; ended?: boolean }

/** The blobs of the fake, and the uploads that are under way (distribution-spec, "Pushing blobs"). */
export function openCellar(options: CellarOptions) {
  const blobs = new Map<string, Map<Digest, Uint8Array>>()
  const uploads = new Map<string, Upload>()
  let whole = options.breaksOff === undefined

  function hold(path: string, bytes: Uint8Array, algorithm?: Algorithm): Digest {
    const digest = digestOf(bytes, algorithm)
    blobs.set(path, (blobs.get(path) ?? new Map()).set(digest, bytes))
    return digest
  }

  const find = (path: string, digest: string) => blobs.get(path)?.get(digest as Digest)

  function answer(seen: Seen, url: URL, body: Uint8Array): Answer | undefined {
    const [, path = '', rest = ''] = /^\/v2\/(.+)\/blobs\/(.+)$/.exec(url.pathname) ?? []
    if (path === '') return undefined
    const [, id] = /^uploads\/(.*)$/.exec(rest) ?? []
    if (id === undefined) return give(seen, url, { path, digest: rest })
    if (id === '') return begin(seen, url, { path, body })
    const upload = uploads.get(id)
    if (upload === undefined) return refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
    return goOn(seen, url, { id, upload, body })
  }

  function give(seen: Seen, url: URL, { path, digest }: { path: string; digest: string }): Answer {
    const found = find(path, digest)
    if (found === undefined) return refusal(404, 'BLOB_UNKNOWN', 'blob unknown to registry')
    if (seen.method === 'DELETE') blobs.get(path)?.delete(digest as Digest)
    if (seen.method === 'DELETE') return { status: 202 }
    const location = `${options.blobsAt}${url.pathname}?signature=abc`
    if (options.blobsAt && seen.method === 'GET') return { status: 307, headers: { location } }
    const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest }
    const [, from] = /^bytes=(\d+)-$/.exec(seen.headers['range'] ?? '') ?? []
    if (from === undefined || options.noRanges) return { status: 200, headers, body: found }
    const range = `bytes ${from}-${found.length - 1}/${found.length}`
    const rest = found.subarray(Number(from))
    return { status: 206, headers: { ...headers, 'content-range': range }, body: rest }
  }

  function begin(seen: Seen, url: URL, { path, body }: { path: string; body: Uint8Array }): Answer {
    if (seen.method !== 'POST') return refusal(405, 'UNSUPPORTED', 'The operation is unsupported.')
    const { mount, from, digest } = Object.fromEntries(url.searchParams)
    if (digest !== undefined && options.single) return end(path, digest, body)
    if (mount !== undefined) {
      const source = find(from ?? '', mount)
      const status = source === undefined ? 202 : (options.mount ?? 201)
      if (source && status === 201)
        return { status, headers: created(path, hold(path, source, algorithmOf(mount as Digest))) }
      if (status >= 400) return refusal(status, 'UNKNOWN', 'unknown error')
    }
    const id = randomUUID()
    uploads.set(id, { path, bytes: new Uint8Array() })
    const least = options.chunkMin === undefined ? {} : { 'oci-chunk-min-length': `${options.chunkMin}` }
    return { status: 202, headers: { location: whereTo(path, id), range: '0-0', ...least } }
  }

  type Going = Readonly<{ id: string; upload: Upload; body: Uint8Array }>

  function goOn(seen: Seen, url: URL, { id, upload, body }: Going): Answer {
    if (!seen.path.includes(STATE)) return refusal(403, 'DENIED', 'the signature does not match')
    const location = whereTo(upload.path, id)
    const range = `0-${Math.max(0, upload.bytes.length - 1)}`
    // Without a range it is a stream, which goes on where it was.
    const [, start] = /^(\d+)-\d+$/.exec(seen.headers['content-range'] ?? '') ?? []
    const isElsewhere = start !== undefined && Number(start) !== upload.bytes.length
    if (isElsewhere) return { status: 416, headers: { location, range } }
    switch (seen.method) {
      case 'GET':
        return { status: 204, headers: { location, range } }
      case 'DELETE':
        uploads.delete(id)
        return { status: 204 }
      case 'PATCH': {
        const part = whole ? body : body.subarray(0, options.breaksOff)
        if (upload.ended) return refusal(400, 'SIZE_INVALID', 'a chunk before this one was too short')
        upload.ended = whole && part.length < (options.chunkMin ?? 0)
        upload.bytes = Buffer.concat([upload.bytes, part])
        if (!whole) {
          whole = true
          return { status: 502 }
        }
        return { status: 202, headers: { location, range: `0-${upload.bytes.length - 1}` } }
      }
      case 'PUT': {
        if (options.uploads === 'chunks' && body.length > 0)
          return refusal(405, 'UNSUPPORTED', 'The operation is unsupported.')
        uploads.delete(id)
        const whole = Buffer.concat([upload.bytes, body])
        return end(upload.path, url.searchParams.get('digest') ?? '', whole)
      }
      default:
        return refusal(405, 'UNSUPPORTED', 'The operation is unsupported.')
    }
  }

  function end(path: string, digest: string, bytes: Uint8Array): Answer {
    const algorithm = algorithmOf(digest as Digest)
    if (digestOf(bytes, algorithm) !== digest)
      return refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
    return { status: 201, headers: created(path, hold(path, bytes, algorithm)) }
  }

  /** With a query that must come back to the letter. */
  function whereTo(path: string, id: string): string {
    return `${options.uploadsAt ?? ''}/v2/${path}/blobs/uploads/${id}?${STATE}`
  }

  return { answer, hold, find, uploads: () => uploads.size }
}

function created(path: string, digest: Digest): Record<string, string> {
  return { location: `/v2/${path}/blobs/${digest}`, 'docker-content-digest': digest }
}

export type ListOptions = Readonly<{
  /** So many tags or referrers an answer, with a `Link` to the others. */
  page?: number
  /** How that is written. */
  links?: 'relative' | 'absolute' | 'foreign' | 'circle'
}>

/** One page of a list, after the one that `last` names. */
export function pageOf(
  url: URL,
  names: readonly string[],
  { page = 1000, links = 'relative', origin }: ListOptions & { origin: string },
): { names: readonly string[]; headers: Answer['headers'] } {
  const last = url.searchParams.get('last')
  const rest = last === null ? names : names.filter((name) => name > last)
  const some = rest.slice(0, page)
  if (rest.length <= page) return { names: some, headers: {} }
  const target = `${url.pathname}?n=${page}&last=${links === 'circle' ? last : some.at(-1)}`
  const places = { relative: '', circle: '', absolute: origin, foreign: 'http://elsewhere.example' }
  return { names: some, headers: { link: `<${places[links]}${target}>; rel="next"` } }
}

export function tagList(name: string, tags: readonly string[], headers: Answer['headers']): Answer {
  return json(200, { name, tags: tags.length > 0 ? tags : null }, headers)
}
