import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'

/** Somebody in front of a registry, on a loopback port of its own. */
export type Front = AsyncDisposable &
  Readonly<{
    /** host:port */
    host: string
    port: number
    /** Resolves when nothing is under way to the registry any more, though the one who asked may be gone. */
    quiet: () => Promise<void>
  }>

/** One request, and the ways it can go on to the registry. */
export type Meeting = Readonly<{
  incoming: IncomingMessage
  outgoing: ServerResponse
  passOn: () => void
  /** Half of the first piece of its body arrives, and then the connection is gone; resolves by then. */
  tear: () => Promise<void>
}>

/** `to` is the host:port that each request goes on to; `meet` may do something else with it. */
export async function openFront(
  to: string | ((path: string) => string),
  meet: (meeting: Meeting) => void = ({ passOn }) => passOn(),
): Promise<Front> {
  const agent = new Agent({ keepAlive: true })
  const underWay = new Set<Promise<unknown>>()
  const server = createServer((incoming, outgoing) => {
    const { method, url: path = '/', headers } = incoming
    const [hostname, port] = (typeof to === 'string' ? to : to(path)).split(':')
    const begin = () => {
      const onward = request({ hostname, port, method, path, headers, agent })
      const done = new Promise((resolve) => onward.on('close', resolve))
      underWay.add(done)
      void done.then(() => underWay.delete(done))
      return onward.on('error', () => outgoing.destroy())
    }
    const passOn = () => {
      const onward = begin().on('response', (answer) => {
        if (outgoing.destroyed) return void answer.destroy()
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        // Whichever side goes, the other is told, and nobody else needs to be.
        pipeline(answer, outgoing, () => {})
      })
      if (incoming.destroyed) onward.destroy()
      else pipeline(incoming, onward, () => {})
    }
    const tear = async () => {
      const onward = begin()
      const [piece] = await once(incoming, 'data')
      await new Promise((written) => onward.write(piece.subarray(0, piece.length / 2), written))
      onward.destroy()
    }
    meet({ incoming, outgoing, passOn, tear })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    port,
    quiet: async () => void (await Promise.all(underWay)),
    [Symbol.asyncDispose]: async () => {
      agent.destroy()
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
