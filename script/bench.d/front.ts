import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One address for a registry and its token server, for crane believes no token server on another port of loopback. */
export type Front = AsyncDisposable & Readonly<{ port: number; asked: () => number }>

export async function openFront(registry: string, tokens: string): Promise<Front> {
  const agent = new Agent({ keepAlive: true })
  let asked = 0
  const server = createServer((incoming, outgoing) => {
    asked += 1
    const { method, url: path = '/', headers } = incoming
    const [hostname, port] = (path.startsWith('/token') ? tokens : registry).split(':')
    const onward = request({ hostname, port, method, path, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    asked: () => asked,
    [Symbol.asyncDispose]: async () => {
      agent.destroy()
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
