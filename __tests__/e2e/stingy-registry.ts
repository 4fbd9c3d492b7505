import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { rig } from './rig.ts'

/** How a registry refuses manifests: so often, and for how many seconds nobody should ask again. */
type Stinginess = Readonly<{ refusals: number; retryAfter: number; message: string }>

/** The bench's mirror behind somebody who counts pulls, as Docker Hub does; on a loopback port of its own. */
export async function stingyRegistry({ refusals, retryAfter, message }: Stinginess) {
  const [hostname, port] = rig.mirror.split(':')
  let refused = 0
  const server = createServer((asked, answer) => {
    if (asked.url?.includes('/manifests/') && refused < refusals) {
      refused++
      answer.writeHead(429, { 'retry-after': String(retryAfter), 'content-type': 'application/json' })
      answer.end(JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message }] }))
    } else void passOn(asked, answer)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  return {
    host: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    refused: () => refused,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }

  async function passOn(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method, url: path, headers } = asked
    const onward = request({ hostname, port, method, path, headers }).end()
    const got = await new Promise<IncomingMessage>((done) => onward.on('response', done))
    answer.writeHead(got.statusCode ?? 500, got.headers)
    await pipeline(got, answer)
  }
}
