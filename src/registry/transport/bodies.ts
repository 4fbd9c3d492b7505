import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { type Outgoing, type Request, type Response, TOO_LONG, TOO_SLOW, WireError } from '../wire.ts'
import { type Pace, piecesOf } from './incoming.ts'
import { withEnd } from './streams.ts'

/** An explanation of a refusal is cut after this many bytes; what follows helps nobody. */
const LONGEST_REFUSAL = 64 * 1024

type Body = Readonly<{
  bytes: Uint8Array | AsyncIterable<Uint8Array> | null
  headers?: Readonly<Record<string, string>>
  /** What went wrong where the bytes come from. */
  failure: () => unknown
}>

export function bodyOf({ body }: Request): Body {
  if (body === undefined || !('open' in body)) return { bytes: body ?? null, failure: () => undefined }
  let failure: unknown
  async function* read({ open }: Outgoing): AsyncGenerator<Uint8Array> {
    try {
      yield* await open()
    } catch (error: unknown) {
      failure = error
      throw error
    }
  }
  return { bytes: read(body), headers: { 'content-length': String(body.size) }, failure: () => failure }
}

/** As undici gives it. */
type IncomingBody = Readable

/** Given up before its end, it costs its connection. */
export function streamOf(body: IncomingBody, pace: Pace): AsyncIterable<Uint8Array> {
  body.on('error', () => {}) // Whoever reads hears of it; where nobody does, nobody needs to.
  return withEnd(wired(piecesOf(body, pace)), () => body.destroy())
}

async function* wired(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces
  } catch (error: unknown) {
    throw error instanceof WireError ? error : wireError(error)
  }
  await setImmediate()
}

/** Reads to the end, so that the connection can be used again, or to a limit, and drops it. */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  response: Pick<Response, 'status' | 'headers'>,
  { limit, until, now }: Readonly<{ limit: number; until: number; now: () => number }>,
): Promise<Uint8Array> {
  const most = response.status < 300 ? limit : LONGEST_REFUSAL
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > most) break
    // A body that comes in drops is never late and never there.
    if (now() > until) throw new WireError(TOO_SLOW, `only ${size} bytes of the answer came in time`)
  }
  if (size > most && response.status < 300)
    throw new WireError(TOO_LONG, `answer is longer than ${limit} bytes`)
  return Buffer.concat(chunks).subarray(0, most)
}

/** undici wraps: the code that says most is sometimes the cause's. */
export function wireError(error: unknown): WireError {
  const { code, cause } = error instanceof Error ? fields(error) : {}
  const inner = cause instanceof Error ? fields(cause) : {}
  const message = error instanceof Error ? error.message || String(code) : String(error)
  return new WireError(String(code ?? inner.code ?? 'UNKNOWN'), message, error)
}

function fields(error: Error): { code?: unknown; cause?: unknown } {
  return { ...('code' in error && { code: error.code }), cause: error.cause }
}
