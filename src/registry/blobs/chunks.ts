import type { Descriptor } from '../../image/manifest.ts'
import {
  header,
  type Outgoing,
  type Request,
  type Response,
  type Send,
  UPLOAD_LOST,
  WireError,
} from '../wire.ts'
import { locationOf, type Session, withDigest } from './sessions.ts'

type Line = Readonly<{ send: Send; request: Request; blob: Descriptor }>

/** A chunk is in memory, so that it can be sent again. S3, and so ECR, wants 5 MiB at least. Bytes. */
const CHUNK = 8 * 1024 * 1024

/** Whoever wants longer ones will refuse ours; more of them at once would be more memory than a runner has. Bytes. */
const LONGEST_CHUNK = 256 * 1024 * 1024

/** How often a registry is asked how far it is, without having come further, before the upload begins anew. */
const ASKED = 1

/** ECR answers 201, others 204; the specification says 202. */
const TAKEN = new Set([201, 202, 204])

/**
 * An upload in several requests (distribution-spec, "Pushing a blob in chunks"). Where a chunk is lost, the registry is
 * asked how far it is, and gets the rest. Rejects with WireError where it does not know: the upload begins anew.
 */
export async function uploadInChunks(
  { url: begun, least }: Session,
  body: Outgoing,
  line: Line,
): Promise<Response> {
  const { send, request, blob } = line
  const size = Math.min(blob.size, LONGEST_CHUNK, Math.max(CHUNK, least))
  let url = begun
  let offset = 0
  for await (const chunk of chunksOf(await body.open(), size)) {
    const response = await sendChunk(url, { chunk, offset }, line)
    if (!TAKEN.has(response.status)) return response
    url = nextIn(response, request) ?? url
    offset += chunk.length
  }
  const end = withDigest(url, blob.digest)
  return await send({ ...request, method: 'PUT', url: end, headers: { 'content-length': '0' }, once: true })
}

type Chunk = Readonly<{ chunk: Uint8Array; offset: number }>

async function sendChunk(begun: URL, { chunk, offset }: Chunk, line: Line): Promise<Response> {
  const end = offset + chunk.length
  let url = begun
  let done = offset
  for (let asked = 0; ; asked++) {
    const outcome = await sendRange(url, { chunk: chunk.subarray(done - offset), offset: done }, line)
    const lost = outcome instanceof WireError || outcome.status === 416 || outcome.status >= 500
    if (!lost) return outcome
    const state = await line.send({ ...line.request, method: 'GET', url })
    const there = lengthIn(state)
    if (there === end) return { ...state, status: 202 }
    if (there === undefined || there < done || there > end)
      throw new WireError(UPLOAD_LOST, 'the registry does not know how far the upload is')
    if (there > done) asked = 0
    else if (asked >= ASKED) {
      if (outcome instanceof WireError) throw outcome
      return outcome
    }
    url = nextIn(state, line.request) ?? url
    done = there
  }
}

async function sendRange(
  url: URL,
  { chunk, offset }: Chunk,
  { send, request }: Line,
): Promise<Response | WireError> {
  const headers = {
    'content-type': 'application/octet-stream',
    'content-range': `${offset}-${offset + chunk.length - 1}`,
  }
  try {
    return await send({ ...request, method: 'PATCH', url, headers, body: chunk, once: true })
  } catch (error: unknown) {
    if (error instanceof WireError) return error
    throw error
  }
}

function nextIn(response: Response, request: Request): URL | undefined {
  return header(response, 'location') === undefined ? undefined : locationOf(request, response)
}

/** How many bytes it has, by `Range: 0-99`; an upload without any says `0-0` or nothing. */
function lengthIn(response: Response): number | undefined {
  if (response.status !== 204 && response.status !== 202) return undefined
  const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(header(response, 'range') ?? '0-0') ?? []
  return last === undefined ? undefined : Number(last) === 0 ? 0 : Number(last) + 1
}

/** Chunks of this size, and a shorter one at the end. Each is good until the next is asked for. */
async function* chunksOf(pieces: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  const room = Buffer.allocUnsafeSlow(size)
  let filled = 0
  for await (const piece of pieces) {
    for (let rest = piece; rest.length > 0; ) {
      const fits = Math.min(rest.length, size - filled)
      room.set(rest.subarray(0, fits), filled)
      rest = rest.subarray(fits)
      filled += fits
      if (filled < size) break
      yield room
      filled = 0
    }
  }
  if (filled > 0) yield room.subarray(0, filled)
}
