import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
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
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' }
  const registry = spawn('registry', ['serve', settings], { env, stdio: 'ignore' })
  await untilSomebodyListens(port)
  return {
    host,
    [Symbol.asyncDispose]: async () => {
      registry.kill()
      await once(registry, 'exit')
      await rm(folder, { recursive: true })
    },
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
