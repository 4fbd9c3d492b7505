import { createHash } from 'node:crypto'
import { createServer } from 'node:http'

/** A web server with these files, by their paths; what is not there is a 404, and a number is that status. */
export async function releases(files: Readonly<Record<string, string | Uint8Array | number>>) {
  const asked: string[] = []
  const server = createServer(({ url = '' }, response) => {
    asked.push(url)
    const file = files[url] ?? 404
    response.writeHead(typeof file === 'number' ? file : 200).end(typeof file === 'number' ? undefined : file)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** A release of buildx as GitHub has it: the program and its line in checksums.txt, among others. */
export function release(name: string, program: string | Uint8Array, machine = 'linux-amd64') {
  const sum = createHash('sha256').update(program).digest('hex')
  const lines = [`${'0'.repeat(64)} *buildx-${name}.netbsd-amd64`, `${sum} *buildx-${name}.${machine}`, '']
  return {
    [`/${name}/checksums.txt`]: lines.join('\n'),
    [`/${name}/buildx-${name}.${machine}`]: program,
  }
}
