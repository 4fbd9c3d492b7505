import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, LOOPBACK, serverProcess } from './server-process.ts'

export type OwnRegistry = AsyncDisposable &
  Readonly<{
    /** host:port */
    host: string
  }>

/** It sends traces to a port of this machine unless told not to. */
const QUIET = { OTEL_TRACES_EXPORTER: 'none' }

/** The reference registry (distribution v3) as a process of our own; its data goes when it does. More settings as YAML. */
export async function ownRegistry({ address = LOOPBACK, http = '', more = '' } = {}): Promise<OwnRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-registry-'))
  const port = await freePort(address)
  const host = `${address}:${port}`
  const settings = join(folder, 'registry.yml')
  await writeFile(
    settings,
    `version: 0.1
log: { level: error }
storage: { filesystem: { rootdirectory: '${folder}/data' }, delete: { enabled: true } }
http: { addr: '${host}', secret: bench${http} }
${more}
`,
  )
  const server = await serverProcess(['registry', 'serve', settings], port, { address, env: QUIET })
  return {
    host,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

export type OwnOlareg = OwnRegistry &
  Readonly<{
    /** What it was asked with this verb, in order: paths with their queries. */
    asked: (verb: string) => Promise<readonly string[]>
    /** Settings for regctl, which does not know by itself that there is no TLS. */
    regctl: readonly string[]
  }>

/** olareg as a process of our own, in memory: it knows sha512, and takes several tags in one request. */
export async function ownOlareg(): Promise<OwnOlareg> {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-olareg-'))
  const port = await freePort()
  const log = join(folder, 'log')
  await using file = await open(log, 'w')
  const settings = ['--store-type', 'mem', '--gc-frequency', '-1s', '--verbosity', 'trace']
  const args = ['serve', '--addr', '127.0.0.1', '--port', `${port}`, ...settings]
  const server = await serverProcess(['olareg', ...args], port, { words: file.fd })
  return {
    host: `127.0.0.1:${port}`,
    regctl: ['--host', `reg=127.0.0.1:${port},tls=disabled`],
    asked: async (verb) => {
      const lines = (await readFile(log, 'utf8')).matchAll(/ method=(\S+) url="?([^"\s]+)/g)
      return [...lines].flatMap(([, method, url = '']) => (method === verb ? url : []))
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}
