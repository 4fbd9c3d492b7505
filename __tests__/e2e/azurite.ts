import { createHmac, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { freePort, serverProcess } from './server-process.ts'

const PROGRAM = process.env['RIG_AZURITE'] ?? ''
const VERSION = '2021-10-04'
export const ACCOUNT = 'bench'

/** Why the bench has none. */
export const noAzurite = PROGRAM === '' && 'no azurite here; script/rig up installs it from npm'

type Query = Readonly<Record<string, string>>

export type Azurite = AsyncDisposable &
  Readonly<{
    /** of the account, and its key */
    url: string
    key: string
    /** Asks something of a container, with the key; the text of the answer. */
    ask: (method: 'GET' | 'PUT', container: string, query: Query) => Promise<string>
    /** Lets who has this query read and write the blobs of a container, for an hour. */
    pass: (container: string) => string
  }>

/** Azure Blob Storage, by Microsoft's own emulator, as a process of our own. */
export async function azurite(): Promise<Azurite> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-azurite-'))
  const key = randomBytes(64).toString('base64')
  const options = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder]
  const server = await serverProcess(
    [process.execPath, PROGRAM, ...options, '--silent', '--disableTelemetry', '--skipApiVersionCheck'],
    port,
    { env: { AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` } },
  )
  const url = `http://127.0.0.1:${port}/${ACCOUNT}`
  const sign = (lines: readonly string[]) =>
    createHmac('sha256', Buffer.from(key, 'base64')).update(lines.join('\n')).digest('base64')
  return {
    ...{ url, key, ask, pass },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }

  /** "Authorize with Shared Key", of Azure's reference. */
  async function ask(method: 'GET' | 'PUT', container: string, query: Query): Promise<string> {
    const headers = { 'x-ms-date': new Date().toUTCString(), 'x-ms-version': VERSION }
    const pairs = [headers, query].map((one) => Object.entries(one).map((pair) => pair.join(':')))
    const [ours = [], asked = []] = pairs
    const resource = `/${ACCOUNT}/${ACCOUNT}/${container}`
    const signature = sign([method, ...Array<string>(11).fill(''), ...ours, resource, ...asked.toSorted()])
    const answer = await fetch(`${url}/${container}?${new URLSearchParams(query)}`, {
      method,
      headers: { ...headers, authorization: `SharedKey ${ACCOUNT}:${signature}` },
    })
    if (!answer.ok) throw new Error(`${container}: ${answer.status} ${await answer.text()}`)
    return await answer.text()
  }

  /** "Create a service SAS", of the same. */
  function pass(container: string): string {
    const until = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`
    const [may, what] = ['racw', 'c']
    const before = [may, '', until, `/blob/${ACCOUNT}/${container}`, '', '', '', VERSION, what]
    const sig = sign([...before, ...Array<string>(7).fill('')])
    return new URLSearchParams({ sp: may, se: until, sv: VERSION, sr: what, sig }).toString()
  }
}
