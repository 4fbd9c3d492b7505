/**
 * A little artifact service on a real loopback socket, version 4 of the protocol, for tests.
 *
 *     await using service = await fakeArtifacts()
 *     service.env        // what a runner would tell an action: ACTIONS_RESULTS_URL, ACTIONS_RUNTIME_TOKEN
 *     service.texts()    // { name: the bytes of its zip }
 *     service.requests   // every request in order
 *
 * It is as strict as protobuf's JSON reader in Go (act's), and signs addresses with a padding that must not get lost: GitHub's
 * client loses it, unless it is amended as in dist. `spelling` is how it names fields: GitHub's way, or the way of Go's
 * JSON writer.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Options = Readonly<{
  spelling?: 'snake_case' | 'camelCase'
}>

type Seen = Readonly<{
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: Buffer
}>

const RPC = '/twirp/github.actions.results.api.v1.ArtifactService/'
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  CreateArtifact: ['name', 'version', 'expires_at'],
  FinalizeArtifact: ['name', 'size', 'hash'],
  ListArtifacts: ['name_filter', 'id_filter'],
  GetSignedArtifactURL: ['name'],
  DeleteArtifact: ['name'],
}
const OF_ALL = ['workflow_run_backend_id', 'workflow_job_run_backend_id']
const SIGNATURE = 'c2lnbmVk='
const HASH = /^sha256:[0-9a-f]{64}$/

type Artifact = { job: string; id: number; blocks: Map<string, Buffer>; zip?: Buffer; finished: boolean }
type Answer = Readonly<{ status: number; json?: object; bytes?: Buffer }>

export async function fakeArtifacts({ spelling = 'snake_case' }: Options = {}) {
  const requests: Seen[] = []
  const artifacts = new Map<string, Artifact>()
  let count = 0
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming
    const seen = { method, path, headers, body: await bodyOf(incoming) }
    requests.push(seen)
    const { status: code, json, bytes } = answer(seen)
    outgoing.writeHead(code, { 'content-type': json ? 'application/json' : 'application/zip' })
    outgoing.end(bytes ?? JSON.stringify(json ?? {}))
  })
  const port = await new Promise<number>((done) =>
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)),
  )
  const origin = `http://127.0.0.1:${port}`
  return {
    env: envOf('job-2'),
    /** The same for another job of the run: an artifact is addressed by the job that has left it. */
    envOf,
    requests,
    zips: () => new Map([...artifacts].map(([name, { zip }]) => [name, zip])),
    /** An artifact that somebody has begun and not finished. */
    begin: (name: string) => begin(name, 'job-2'),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }

  function answer(seen: Seen): Answer {
    const url = new URL(seen.path, origin)
    if (!url.pathname.startsWith(RPC)) return store(seen, url)
    const message = JSON.parse(seen.body.toString('utf8'))
    const method = url.pathname.slice(RPC.length)
    const known = [...OF_ALL, ...(FIELDS[method] ?? [])]
    const unknown = Object.keys(message).find((field) => !known.includes(field))
    if (unknown !== undefined) return refusal(500, 'malformed', `unknown field "${unknown}"`)
    const { workflow_run_backend_id: run, workflow_job_run_backend_id: job, ...rest } = message
    if (run !== 'run-1') return refusal(403, 'permission_denied', 'another run')
    const mine = seen.headers.authorization === `Bearer ${tokenOf(run, job)}`
    if (!mine && !/^Bearer .+\..+\.signature$/.test(seen.headers.authorization ?? ''))
      return refusal(401, 'unauthenticated', 'who are you?')
    if (!mine && method !== 'GetSignedArtifactURL' && method !== 'DeleteArtifact')
      return refusal(403, 'permission_denied', 'another job')
    return call(method, { job, ...rest, host: seen.headers.host ?? '' })
  }

  function call(method: string, message: Record<string, string>): Answer {
    const { name = '', size, hash, job = '', host = '', name_filter: named, id_filter: numbered } = message
    const artifact = artifacts.get(name)
    const isThere = artifact?.finished === true && artifact.job === job
    switch (method) {
      case 'CreateArtifact':
        if (artifact !== undefined)
          return refusal(
            409,
            'already_exists',
            'an artifact with this name already exists on the workflow run',
          )
        begin(name, job)
        return { status: 200, json: spelled({ ok: true, signed_upload_url: signed(name, host) }) }
      case 'FinalizeArtifact':
        if (artifact?.zip === undefined || String(artifact.zip.length) !== size || !HASH.test(hash ?? ''))
          return refusal(400, 'invalid_argument', 'not what was uploaded')
        artifact.finished = true
        return { status: 200, json: spelled({ ok: true, artifact_id: String(artifact.id) }) }
      case 'ListArtifacts': {
        const all = [...artifacts].filter(
          ([name, { finished, id }]) =>
            finished && (named ?? name) === name && (numbered ?? String(id)) === String(id),
        )
        return { status: 200, json: { artifacts: all.map(entry) } }
      }
      case 'GetSignedArtifactURL':
        return isThere
          ? { status: 200, json: spelled({ name, signed_url: signed(name, host) }) }
          : refusal(404, 'not_found', 'artifact not found')
      case 'DeleteArtifact':
        if (!isThere) return refusal(404, 'not_found', 'artifact not found')
        artifacts.delete(name)
        return { status: 200, json: spelled({ ok: true, artifact_id: String(artifact.id) }) }
      default:
        return refusal(404, 'bad_route', method)
    }
  }

  function begin(name: string, job: string): void {
    artifacts.set(name, { job, id: ++count, blocks: new Map(), finished: false })
  }

  function entry([name, { job, id }]: readonly [string, Artifact]): object {
    const ids = { workflow_run_backend_id: 'run-1', workflow_job_run_backend_id: job }
    return spelled({ ...ids, name, database_id: String(id), size: '1', created_at: '2026-11-21T00:00:00Z' })
  }

  function envOf(job: string) {
    return { ACTIONS_RESULTS_URL: `${origin}/`, ACTIONS_RUNTIME_TOKEN: tokenOf('run-1', job) }
  }

  /** As a blob store: blocks first, then the list of those that count. */
  function store({ method, body, headers }: Seen, { pathname, search, searchParams }: URL): Answer {
    const artifact = artifacts.get(decodeURIComponent(pathname.slice('/blob/'.length)))
    if (!search.startsWith(`?sig=${SIGNATURE}&`) || headers.authorization !== undefined || !artifact)
      return { status: 403 }
    if (method === 'GET') return { status: 200, bytes: artifact.zip ?? Buffer.alloc(0) }
    const id = searchParams.get('blockid') ?? ''
    if (searchParams.get('comp') === 'block') {
      artifact.blocks.set(id, body)
      return { status: 201 }
    }
    const ids = [...body.toString('utf8').matchAll(/<Latest>([^<]*)<\/Latest>/g)].map(([, one = '']) => one)
    artifact.zip = Buffer.concat(ids.map((one) => artifact.blocks.get(one) ?? Buffer.from('no such block')))
    return { status: 201 }
  }

  function signed(name: string, host: string): string {
    return `http://${host}/blob/${encodeURIComponent(name)}?sig=${SIGNATURE}&expires=2026-11-21+02%3A17`
  }

  function spelled(json: object): object {
    if (spelling === 'snake_case') return json
    const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    return Object.fromEntries(Object.entries(json).map(([name, value]) => [camel(name), value]))
  }
}

/** A runner's token, of which only the claims matter. */
export function tokenOf(run: string, job: string): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
  const scp = `Actions.ExampleScope Actions.Results:${run}:${job} Actions.Other:x`
  return `${part({ alg: 'none' })}.${part({ scp })}.signature`
}

function refusal(status: number, code: string, msg: string): Answer {
  return { status, json: { code, msg } }
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}
