import { algorithmOf, type Digest, objectionToDigest } from '../../image/digest.ts'
import type { Descriptor } from '../../image/manifest.ts'
import type { Repository } from '../../image/reference.ts'
import { readProblem } from '../error-body.ts'
import { errorOf, problemWith } from '../errors.ts'
import type { Registry } from '../registry.ts'
import { RegistryError } from '../registry-error.ts'
import { type Line, within } from '../requests.ts'
import { type Layer, type Outgoing, type Request, type Response, WireError } from '../wire.ts'
import { uploadInChunks } from './chunks.ts'
import { type Session, type Sessions, sessionOf, withDigest } from './sessions.ts'

type Options = Line &
  Readonly<{
    /** Begins the whole upload anew where a part of it was lost. */
    retry: Layer
    sessions: Sessions
    headBlob: Registry['headBlob']
  }>

/** A blob of up to so many bytes goes along with the first request: most registries take it so. */
const SMALL = 4 * 1024

type Pass = NonNullable<Parameters<Registry['putBlob']>[3]>

const OCTETS = { 'content-type': 'application/octet-stream' } as const

/** How registries, and the proxies before them, refuse a blob in one piece, but perhaps not in several. */
const MAY_WANT_CHUNKS = new Set([400, 404, 405, 411, 413, 415, 501])

/** These are about the bytes or us, whatever way they come. */
const ABOUT_THE_BYTES = new Set([
  'DIGEST_INVALID',
  'SIZE_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'NAME_UNKNOWN',
  'DENIED',
])

/** Uploads (distribution-spec, "Pushing blobs"): in one piece, which works everywhere, else in several. */
export function openUploads({ send, hostOf, retry, sessions, headBlob }: Options): Registry['putBlob'] {
  const inChunks = new Set<string>()

  async function uploadOnce(
    request: Request,
    to: Repository,
    blob: Descriptor,
    body: Outgoing,
    pass: Pass,
  ): Promise<Response> {
    const kept = sessions.take(to, blob.digest)
    const begun = kept ?? (await begin(request, blob, body))
    if ('status' in begun) return begun
    const line = { send, request, blob }
    const whole: Request = {
      ...{ ...request, method: 'PUT', url: withDigest(begun.url, blob.digest), headers: OCTETS },
      ...{ body, once: true },
    }
    let isCut = false
    try {
      const response = await pass(async () => {
        // Those whose turn was before may have learned it.
        isCut = inChunks.has(request.host.registry)
        if (isCut) return await uploadInChunks(begun, body, line)
        const answer = await send(whole)
        if (mayWantChunks(answer)) inChunks.add(request.host.registry)
        return answer
      })
      if (isCut || !mayWantChunks(response)) return response
      const again = await begin(request, { ...blob, size: Number.POSITIVE_INFINITY }, body)
      return 'status' in again ? again : await pass(() => uploadInChunks(again, body, line))
    } catch (error: unknown) {
      if (!(error instanceof WireError)) await cancel(begun.url, request)
      throw error
    }
  }

  /** Where the bytes are wanted, or the good answer that a small blob has got. A refusal is final: it was asked again. */
  async function begin(
    request: Request,
    { digest, size }: Descriptor,
    body: Outgoing,
  ): Promise<Session | Response> {
    const { url } = request
    if (size <= SMALL) {
      const bytes = await wholeOf(body)
      const response = await send({
        ...{ ...request, method: 'POST', url: withDigest(url, digest), headers: OCTETS },
        ...{ body: bytes },
      })
      if (response.status === 201) return response
      if (response.status === 202) return sessionOf(request, response)
      if (!mayWantChunks(response)) throw errorOf(request, response)
    }
    const post = {
      ...request,
      method: 'POST',
      url: toBegin(url, digest),
      headers: { 'content-length': '0' },
    } as const
    const response = await send(post)
    if (response.status !== 202) throw errorOf(post, response)
    return sessionOf(post, response)
  }

  /** The registry would forget it by itself, but later. */
  async function cancel(url: URL, request: Request): Promise<void> {
    await send({ ...request, method: 'DELETE', url, once: true }).catch(() => {})
  }

  /** Whether it is there after all, though the answer said nothing or little of it. */
  async function hasArrived(to: Repository, { digest, size }: Descriptor): Promise<boolean> {
    try {
      return (await headBlob(to, digest))?.size === size
    } catch (error: unknown) {
      if (error instanceof RegistryError) return false
      throw error
    }
  }

  return async (to, blob, open, pass = (sending) => sending()) => {
    const request: Request = {
      ...within(to, hostOf(to.registry), `${to.path}/blobs/uploads/`),
      method: 'PUT',
    }
    const objection = objectionToDigest(blob.digest)
    if (objection !== undefined) throw problemWith(request, 'unusable', `not sent: ${objection}`)
    const body = { size: blob.size, open: async () => counted(await open(), blob, request) }
    const upload = retry(async () => {
      try {
        const response = await uploadOnce(request, to, blob, body, pass)
        return response.status >= 500 && (await hasArrived(to, blob))
          ? { ...response, status: 201 }
          : response
      } catch (error: unknown) {
        if (!(error instanceof WireError) || !(await hasArrived(to, blob))) throw error
        return { ...NOTHING_SAID, url: request.url }
      }
    })
    const named = { ...request, url: withDigest(request.url, blob.digest) }
    const response = await upload(named)
    if (response.status < 200 || response.status > 299) throw errorOf(named, response)
  }
}

/** A registry takes it for sha256 unless told (distribution-spec, end-4c). */
function toBegin(url: URL, digest: Digest): URL {
  const algorithm = algorithmOf(digest)
  if (algorithm === 'sha256') return url
  const named = new URL(url)
  named.search = `?digest-algorithm=${algorithm}`
  return named
}

const NOTHING_SAID = {
  status: 201,
  headers: {},
  body: new Uint8Array(),
  effort: { retried: 0, waited: 0 },
} as const

function mayWantChunks({ status, body }: Response): boolean {
  if (!MAY_WANT_CHUNKS.has(status)) return false
  return !readProblem(status, body).codes.some((code) => ABOUT_THE_BYTES.has(code))
}

async function wholeOf({ open }: Outgoing): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of await open()) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

/** Ends with RegistryError `digest` before the last piece where there are more or fewer bytes than were promised. */
async function* counted(pieces: AsyncIterable<Uint8Array>, { size }: Descriptor, request: Request) {
  let sent = 0
  for await (const piece of pieces) {
    sent += piece.length
    if (sent > size) throw problemWith(request, 'digest', `not sent: there are more than ${size} bytes`)
    yield piece
  }
  if (sent < size) throw problemWith(request, 'digest', `not sent: there are ${sent} bytes, not ${size}`)
}
