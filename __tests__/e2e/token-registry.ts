import { execFileSync } from 'node:child_process'
import { sign, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownRegistry } from './own-registry.ts'

const USERNAME = 'octo'
const PASSWORD = 'bench-password'
const LOGIN = `${USERNAME}:${PASSWORD}`
const SERVICE = 'bench'

export type TokenRegistry = Awaited<ReturnType<typeof tokenRegistry>>

/**
 * The reference registry with token authentication, as GHCR and Docker Hub have it: it checks signature, audience and
 * scopes of every token itself. The tokens come from a server of ours (distribution, docs/content/spec/auth/token.md);
 * `realm` is where clients find it, if not at its own address.
 */
export async function tokenRegistry(seen: { readonly realm?: string } = {}) {
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
  const tokenHost = `127.0.0.1:${(tokens.address() as AddressInfo).port}`
  const { realm = `http://${tokenHost}/token` } = seen
  const token = `realm: '${realm}', service: ${SERVICE}, issuer: bench, rootcertbundle: '${folder}/cert.pem'`
  const registry = await ownRegistry({ more: `auth: { token: { ${token} } }` })
  const { host } = registry
  return {
    ...{
      host,
      tokenHost,
      asked,
      username: USERNAME,
      password: PASSWORD,
      auths: { [host]: { auth: btoa(LOGIN) } },
    },
    [Symbol.asyncDispose]: async () => {
      tokens.close()
      await registry[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
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
