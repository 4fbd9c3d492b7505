import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'

/** A registry far away: a loopback port in front of another, from which everything takes half a round trip each way. */
export type Distance = Disposable & Readonly<{ port: number; to: (port: number) => void }>

/** `roundTrip` in milliseconds. A new connection takes one of its own, as TCP's handshake does. */
export async function openDistance(roundTrip: number): Promise<Distance> {
  let target = 0
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.setNoDelay(true)
      socket.on('error', () => other.destroy())
      sockets.add(socket)
    }
    near.on('close', () => far.destroy())
    near.pipe(late(roundTrip / 2, roundTrip)).pipe(far)
    far.pipe(late(roundTrip / 2, 0)).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    to: (port) => {
      target = port
    },
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Holds every piece for so long, and the first for longer; pieces do not wait for each other. */
function late(wait: number, first: number): Transform {
  const begun = performance.now()
  let last: Promise<unknown> = Promise.resolve()
  return new Transform({
    highWaterMark: 16 * 1024 * 1024,
    transform(piece, _, done) {
      const due = Math.max(performance.now() + wait, begun + first + wait)
      const before = last
      last = (async () => {
        const left = due - performance.now()
        if (left > 0) await pause(left)
        await before
        this.push(piece)
      })()
      done()
    },
    flush(done) {
      void last.then(() => done())
    },
  })
}
