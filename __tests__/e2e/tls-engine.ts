import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createServer } from 'node:tls'

/** The bench's engine behind TLS with client certificates, as docker in docker has it; on a loopback port of its own. */
export async function tlsEngine() {
  const socket = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace('unix://', '')
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-tls-'))
  makeCertificates(folder)
  const read = (name: string) => readFileSync(join(folder, name))
  const server = createServer(
    {
      ca: read('ca.pem'),
      cert: read('server.pem'),
      key: read('server-key.pem'),
      requestCert: true,
      rejectUnauthorized: true,
      // docker closes its side of an attached container's connection, and listens on.
      allowHalfOpen: true,
    },
    (client) => {
      const engine = connect({ path: socket, allowHalfOpen: true })
      client.pipe(engine).pipe(client)
      client.on('error', () => engine.destroy())
      engine.on('error', () => client.destroy())
    },
  )
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    env: { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder },
    [Symbol.asyncDispose]: async () => {
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** A CA, a server's certificate for 127.0.0.1 and a client's, under the names that docker looks for. */
export function makeCertificates(folder: string): void {
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca-key.pem',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=bench CA',
  )
  for (const [name, file, usage] of [
    ['server', 'server', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth'],
    ['client', 'cert', 'extendedKeyUsage=clientAuth'],
  ] as const) {
    const keyFile = file === 'cert' ? 'key.pem' : 'server-key.pem'
    writeFileSync(join(folder, `${name}.ext`), usage)
    openssl('req', ...key, '-keyout', keyFile, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const signing = [
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca-key.pem',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
    ]
    openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${file}.pem`)
  }
}
