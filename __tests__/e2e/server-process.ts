import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'

/** A server as a process of our own, that listens at this port of loopback until it is disposed of. `words` is a file for what it says. */
export async function serverProcess(
  [program, ...args]: readonly [program: string, ...args: string[]],
  port: number,
  {
    env = {},
    words = 'ignore',
  }: Readonly<{ env?: Readonly<Record<string, string>>; words?: number | 'ignore' }> = {},
): Promise<AsyncDisposable> {
  const server = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', words, words] })
  await untilSomebodyListens(port)
  return {
    [Symbol.asyncDispose]: async () => {
      const ended = once(server, 'exit')
      if (server.kill()) await ended
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

/** Polls a real condition, for thirty seconds at most: some are large. */
async function untilSomebodyListens(port: number): Promise<void> {
  const deadline = Date.now() + 30_000
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
  throw new Error(`no server of our own came up at port ${port}`)
}
