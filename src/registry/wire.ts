import type { Host } from './hosts.ts'

/** Sends one request and gives its whole answer. The registry client is made of functions of this one type. */
export type Send = (request: Request) => Promise<Response>

/** A concern of HTTP: a `Send` made of another. */
export type Layer = (next: Send) => Send

/**
 * What a layer needs to know of a request. All of them may be sent twice without harm so far: GET, HEAD, the
 * PUT of a manifest (same bytes, same name), the GET or POST for a token.
 */
export type Request = Readonly<{
  method: 'GET' | 'HEAD' | 'PUT' | 'POST'
  url: URL
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body?: Uint8Array
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

export type Response = Readonly<{
  status: number
  headers: Headers
  body: Uint8Array
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

/** The first value of a header. */
export function header({ headers }: Pick<Response, 'headers'>, name: string): string | undefined {
  return headers[name]?.[0]
}
