import type { Socket } from 'node:net'

/** Connects to a place and calls back with the socket once that is done, TLS and all. */
export type Connect = (place: Place, callback: (...args: [null, Socket] | [Error, null]) => void) => void

type Place = Readonly<{ protocol: string; host?: string; hostname: string; port: string }>

export type Connections = Readonly<{
  connect: Connect
  /** Opens a connection that the next one who wants to be connected gets. */
  ahead: (url: URL) => void
  /** Drops those that nobody wanted. */
  close: () => void
}>

/** Never more than small requests go to a host at once; see turns.ts. */
const MOST_AHEAD = 6

/**
 * Connections to one place, of which some can be opened before there is a request for them: what a handshake takes, two
 * or three round trips, passes while the first request learns what the registry wants.
 */
export function openConnections(open: Connect): Connections {
  const ready: Promise<Socket>[] = []
  return {
    connect: (options, callback) => {
      const first = ready.shift()
      if (first === undefined) return open(options, callback)
      return void first.then(
        (socket) => (socket.destroyed ? open(options, callback) : callback(null, socket)),
        (error: Error) => callback(error, null),
      )
    },
    ahead: ({ protocol, host, hostname, port }) => {
      if (ready.length >= MOST_AHEAD) return
      const opening = Promise.withResolvers<Socket>()
      opening.promise.catch(() => {}) // Whoever gets it is told.
      open({ protocol, host, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port }, (error, socket) => {
        if (socket) opening.resolve(socket)
        else opening.reject(error)
      })
      ready.push(opening.promise)
    },
    close: () => {
      for (const opening of ready) void opening.then((socket) => socket.destroy()).catch(() => {})
    },
  }
}
