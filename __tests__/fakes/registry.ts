/**
 * A strict little registry on a real loopback socket, for tests.
 *
 *     await using fake = await fakeRegistry({ auth: 'bearer' })
 *     const digest = fake.hold(bytes, mediaType, 'octo/app', '1.0')     // seed; the tag is optional
 *     fake.fault({ verb: 'PUT', path: /manifests/, times: 2, status: 503 })
 *     …openRegistry(…).put({ registry: fake.host, path: 'octo/app', tag: '1.1' }, manifest)
 *     fake.tags()                       // { 'octo/app:1.0': 'sha256:…', 'octo/app:1.1': 'sha256:…' }
 *     fake.manifest('octo/app:1.1')     // { mediaType, bytes, digest } | undefined; also 'octo/app@sha256:…'
 *     fake.requests                     // every request in order: method, path, status, authorization, …
 *     fake.log()                        // the same as lines: 'PUT /v2/octo/app/manifests/1.1 201'
 *
 * The login is `octo` with the password `secret` (`fake.login`). What a client must never do is collected in
 * `fake.violations`, and the end of `await using` throws if there is any: credentials that this server did not ask
 * for, a wildcard in `Accept`, a body without a length.
 *
 * The blobs of an image manifest are taken on trust (unless `needsBlobs`), the children of an index are not.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Algorithm, Digest } from '../../src/image/digest.ts'
import type { Manifest } from '../../src/image/manifest.ts'
import { type Answer, refusal } from './answer.ts'
import { type CellarOptions, openCellar } from './cellar.ts'
import { type Fault, openFaults } from './faults.ts'
import { openGuard } from './guard.ts'
import { openShelf, type ShelfOptions } from './shelf.ts'

export type FakeOptions = ShelfOptions &
  CellarOptions &
  Readonly<{
    /** How the registry asks who it is talking to; nobody by default. */
    auth?: 'none' | 'basic' | 'bearer'
    /** What somebody without a login gets from the token endpoint: nothing by default. */
    anonymous?: 'nothing' | 'pull'
    /** What the login may do; both by default. */
    rights?: 'pull' | 'pull,push'
    /** As GHCR: 403 for a token that asks for more than the rights, where others give one that can do less. */
    refusesTooMuch?: boolean
    /** How long tokens live, as the endpoint says it. */
    tokenSeconds?: number
    /** As ACR: the token endpoint takes this as a refresh token, by POST. */
    identity?: string
    /** As Gitea (`*`), or anything else, in place of the scope that is needed. */
    challengeScope?: string
    /** As some GitLab: of several scopes that a token is asked for, it has one. */
    oneScope?: 'first' | 'last'
    /** Tokens that are too weak get 403, where others ask for a better one. */
    deniesWeakTokens?: boolean
    /** As IBM's: to delete is an action of its own. */
    deleteScope?: boolean
    /** The realm as it stands in the challenge: relative by default, and so on the same host. */
    realm?: string
  }>

/** A request as it was seen, with what became of it. */
export type Seen = {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly authorization: 'none' | 'basic' | 'bearer'
  readonly headers: Readonly<Record<string, string | undefined>>
  /** 0 where no answer was given. */
  status: number
  /** What was sent as a form. */
  form?: string
}

export type FakeRegistry = AsyncDisposable &
  Readonly<{
    /** `127.0.0.1:40123` */
    host: string
    /** `http://127.0.0.1:40123` */
    origin: string
    login: Readonly<{ username: string; password: string }>
    requests: readonly Seen[]
    violations: string[]
    /** How many TCP connections were opened so far. */
    connections: () => number
    /** The requests as `PUT /v2/octo/app/manifests/1.0 201`. */
    log: () => readonly string[]
    tags: () => Readonly<Record<string, Digest>>
    /** By `octo/app:tag` or `octo/app@sha256:…`. */
    manifest: (name: string) => Manifest | undefined
    hold: (
      bytes: Uint8Array,
      mediaType: string,
      repository: string,
      tag?: string,
      algorithm?: Algorithm,
    ) => Digest
    /** Puts a blob into a repository. */
    holdBlob: (repository: string, bytes: Uint8Array, algorithm?: Algorithm) => Digest
    /** By repository and digest. */
    blob: (repository: string, digest: string) => Uint8Array | undefined
    /** How many uploads are under way, or were left behind. */
    uploads: () => number
    fault: (fault: Fault) => void
    /** Takes back all faults that were not played yet. */
    heal: () => void
    /** From now on no token is good that was given so far. */
    expireTokens: () => void
  }>

const LONGEST = 4 * 1024 * 1024

export async function fakeRegistry(options: FakeOptions = {}): Promise<FakeRegistry> {
  const requests: Seen[] = []
  const violations: string[] = []
  const cellar = openCellar(options)
  const shelf = openShelf(options, (path, digest) => cellar.find(path, digest) !== undefined)
  const guard = openGuard(options, violations)
  const faults = openFaults()
  let connections = 0

  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing)
  })
  server.on('connection', () => {
    connections += 1
  })

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const seen = see(incoming)
    requests.push(seen)
    if (incoming.headers['content-type'] === 'application/x-www-form-urlencoded')
      incoming.on('data', (chunk: Uint8Array) => {
        seen.form = `${seen.form ?? ''}${new TextDecoder().decode(chunk)}`
      })
    await faults.play(seen, { incoming, outgoing }, async () => answer(seen, await readBody(incoming)))
  }

  function answer(seen: Seen, body: Uint8Array): Answer {
    const url = new URL(seen.path, 'http://fake')
    if (url.pathname === '/token') return guard.giveToken(seen, url, body)
    if (body.length > LONGEST && url.pathname.includes('/manifests/'))
      return refusal(413, 'SIZE_INVALID', 'manifest is too large')
    if (seen.headers['transfer-encoding'])
      violations.push(`${seen.method} ${seen.path} does not say its length`)
    if (seen.headers['accept']?.includes('*/*')) violations.push(`${seen.method} ${seen.path} accepts */*`)
    return guard.stop(seen, url) ?? cellar.answer(seen, url, body) ?? shelf.answer(seen, url, body)
  }

  const port = await listen(server)
  return {
    host: `127.0.0.1:${port}`,
    origin: `http://127.0.0.1:${port}`,
    login: guard.login,
    requests,
    violations,
    connections: () => connections,
    log: () => requests.map(({ method, path, status }) => `${method} ${path} ${status}`),
    tags: shelf.tags,
    manifest: shelf.manifest,
    hold: shelf.hold,
    holdBlob: cellar.hold,
    blob: cellar.find,
    uploads: cellar.uploads,
    fault: faults.add,
    heal: faults.heal,
    expireTokens: guard.expireTokens,
    [Symbol.asyncDispose]: async () => {
      await close(server)
      if (violations.length > 0)
        throw new Error(`the registry saw what it must not: ${violations.join('; ')}`)
    },
  }
}

function see({ method = '', url = '', headers }: IncomingMessage): Seen {
  const scheme = headers.authorization?.split(' ')[0]?.toLowerCase()
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)])
  return {
    method,
    path: url,
    authorization: scheme === 'basic' || scheme === 'bearer' ? scheme : 'none',
    headers: Object.fromEntries(entries),
    status: 0,
  }
}

async function readBody(incoming: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
