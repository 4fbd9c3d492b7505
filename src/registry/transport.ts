import { setImmediate } from 'node:timers/promises'
import methods from 'undici/lib/api/index.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'
import { decode } from './encoding.ts'
import { header, NO_EFFORT, type Request, type Response, type Send, TOO_LONG, WireError } from './wire.ts'

export type Wire = Readonly<{
  /** Rejects with WireError where there is no whole answer. */
  send: Send
  /** Drops every connection, whatever it is doing. */
  close: () => Promise<void>
}>

export type WireOptions = Readonly<{
  userAgent: string
  proxy?: ProxySettings | undefined
  /** Milliseconds until the headers of an answer, and between two pieces of its body. 60 s both. */
  timeouts?: Readonly<{ headers: number; body: number }> | undefined
}>

/** As in the environment: HTTP_PROXY, HTTPS_PROXY, NO_PROXY. */
export type ProxySettings = Readonly<{
  http?: string | undefined
  https?: string | undefined
  no?: string | undefined
}>

// As undici's index does for whoever loads all of it.
Object.assign(Dispatcher.prototype, methods)

const SECOND = 1000
const TIMEOUTS = { headers: 60 * SECOND, body: 60 * SECOND }

/** An explanation of a refusal is cut after this many bytes; what follows helps nobody. */
const LONGEST_REFUSAL = 64 * 1024

/** As in Go's `httpproxy`, and so in Docker: the machine itself is never asked for through a proxy. */
const NEVER_PROXIED = 'localhost,127.0.0.1,[::1]'

/**
 * The only place that knows undici. HTTP/1.1: HTTP/2 has a history of lost streams there, and wins nothing for
 * a handful of small requests.
 */
export function openWire({ userAgent, proxy, timeouts = TIMEOUTS }: WireOptions): Wire {
  const dispatcher = new EnvHttpProxyAgent({
    allowH2: false,
    connections: 6,
    connect: { timeout: 10 * SECOND },
    keepAliveTimeout: 30 * SECOND,
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
    // Always text: undefined would make undici read the environment.
    httpProxy: proxyUrl(proxy?.http),
    httpsProxy: proxyUrl(proxy?.https),
    noProxy: [proxy?.no, NEVER_PROXIED].filter(Boolean).join(','),
  })
  return {
    send: (request) => exchange(dispatcher, request, userAgent),
    close: () => dispatcher.destroy(),
  }
}

async function exchange(dispatcher: Dispatcher, request: Request, userAgent: string): Promise<Response> {
  const { method, url, headers, body, limit } = request
  try {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { 'user-agent': userAgent, ...headers },
      body: body ?? null,
    })
    const response = { status: answer.statusCode, headers: listed(answer.headers), url, effort: NO_EFFORT }
    const received = await readBody(answer.body, response, limit)
    // undici frees a connection one turn after its answer has ended; whoever asks sooner gets a new one.
    await setImmediate()
    return { ...response, body: decode(received, header(response, 'content-encoding'), limit) }
  } catch (error: unknown) {
    throw error instanceof WireError ? error : wireError(error)
  }
}

/** Reads to the end, so that the connection can be used again, or to the limit, and drops it. */
async function readBody(
  body: AsyncIterable<Uint8Array>,
  response: Pick<Response, 'status' | 'headers'>,
  limit: number,
): Promise<Uint8Array> {
  const most = response.status < 300 ? limit : LONGEST_REFUSAL
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > most) break
  }
  if (size > most && response.status < 300)
    throw new WireError(TOO_LONG, `answer is longer than ${limit} bytes`)
  return Buffer.concat(chunks).subarray(0, most)
}

function listed(headers: Readonly<Record<string, string | string[] | undefined>>): Response['headers'] {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, [value ?? []].flat()]))
}

/** undici wraps: the code that says most is sometimes the cause's. */
function wireError(error: unknown): WireError {
  const { code, cause } = error instanceof Error ? fields(error) : {}
  const inner = cause instanceof Error ? fields(cause) : {}
  const message = error instanceof Error ? error.message || String(code) : String(error)
  return new WireError(String(code ?? inner.code ?? 'UNKNOWN'), message, error)
}

function fields(error: Error): { code?: unknown; cause?: unknown } {
  return { ...('code' in error && { code: error.code }), cause: error.cause }
}

/** `proxy:3128` is what people write and what curl and Go accept. */
function proxyUrl(given = ''): string {
  return given === '' || given.includes('://') ? given : `http://${given}`
}
