import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'

export type OwnRegistry = AsyncDisposable &
  Readonly<{
    /** host:port */
    host: string
  }>

/** The reference registry (distribution v3) as a process of our own; its data goes when it does. More settings as YAML. */
export async function ownRegistry({ http = '', more = '' } = {}): Promise<OwnRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-registry-'))
  const port = await freePort()
  const host = `127.0.0.1:${port}`
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
  const end = await start('registry', ['serve', settings], port)
  return {
    host,
    [Symbol.asyncDispose]: async () => {
      await end()
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
  const end = await start('olareg', args, port, file.fd)
  return {
    host: `127.0.0.1:${port}`,
    regctl: ['--host', `reg=127.0.0.1:${port},tls=disabled`],
    asked: async (verb) => {
      const lines = (await readFile(log, 'utf8')).matchAll(/ method=(\S+) url="?([^"\s]+)/g)
      return [...lines].flatMap(([, method, url = '']) => (method === verb ? url : []))
    },
    [Symbol.asyncDispose]: async () => {
      await end()
      await rm(folder, { recursive: true })
    },
  }
}

/** Resolves, when it listens, with what ends it. Its words go to this file. */
async function start(
  program: string,
  args: readonly string[],
  port: number,
  words: number | 'ignore' = 'ignore',
): Promise<() => Promise<void>> {
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' }
  const registry = spawn(program, args, { env, stdio: ['ignore', words, words] })
  await untilSomebodyListens(port)
  return async () => {
    registry.kill()
    await once(registry, 'exit')
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

/** Polls a real condition, for ten seconds at most. */
async function untilSomebodyListens(port: number): Promise<void> {
  const deadline = Date.now() + 10_000
  while (Date.now() < deadline) {
    const socket = connect(port, '127.0.0.1')
    const listens = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (listens) return
    await setTimeout(20)
  }
  throw new Error('a registry of our own did not come up')
}
