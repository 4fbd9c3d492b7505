import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Answer } from './answer.ts'
import type { Seen } from './registry.ts'

/** When something goes wrong: for which requests, and how often (once, unless it says otherwise). */
type When = Readonly<{ verb?: string; path?: RegExp; times?: number }>

/** What goes wrong. */
export type Mishap =
  | Readonly<{ status: number; headers?: Readonly<Record<string, string>>; body?: unknown }>
  /** The connection is cut: before anything was said, or in the middle of the body. */
  | Readonly<{ reset: 'before' | 'middle' }>
  /** The request is obeyed, but the connection is cut before the answer. */
  | Readonly<{ reset: 'after' }>
  /** The request is obeyed, but answered with this status, as by a gateway that has no patience. */
  | Readonly<{ afterDeed: number }>
  /** The connection is cut when so many bytes of the request's body have come. */
  | Readonly<{ hangUpAfter: number }>
  /** The right answer, in fifty pieces, with so many milliseconds between. */
  | Readonly<{ drip: number }>
  /** So many bytes of the body are left out, and the connection is ended in good order. */
  | Readonly<{ truncate: number }>
  /** The right answer, but with other headers; undefined takes one away. */
  | Readonly<{ withHeaders: Readonly<Record<string, string | undefined>> }>
  /** The right answer, but with another body. */
  | Readonly<{ withBody: Uint8Array }>
  /** The right answer, but so many milliseconds later. */
  | Readonly<{ delay: number }>
  /** The right answer, but not before that. */
  | Readonly<{ held: () => Promise<void> }>
  | Readonly<{ redirect: string; code?: 301 | 302 | 303 | 307 | 308 }>

export type Fault = When & Mishap

type Wire = Readonly<{ incoming: IncomingMessage; outgoing: ServerResponse }>

/** Faults are played in the order they were added, each as often as it says. */
export function openFaults() {
  const waiting: { fault: Fault; left: number }[] = []

  function next({ method, path }: Seen): Fault | undefined {
    const found = waiting.find(
      ({ fault, left }) =>
        left > 0 && (fault.verb ?? method) === method && (fault.path === undefined || fault.path.test(path)),
    )
    if (found) found.left -= 1
    return found?.fault
  }

  return {
    add: (fault: Fault) => {
      waiting.push({ fault, left: fault.times ?? 1 })
    },
    /** From now on all goes well. */
    heal: () => {
      waiting.length = 0
    },
    /** Answers a request, well or as its fault says. */
    play: async (seen: Seen, wire: Wire, answer: () => Promise<Answer>) => {
      const fault = next(seen)
      try {
        await act(fault, { seen, wire, answer })
      } catch {
        wire.outgoing.destroy() // The client has gone.
      }
    },
  }
}

type Scene = Readonly<{ seen: Seen; wire: Wire; answer: () => Promise<Answer> }>

async function act(fault: Fault | undefined, { seen, wire, answer }: Scene): Promise<void> {
  if (fault === undefined) return send(seen, wire, await answer())
  if ('hangUpAfter' in fault) return await hangUp(fault.hangUpAfter, wire)
  if ('status' in fault) {
    await drain(wire.incoming)
    return send(seen, wire, { ...fault, body: bodyOf(fault.body) })
  }
  if ('redirect' in fault)
    return send(seen, wire, { status: fault.code ?? 307, headers: { location: fault.redirect } })
  if ('reset' in fault) return await reset(fault.reset, { seen, wire, answer })
  const right = await answer()
  if ('afterDeed' in fault) return send(seen, wire, { status: fault.afterDeed })
  if ('truncate' in fault) return cut(seen, wire, { right, missing: fault.truncate })
  if ('withBody' in fault) return send(seen, wire, { ...right, body: fault.withBody })
  if ('withHeaders' in fault) return send(seen, wire, { ...right, headers: merged(right, fault.withHeaders) })
  if ('drip' in fault) return await drip(seen, wire, { right, between: fault.drip })
  await ('held' in fault ? fault.held() : pause(fault.delay, undefined, { ref: false }))
  send(seen, wire, right)
}

async function reset(when: 'before' | 'middle' | 'after', { seen, wire, answer }: Scene): Promise<void> {
  if (when === 'before') return void wire.incoming.socket.resetAndDestroy()
  const { status, headers, body = new Uint8Array() } = await answer()
  if (when === 'middle') {
    wire.outgoing.writeHead(status, { ...headers, 'content-length': body.length + 1 })
    await new Promise((resolve) =>
      wire.outgoing.write(body.length > 1 ? body.subarray(0, body.length / 2) : ' ', resolve),
    )
    seen.status = status
  }
  wire.incoming.socket.resetAndDestroy()
}

async function hangUp(after: number, { incoming }: Wire): Promise<void> {
  let size = 0
  for await (const chunk of incoming) {
    size += chunk.length
    if (size > after) break
  }
  incoming.socket.resetAndDestroy()
}

async function drip(
  seen: Seen,
  { outgoing }: Wire,
  { right, between }: { right: Answer; between: number },
): Promise<void> {
  const { status, headers, body = new Uint8Array() } = right
  seen.status = status
  outgoing.writeHead(status, { ...headers, 'content-length': body.length })
  const length = Math.ceil(body.length / 50)
  for (let at = 0; seen.method !== 'HEAD' && at < body.length; at += length) {
    if (outgoing.destroyed) return
    outgoing.write(body.subarray(at, at + length))
    await pause(between, undefined, { ref: false })
  }
  outgoing.end()
}

function cut(seen: Seen, { outgoing }: Wire, { right, missing }: { right: Answer; missing: number }): void {
  const { status, headers, body = new Uint8Array() } = right
  seen.status = status
  outgoing.writeHead(status, { ...headers, 'content-length': body.length })
  outgoing.write(body.subarray(0, body.length - missing), () => outgoing.socket?.end())
}

function send(seen: Seen, { outgoing }: Wire, { status, headers, body = new Uint8Array() }: Answer): void {
  seen.status = status
  outgoing.writeHead(status, { 'content-length': body.length, ...headers })
  outgoing.end(seen.method === 'HEAD' ? undefined : body)
}

function merged(right: Answer, other: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries({ ...right.headers, ...other })
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function bodyOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  return new TextEncoder().encode(
    typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value),
  )
}

async function drain(incoming: IncomingMessage): Promise<void> {
  for await (const _ of incoming);
}
