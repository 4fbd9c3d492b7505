import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'

export const LOOPBACK = '127.0.0.1'

type Settings = Readonly<{
  /** of this machine, where it listens */
  address?: string
  env?: Readonly<Record<string, string>>
  /** a file for what it says */
  words?: number | 'ignore'
}>

/** A server as a process of our own, that listens at this port until it is disposed of. */
export async function serverProcess(
  [program, ...args]: readonly [program: string, ...args: string[]],
  port: number,
  { address = LOOPBACK, env = {}, words = 'ignore' }: Settings = {},
): Promise<AsyncDisposable> {
  const server = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', words, words] })
  await untilSomebodyListens(address, port)
  return {
    [Symbol.asyncDispose]: async () => {
      const ended = once(server, 'exit')
      if (server.kill()) await ended
    },
  }
}

/** Below what a system gives to those who connect, on Linux from 32768: one of these nobody takes before its server does. */
const PORTS = [20_000, 32_000] as const

export async function freePort(address = LOOPBACK): Promise<number> {
  const port = randomInt(...PORTS)
  const server = createServer().listen(port, address)
  try {
    await once(server, 'listening')
  } catch (error: unknown) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      return await freePort(address)
    throw error
  }
  await once(server.close(), 'close')
  return port
}

/** Polls a real condition, for thirty seconds at most: some are large. */
async function untilSomebodyListens(address: string, port: number): Promise<void> {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const socket = connect(port, address)
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
