/**
 * An HTTP proxy on a real loopback socket, for tests. Whatever name it is asked for, it goes to one place.
 *
 *     await using proxy = await fakeProxy({ to: fake.host })
 *     …openRegistry({ proxy: { http: proxy.url } })
 *     await fakeProxy({ tunnelTo: front.host })     // lets TLS through, wherever it wants to go
 *     proxy.asked     // 'PUT http://registry.test/v2/…', 'CONNECT ghcr.io:443'
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect as open } from 'node:net'
import type { Duplex } from 'node:stream'

export type FakeProxy = AsyncDisposable &
  Readonly<{
    url: string
    asked: readonly string[]
    /** The headers of the last request. */
    headers: () => IncomingMessage['headers']
  }>

export async function fakeProxy({ to = '', connect = 407, tunnelTo = '' } = {}): Promise<FakeProxy> {
  const asked: string[] = []
  let headers: IncomingMessage['headers'] = {}

  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = '', url = '' } = incoming
    asked.push(`${method} ${url}`)
    headers = incoming.headers
    const [hostname, port] = to.split(':')
    const { pathname, search, host } = new URL(url)
    const onward = request({
      hostname,
      port,
      method,
      path: `${pathname}${search}`,
      headers: { ...headers, host },
    })
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  server.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url}`)
    headers = incoming.headers
    if (tunnelTo !== '') return tunnel(socket, tunnelTo)
    socket.end(`HTTP/1.1 ${connect} No\r\nContent-Length: 0\r\n\r\n`)
  })

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    headers: () => headers,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function tunnel(socket: Duplex, to: string): void {
  const [host, port] = to.split(':')
  const onward = open(Number(port), host)
  onward.on('connect', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    onward.pipe(socket).pipe(onward)
  })
  for (const end of [onward, socket]) {
    end.on('error', () => {
      onward.destroy()
      socket.destroy()
    })
  }
}
