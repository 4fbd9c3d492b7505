import { digestOf } from '../image/digest.ts'
import type { Note } from '../registry/events.ts'
import type { Host } from '../registry/hosts.ts'
import { withRetry } from '../registry/layers/retry.ts'
import { RegistryError } from '../registry/registry-error.ts'
import type { Time } from '../registry/time.ts'
import { openWire, type WireOptions } from '../registry/transport/transport.ts'
import type { Request, Response, Send } from '../registry/wire.ts'
import { type Artifact, type Artifacts, ArtifactsError } from './artifacts.ts'
import { parseJson } from './hand-over.ts'
import { unzip, zipOf } from './zip.ts'

/** Where the runner says that the service is: ACTIONS_RESULTS_URL and ACTIONS_RUNTIME_TOKEN. */
export type Service = Readonly<{ url: string; token: string }>

const RPC = 'twirp/github.actions.results.api.v1.ArtifactService/'
/** What GHES and others answer that have no such service. */
const ABSENT = new Set([404, 405, 501])
const MIB = 1024 * 1024
const FILE = 'record.json'
/** Any text does; in a list of one. */
const BLOCK = btoa('multiarch-record')
/** In JSON's field names, as protobuf has them. */
type Message = Readonly<Record<string, string | number>>

/** They are closed at the end, so that node can end by itself. */
export type OpenedArtifacts = Artifacts & Readonly<{ close: () => Promise<void> }>

/** The service, over a wire of its own: it is another host than any registry, and has another login. */
export function openService(
  service: Service,
  options: Time & WireOptions & Readonly<{ note: Note }>,
): OpenedArtifacts {
  const closing = new AbortController()
  const wire = openWire(options)
  const artifacts = openArtifacts(service, withRetry({ ...options, signal: closing.signal })(wire.send))
  const close = async () => {
    closing.abort()
    await wire.close()
  }
  return { ...artifacts, close }
}

/**
 * The artifact service of a workflow run, version 4, as far as records need it: the requests of @actions/artifact
 * 6.0, which are recorded in the tests. GitHub has it, and runners that speak like GitHub's (act, Forgejo, Gitea).
 * The package itself would be two and a half times all else that ships, and fails with act's signed addresses.
 */
function openArtifacts({ url, token }: Service, send: Send): Artifacts {
  const host: Host = { registry: 'the artifact service', base: new URL(url) }
  const run = idsIn(token)

  async function call(method: string, message: Message, accepted: readonly number[] = []): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const body = new TextEncoder().encode(JSON.stringify({ ...run, ...message }))
    const target = new URL(`/${RPC}${method}`, host.base)
    return await exchange({ method: 'POST', url: target, headers, body }, accepted)
  }

  async function exchange(
    request: Pick<Request, 'method' | 'url' | 'headers' | 'body'>,
    accepted: readonly number[] = [],
  ): Promise<Response> {
    const response = await send({ ...request, host, scopes: [], limit: MIB }).catch((error: unknown) => {
      throw error instanceof RegistryError ? new ArtifactsError(error.message, { cause: error }) : error
    })
    if (response.status < 300 || accepted.includes(response.status)) return response
    const said = textIn(response, 'msg') || new TextDecoder().decode(response.body).slice(0, 200)
    const where = `${request.method} ${request.url.origin}${request.url.pathname}`
    throw new ArtifactsError(`${where}: ${[response.status, said].filter(Boolean).join(' ')}`, {
      absent: ABSENT.has(response.status) && request.method === 'POST',
    })
  }

  async function upload(signed: string, zip: Uint8Array): Promise<void> {
    const list = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><BlockList><Latest>${BLOCK}</Latest></BlockList>`
    await exchange({
      method: 'PUT',
      url: new URL(`${signed}&comp=block&blockid=${encodeURIComponent(BLOCK)}`),
      headers: { 'content-type': 'application/octet-stream' },
      body: zip,
    })
    await exchange({
      method: 'PUT',
      url: new URL(`${signed}&comp=blocklist`),
      headers: { 'content-type': 'application/xml', 'x-ms-blob-content-type': 'application/zip' },
      body: new TextEncoder().encode(list),
    })
  }

  return {
    create: async (name, text) => {
      const created = await call('CreateArtifact', { name, version: 4 }, [409])
      if (created.status === 409) return false
      const zip = zipOf(FILE, text)
      await upload(textIn(created, 'signed_upload_url', 'signedUploadUrl'), zip)
      await call('FinalizeArtifact', { name, size: String(zip.length), hash: digestOf(zip) })
      return true
    },
    read: async (artifact) => {
      const found = await call('GetSignedArtifactURL', address(artifact), [404])
      if (found.status === 404) return undefined
      const signed = textIn(found, 'signed_url', 'signedUrl')
      return unzip((await exchange({ method: 'GET', url: new URL(signed), headers: {} })).body)
    },
    remove: async (artifact) => {
      await call('DeleteArtifact', address(artifact), [404])
    },
    list: async (prefix) => {
      const { artifacts = [] } = json(await call('ListArtifacts', {}))
      const all = (Array.isArray(artifacts) ? artifacts : []).flatMap(readEntry)
      // Of several with one name the newest counts.
      const sorted = all
        .toSorted((a, b) => a.id - b.id)
        .map(({ name, job }) => [name, { name, job }] as const)
      return [...new Map(sorted).values()].filter(({ name }) => name.startsWith(prefix))
    },
  }
}

/** The job that has left an artifact is part of its address. */
function address({ name, job }: Artifact): Message {
  return { name, ...(job && { workflow_job_run_backend_id: job }) }
}

function readEntry(value: unknown): readonly { name: string; job: string; id: number }[] {
  const entry: Readonly<Record<string, unknown>> = typeof value === 'object' ? { ...value } : {}
  const { name, database_id: id = entry['databaseId'] } = entry
  const { workflow_job_run_backend_id: job = entry['workflowJobRunBackendId'] } = entry
  return typeof name === 'string' ? [{ name, job: String(job ?? ''), id: Number(id ?? 0) }] : []
}

/** The run and the job, as the service calls them, from the runner's token: `Actions.Results:run:job` among its scopes. */
function idsIn(token: string): Message {
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  const scopes = typeof claims === 'object' && claims !== null && 'scp' in claims ? String(claims.scp) : ''
  const [, run, job] = /(?:^| )Actions\.Results:([^: ]+):([^: ]+)(?= |$)/.exec(scopes) ?? []
  if (run === undefined || job === undefined)
    throw new ArtifactsError('the token of the runner names no run', { absent: true })
  return { workflow_run_backend_id: run, workflow_job_run_backend_id: job }
}

function json({ body }: Response): Readonly<Record<string, unknown>> {
  return { ...(parseJson(new TextDecoder().decode(body)) ?? {}) }
}

/** A field of the answer; the service may spell it either way (protobuf, JSON mapping). */
function textIn(response: Response, ...names: readonly string[]): string {
  const fields = json(response)
  const found = names.map((name) => fields[name]).find((value) => typeof value === 'string')
  return typeof found === 'string' ? found : ''
}
