import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { type Connect, type Connections, openConnections } from '../../src/registry/transport/connections.ts'
import { octo, openClient } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { fakeRegistry } from '../fakes/registry.ts'

const open: Connect = (where, callback) => void opened(where, callback)

const opened = ({ hostname, port }: Parameters<Connect>[0], callback: Parameters<Connect>[1]): Socket => {
  const socket = connect(Number(port), hostname)
  return socket.once('connect', () => callback(null, socket)).once('error', (error) => callback(error, null))
}

/** Somebody who listens and counts. */
async function listener() {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    server.emit('one more')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return {
    ...{ url, sockets, oneMore: () => once(server, 'one more') },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await once(server.close(), 'close')
    },
  }
}

function connected(connections: Connections, { protocol, host, hostname, port }: URL) {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  connections.connect({ protocol, host, hostname, port }, (error, socket) =>
    socket ? resolve(socket) : reject(error),
  )
  return promise
}

test('what was opened ahead is had first, and only then is more opened', async () => {
  await using there = await listener()
  const connections = openConnections(open)
  const come = there.oneMore()
  connections.ahead(there.url)
  await come
  const first = await connected(connections, there.url)
  assert.equal(there.sockets.length, 1)
  const second = await connected(connections, there.url)
  assert.equal(there.sockets.length, 2)
  for (const socket of [first, second]) socket.destroy()
})

test('one that was closed meanwhile is replaced', async () => {
  await using there = await listener()
  const ours: Socket[] = []
  const connections = openConnections((where, callback) => void ours.push(opened(where, callback)))
  const come = there.oneMore()
  connections.ahead(there.url)
  await come
  const [near] = ours
  assert.ok(near)
  there.sockets[0]?.destroy()
  await once(near, 'close')
  const socket = await connected(connections, there.url)
  assert.equal(there.sockets.length, 2)
  socket.destroy()
})

test('where nobody listens, whoever wants to be connected is told', async () => {
  const there = await listener()
  await there[Symbol.asyncDispose]()
  const connections = openConnections(open)
  connections.ahead(there.url)
  await assert.rejects(connected(connections, there.url), { code: 'ECONNREFUSED' })
})

test('those that nobody wanted are closed, and there are never many', async () => {
  await using there = await listener()
  const connections = openConnections(open)
  for (let count = 0; count < 20; count++) connections.ahead(there.url)
  while (there.sockets.length < 6) await there.oneMore()
  const closed = there.sockets.map((socket) => once(socket.resume(), 'close'))
  connections.close()
  await Promise.all(closed)
  assert.equal(there.sockets.length, 6)
})

test('requests that wait for a token have their connections, and none that nobody needs', async () => {
  await using fake = await fakeRegistry({ auth: 'bearer' })
  const images = ['a', 'b', 'c'].map((name) => imageNamed(name))
  for (const { bytes, mediaType } of images) fake.hold(bytes, mediaType, 'octo/app')
  const here = { registry: fake.host, path: 'octo/app' }
  const [first] = images
  assert(first)
  {
    await using client = openClient({ credential: octo })
    await Promise.all(images.map(({ digest }) => client.registry.get({ ...here, digest })))
    assert.equal(fake.connections(), 3)
  }
  await using client = openClient({ credential: octo })
  await Promise.all([client.registry.warm(here), client.registry.get({ ...here, digest: first.digest })])
  assert.equal(fake.connections(), 4)
})

test('a connection that was asked whether something is there is used again', async () => {
  await using fake = await fakeRegistry()
  const { digest, bytes, mediaType } = imageNamed('app')
  fake.hold(bytes, mediaType, 'octo/app')
  const here = { registry: fake.host, path: 'octo/app' }
  await using client = openClient()
  for (let round = 0; round < 5; round++) assert.ok(await client.registry.head({ ...here, digest }))
  await client.registry.get({ ...here, digest })
  assert.equal(fake.connections(), 1)
})

test('a registry that answers such a question with a body, which it must not, is understood all the same', async () => {
  const { bytes, mediaType, digest } = imageNamed('app')
  const said = [`content-type: ${mediaType}`, `content-length: ${bytes.length}`, '', ''].join('\r\n')
  const server = createServer((socket) => {
    socket.on('error', () => {})
    // The whole answer, whatever the verb.
    socket.on('data', () => socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${said}`), bytes])))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const here = { registry: `127.0.0.1:${(server.address() as AddressInfo).port}`, path: 'octo/app' }
  {
    await using client = openClient()
    for (let round = 0; round < 3; round++) {
      assert.equal((await client.registry.head({ ...here, digest }))?.digest, digest)
      assert.equal((await client.registry.get({ ...here, digest })).digest, digest)
    }
  }
  await once(server.close(), 'close')
})
