import { algorithmOf, type Digest, digestOf, objectionToDigest } from '../../image/digest.ts'
import type { Descriptor } from '../../image/manifest.ts'
import { checked } from '../../image/pieces.ts'
import type { Repository } from '../../image/reference.ts'
import { errorOf, problemWith } from '../errors.ts'
import type { Patience } from '../layers/retry.ts'
import type { Registry } from '../registry.ts'
import { type Line, LONGEST_READ, within } from '../requests.ts'
import { begun } from '../transport/streams.ts'
import { header, type Request, type Response, WireError } from '../wire.ts'

type Reading = Pick<Registry, 'headBlob' | 'readBlob' | 'openBlob'>

/** So much more of a blob, and a broken connection is a new matter. Bytes. */
const PROGRESS = 1024 * 1024

/** How some say that they do not answer that question. The upload that follows finds out. */
const KNOWS_NO_HEAD = new Set([405, 500, 501])

/** Blobs by digest (distribution-spec, "Pulling blobs"); registries often send us elsewhere for them. */
export function openBlobs({ send, hostOf }: Line, patience: Patience): Reading {
  function reading(method: 'GET' | 'HEAD', repository: Repository, digest: Digest): Request {
    const path = `${repository.path}/blobs/${digest}`
    return { ...within(repository, hostOf(repository.registry), path), method }
  }

  async function headBlob(repository: Repository, digest: Digest) {
    const request = reading('HEAD', repository, digest)
    const response = await send(request)
    if (response.status === 404 || KNOWS_NO_HEAD.has(response.status)) return undefined
    if (response.status !== 200) throw errorOf(request, response)
    const length = header(response, 'content-length')
    // Without a length it may be there or not, too.
    return length !== undefined && /^\d+$/.test(length) ? { size: Number(length) } : undefined
  }

  async function readBlob(repository: Repository, { digest, size }: Descriptor): Promise<Uint8Array> {
    const request = reading('GET', repository, digest)
    const objection = objectionToDigest(digest)
    if (objection !== undefined) throw problemWith(request, 'unusable', `not read: ${objection}`)
    if (size > LONGEST_READ)
      throw problemWith(request, 'unusable', `not read: ${size} bytes are more than 8 MiB`)
    const response = await send(request)
    if (response.status !== 200) throw errorOf(request, response)
    const { body } = response
    const details = { status: response.status }
    if (body.length !== size)
      throw problemWith(request, 'digest', `there are ${body.length} bytes, not ${size}`, details)
    const found = digestOf(body, algorithmOf(digest))
    if (found !== digest) throw problemWith(request, 'digest', `the bytes have the digest ${found}`, details)
    return body
  }

  /** The blob from this byte on. */
  async function streamFrom(request: Request, offset: number): Promise<AsyncIterable<Uint8Array>> {
    const range = offset === 0 ? {} : { range: `bytes=${offset}-` }
    const response = await send({ ...request, headers: { ...request.headers, ...range }, streamed: true })
    const { stream } = response
    if (stream === undefined) throw errorOf(request, response)
    if (response.status === 206 && startOf(response) === offset) return stream
    if (response.status === 200) return offset === 0 ? stream : skipping(stream, offset)
    await stream[Symbol.asyncIterator]().return?.()
    throw problemWith(request, 'unusable', 'the answer is another part of the blob', {
      status: response.status,
    })
  }

  async function* pieces(request: Request): AsyncGenerator<Uint8Array> {
    let offset = 0
    let mark = 0
    let retried = 0
    for (;;) {
      try {
        for await (const piece of await streamFrom(request, offset)) {
          offset += piece.length
          yield piece
        }
        return
      } catch (error: unknown) {
        if (!(error instanceof WireError)) throw error
        if (offset - mark >= PROGRESS) retried = 0
        mark = offset
        await patience(error, request, retried)
        retried += 1
      }
    }
  }

  return {
    headBlob,
    readBlob,
    openBlob: async (repository, blob) => {
      const request = reading('GET', repository, blob.digest)
      const problem = (what: string) => problemWith(request, 'digest', what)
      return await begun(checked(pieces(request), blob, problem))
    },
  }
}

function startOf(response: Response): number | undefined {
  const [, start] = /^bytes (\d+)-/.exec(header(response, 'content-range') ?? '') ?? []
  return start === undefined ? undefined : Number(start)
}

/** For who does not know `Range` and begins anew. */
async function* skipping(stream: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count
  for await (const piece of stream) {
    if (left < piece.length) yield piece.subarray(left)
    left = Math.max(0, left - piece.length)
  }
}
