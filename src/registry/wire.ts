import type { Host } from './hosts.ts'

/** Sends one request and gives its whole answer. The registry client is made of functions of this one type. */
export type Send = (request: Request) => Promise<Response>

/** A concern of HTTP: a `Send` made of another. */
export type Layer = (next: Send) => Send

/**
 * What a layer needs to know of a request. Nearly all may be sent twice without harm: GET, HEAD, DELETE, the PUT of
 * a manifest (same bytes, same name), the beginning of an upload, a mount, the GET or POST for a token. The others
 * say `once`.
 */
export type Request = Readonly<{
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  url: URL
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body?: Uint8Array | Outgoing
  /** A good answer comes as a stream, of any length; whoever sent the request reads it to its end or calls `return`. */
  streamed?: boolean
  /** Bytes of an upload, after which the session is another: only whoever began it knows how to go on. */
  once?: boolean
  /** The longest answer that is read, in bytes; one that is longer is an error. */
  limit: number
  /** The registry this is for, wherever redirects lead. */
  host: Host
  /** The repository this is for, if it is for one. */
  repository?: string
  /** What a token must allow: `repository:octo/app:pull,push`. */
  scopes: readonly string[]
  /** It was pushed a moment ago: "not found" may mean "not yet". */
  expected?: boolean
}>

/** A body that is never whole in memory. */
export type Outgoing = Readonly<{
  /** bytes */
  size: number
  /**
   * Gives the bytes anew for every try. The next piece is asked for when the last one has left this process, if it was
   * longer than a connection holds back (64 KiB): so memory can be used again.
   */
  open: () => Promise<AsyncIterable<Uint8Array>>
}>

export type Response = Readonly<{
  status: number
  headers: Headers
  /** Empty where the answer is a stream. */
  body: Uint8Array
  /** Ends with WireError where the connection breaks. A piece is good until the next one is asked for. */
  stream?: AsyncIterable<Uint8Array>
  /** Where the answer came from in the end. */
  url: URL
  /** What it took: tries after the first, and milliseconds waited between them. */
  effort: Effort
  /** The registry wanted to know who we are, and we had nothing to show. */
  anonymous?: boolean
}>

/** Names in lower case; a header that came several times has several values. */
export type Headers = Readonly<Record<string, readonly string[] | undefined>>

export type Effort = Readonly<{
  retried: number
  /** milliseconds */
  waited: number
  /** How long the registry asked to wait, in milliseconds, where that was too long for us. */
  asked?: number
}>

export const NO_EFFORT: Effort = { retried: 0, waited: 0 }

/** There was no whole answer. `code` is the system's or undici's: ECONNRESET, UND_ERR_HEADERS_TIMEOUT. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly code: string

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** The code of an answer that is longer than we read. */
export const TOO_LONG = 'BODY_TOO_LONG'

/** The code of an answer whose pieces come, but never its end. */
export const TOO_SLOW = 'BODY_TOO_SLOW'

/** The code of an upload whose state is lost; it can be begun anew. */
export const UPLOAD_LOST = 'UPLOAD_LOST'

/** The code of an answer that is not compressed as it says. */
export const BAD_ENCODING = 'BAD_ENCODING'

/** The first value of a header. */
export function header({ headers }: Pick<Response, 'headers'>, name: string): string | undefined {
  return headers[name]?.[0]
}
