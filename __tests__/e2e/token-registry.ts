import { execFileSync, spawn } from 'node:child_process'
import { sign, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer as createPort } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

const USERNAME = 'octo'
const PASSWORD = 'bench-password'
const LOGIN = `${USERNAME}:${PASSWORD}`
const SERVICE = 'bench'

export type TokenRegistry = Awaited<ReturnType<typeof tokenRegistry>>

/**
 * The reference registry with token authentication, as GHCR and Docker Hub have it: it checks signature, audience and
 * scopes of every token itself. The tokens come from a server of ours (distribution, docs/content/spec/auth/token.md).
 */
export async function tokenRegistry() {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-token-'))
  const subject = ['-days', '2', '-subj', '/CN=bench']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  execFileSync('openssl', ['req', '-x509', ...key, '-keyout', 'key.pem', '-out', 'cert.pem', ...subject], {
    ...{ cwd: folder, stdio: 'ignore' },
  })
  const asked: string[] = []
  const tokens = createServer((request, response) => {
    const answer = answerTo(request, folder)
    asked.push(`${request.method} ${answer.scopes.join(' ')}`)
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
  })
  await once(tokens.listen(0, '127.0.0.1'), 'listening')
  const port = await freePort()
  const host = `127.0.0.1:${port}`
  const realm = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`
  writeFileSync(join(folder, 'registry.yml'), settings(folder, host, realm))
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' }
  const registry = spawn('registry', ['serve', join(folder, 'registry.yml')], { env, stdio: 'ignore' })
  await untilItAnswers(host)
  return {
    ...{ host, asked, username: USERNAME, password: PASSWORD, auths: { [host]: { auth: btoa(LOGIN) } } },
    [Symbol.asyncDispose]: async () => {
      tokens.close()
      registry.kill()
      await once(registry, 'exit')
      await rm(folder, { recursive: true })
    },
  }
}

function settings(folder: string, host: string, realm: string): string {
  return `version: 0.1
log: { level: error }
storage: { filesystem: { rootdirectory: '${folder}/data' } }
http: { addr: '${host}', secret: bench }
auth:
  token: { realm: '${realm}', service: ${SERVICE}, issuer: bench, rootcertbundle: '${folder}/cert.pem' }
`
}

/** As GHCR: GET only, and whoever has not logged in may do nothing. */
function answerTo(request: IncomingMessage, folder: string) {
  const url = new URL(request.url ?? '/', 'http://token')
  const scopes = url.searchParams.getAll('scope')
  const denied = { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }
  if (request.method !== 'GET') return { status: 405, body: denied, scopes }
  if (request.headers.authorization !== `Basic ${btoa(LOGIN)}`) return { status: 401, body: denied, scopes }
  return { status: 200, body: { token: tokenFor(scopes, folder), expires_in: 60 }, scopes }
}

function tokenFor(scopes: readonly string[], folder: string): string {
  const access = scopes.map((scope) => {
    const [, type, name, actions = ''] = /^([^:]+):(.+):([^:]+)$/.exec(scope) ?? []
    return { type, name, actions: actions.split(',') }
  })
  const certificate = new X509Certificate(readFileSync(join(folder, 'cert.pem')))
  const now = Math.floor(Date.now() / 1000)
  const header = { typ: 'JWT', alg: 'ES256', x5c: [certificate.raw.toString('base64')] }
  const claims = {
    iss: 'bench',
    sub: 'octo',
    aud: SERVICE,
    exp: now + 60,
    nbf: now - 5,
    iat: now,
    jti: `${now}`,
    access,
  }
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const key = { key: readFileSync(join(folder, 'key.pem')), dsaEncoding: 'ieee-p1363' } as const
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

async function freePort(): Promise<number> {
  const server = createPort().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

/** Polls a real condition: the registry's own 401, for ten seconds at most. */
async function untilItAnswers(host: string): Promise<void> {
  const deadline = Date.now() + 10_000
  while (Date.now() < deadline) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined)
    if (answer?.status === 401) return
    await new Promise((done) => setTimeout(done, 20))
  }
  throw new Error('the registry with tokens did not come up')
}
