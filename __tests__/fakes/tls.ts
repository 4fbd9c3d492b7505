/**
 * TLS with an authority of our own, for tests; made by openssl.
 *
 *     await using authority = await ownAuthority()
 *     const server = await authority.issue('server', 'IP:127.0.0.1,DNS:registry.test')     // { cert, key }
 *     await using front = await tlsFront(fake.host, { ...server, clients: authority.ca })
 *     front.clients     // the names in the certificates that were shown, '' for none
 */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'

export type Pair = Readonly<{ cert: string; key: string }>

export type Authority = AsyncDisposable &
  Readonly<{ ca: string; file: string; issue: (name: string, names: string) => Promise<Pair> }>

/** Why there can be no such tests here. */
export const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? false : 'there is no openssl here'

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-batch']

export async function ownAuthority(name = 'own authority'): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'tls-'))
  const at = (file: string) => join(folder, file)
  const openssl = async (...args: readonly string[]) => {
    await promisify(execFile)('openssl', args)
  }
  const ca = ['-x509', '-days', '2', '-subj', `/CN=${name}`, '-keyout', at('ca.key'), '-out', at('ca.crt')]
  await openssl('req', ...EC, ...ca)
  return {
    ca: await readFile(at('ca.crt'), 'utf8'),
    file: at('ca.crt'),
    issue: async (name, names) => {
      const [key, request, cert] = [at(`${name}.key`), at(`${name}.csr`), at(`${name}.crt`)]
      await writeFile(at(`${name}.ext`), `subjectAltName=${names}\n`)
      await openssl('req', ...EC, '-subj', `/CN=${name}`, '-keyout', key, '-out', request)
      const signed = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '1']
      await openssl('x509', '-req', '-in', request, ...signed, '-extfile', at(`${name}.ext`), '-out', cert)
      return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

type FrontOptions = Pair & Readonly<{ clients?: string }>

/** TLS before a server that knows none. With `clients` it asks for a certificate that this authority has signed. */
export async function tlsFront(to: string, { clients, ...pair }: FrontOptions) {
  const seen: string[] = []
  const ask = clients === undefined ? {} : { ca: clients, requestCert: true, rejectUnauthorized: false }
  const sockets = new Set<{ destroy: () => unknown }>()
  const server = createServer({ ...pair, ...ask }, (socket) => {
    const { subject } = socket.getPeerCertificate()
    seen.push(String(subject?.CN ?? ''))
    const [host = '', port] = to.split(':')
    const onward = connect(Number(port), host)
    for (const end of [socket, onward]) {
      sockets.add(end)
      end.on('error', () => [socket, onward].map((one) => one.destroy()))
    }
    socket.pipe(onward).pipe(socket)
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    clients: seen as readonly string[],
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
