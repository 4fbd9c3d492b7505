import { setImmediate } from 'node:timers/promises'
import methods from 'undici/lib/api/index.js'
import connector from 'undici/lib/core/connect.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js'
import { header, NO_EFFORT, type Request, type Response, type Send, WireError } from '../wire.ts'
import { bodyOf, readBody, streamOf, wireError } from './bodies.ts'
import { type Connections, openConnections } from './connections.ts'
import { decode } from './encoding.ts'
import { type ProxySettings, proxyFor } from './proxy.ts'
import { type TlsSettings, type TrustOptions, trustFor } from './trust.ts'

export type Wire = Readonly<{
  /** Rejects with WireError where there is no whole answer, with the source's error where a body could not be read. */
  send: Send
  /** Opens a connection for a request that has to wait for something else. Never fails: what is wrong shows when it is sent. */
  ahead: (request: Request) => void
  /** Drops every connection, whatever it is doing. */
  close: () => Promise<void>
}>

export type WireOptions = TrustOptions &
  Readonly<{
    userAgent: string
    proxy?: ProxySettings | undefined
    timeouts?: Timeouts | undefined
    now: () => number
  }>

/** Milliseconds. */
export type Timeouts = Readonly<{
  /** Until somebody listens: 10 s. */
  connect?: number
  /** Until the headers of an answer: 60 s. */
  headers?: number
  /** The same after the bytes of a blob, when registries look at them: 300 s. */
  commit?: number
  /** Between two pieces of a body: 60 s. */
  body?: number
  /** From the headers of an answer to its end; a stream need only be at a pace by then: 120 s. */
  whole?: number
}>

// As undici's index does for whoever loads all of it.
Object.assign(Dispatcher.prototype, methods)

const SECOND = 1000
const TIMEOUTS = {
  connect: 10 * SECOND,
  headers: 60 * SECOND,
  commit: 300 * SECOND,
  body: 60 * SECOND,
  whole: 120 * SECOND,
} as const

/** Small requests, downloads and uploads to one host; see turns.ts. */
const CONNECTIONS = 18

/**
 * The only place that knows undici. HTTP/1.1: HTTP/2 has a history of lost streams there, and wins nothing for
 * a handful of small requests.
 */
export function openWire(options: WireOptions): Wire {
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const ways = new Map<string, Promise<Way>>()
  let closed = false

  async function wayFor(request: Request): Promise<Way> {
    if (closed) throw new WireError('CLOSED', 'everything was closed before it was sent')
    const key = `${request.url.origin} ${request.host.registry}`
    const known = ways.get(key) ?? open(request)
    ways.set(key, known)
    return await known
  }

  async function open(request: Request): Promise<Way> {
    try {
      const tls = await trustFor(request, options)
      return openWay(tls, proxyFor(request.url, options.proxy), timeouts.connect)
    } catch (error: unknown) {
      throw wireError(error) // No certificate in its file, no address of a proxy.
    }
  }

  return {
    send: async (request) =>
      await exchange((await wayFor(request)).dispatcher, request, { ...options, timeouts }),
    ahead: (request) => {
      wayFor(request).then(
        ({ connections }) => connections?.ahead(request.url),
        () => {},
      )
    },
    close: async () => {
      closed = true
      const all = await Promise.allSettled(ways.values())
      await Promise.all(all.map((one) => (one.status === 'fulfilled' ? closeWay(one.value) : undefined)))
    },
  }
}

/** To one place; through a proxy, it is the proxy that knows its connections. */
type Way = Readonly<{ dispatcher: Dispatcher; connections?: Connections }>

function openWay(tls: TlsSettings, proxy: string | undefined, connect: number): Way {
  const options = { allowH2: false, connections: CONNECTIONS, keepAliveTimeout: 30 * SECOND }
  if (proxy !== undefined) {
    const way = { ...options, uri: proxy, requestTls: tls, connectTimeout: connect }
    return { dispatcher: new ProxyAgent(way) }
  }
  const connections = openConnections(connector({ ...tls, allowH2: false, timeout: connect }))
  return { dispatcher: new Agent({ ...options, connect: connections.connect }), connections }
}

async function closeWay({ dispatcher, connections }: Way): Promise<void> {
  connections?.close()
  await dispatcher.destroy()
}

type Manner = Readonly<{ userAgent: string; timeouts: Required<Timeouts>; now: () => number }>

async function exchange(dispatcher: Dispatcher, request: Request, manner: Manner): Promise<Response> {
  const { method, url, headers, limit } = request
  const { timeouts, now } = manner
  const body = bodyOf(request)
  try {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { 'user-agent': manner.userAgent, ...headers, ...body.headers },
      body: body.bytes,
      // undici would drop the connection after every HEAD, for servers that answer it with a body. A registry that did so
      // would garble its own next answer, which is checked as all are.
      reset: false,
      headersTimeout: body.headers === undefined ? timeouts.headers : timeouts.commit,
      bodyTimeout: timeouts.body,
    })
    const response = {
      ...{ status: answer.statusCode, headers: listed(answer.headers), url, effort: NO_EFFORT },
      body: new Uint8Array(),
    }
    if (request.streamed && response.status < 300)
      return { ...response, stream: streamOf(answer.body, { whole: timeouts.whole, now }) }
    const received = await readBody(answer.body, response, { limit, until: now() + timeouts.whole, now })
    // undici frees a connection one turn after its answer has ended; whoever asks sooner gets a new one.
    await setImmediate()
    return { ...response, body: decode(received, header(response, 'content-encoding'), limit) }
  } catch (error: unknown) {
    throw body.failure() ?? (error instanceof WireError ? error : wireError(error))
  }
}

function listed(headers: Readonly<Record<string, string | string[] | undefined>>): Response['headers'] {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, [value ?? []].flat()]))
}
