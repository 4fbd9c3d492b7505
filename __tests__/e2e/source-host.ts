import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Files of a commit, by their paths. */
type Tree = Readonly<Record<string, string>>

/**
 * A host of sources on loopback: `/octo/app.git` is a repository that wants a token, as a private one on GitHub, and
 * `/context.tar.gz` and `/Dockerfile` are files for everybody.
 */
export async function openSourceHost({ token, tree }: Readonly<{ token: string; tree: Tree }>) {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-sources-'))
  const { commit, backend } = await makeRepository(folder, tree)
  const asked: string[] = []
  const server = createServer((incoming, outgoing) => {
    const { url = '', method = '', headers } = incoming
    const login = Buffer.from(headers.authorization?.replace(/^Basic /i, '') ?? '', 'base64').toString()
    asked.push(`${method} ${url}`)
    if (url.startsWith('/octo/app.git')) {
      if (login.endsWith(`:${token}`)) return void serveGit(backend, folder, { incoming, outgoing })
      return void outgoing.writeHead(401, { 'www-authenticate': 'Basic realm="sources"' }).end()
    }
    readFile(join(folder, 'files', url)).then(
      (bytes) => outgoing.end(bytes),
      () => outgoing.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    commit,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}

/** One commit on the branch main, and the same files as a tarball. */
async function makeRepository(folder: string, tree: Tree) {
  const [work, files] = [join(folder, 'work'), join(folder, 'files')]
  await mkdir(files)
  for (const [path, text] of Object.entries(tree)) {
    await mkdir(dirname(join(work, path)), { recursive: true })
    await writeFile(join(work, path), text)
  }
  const git = async (...args: readonly string[]) => {
    const nobody = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'commit.gpgsign=false']
    return (await execute('git', ['-C', work, ...nobody, ...args])).stdout.trim()
  }
  await git('init', '--quiet', '--initial-branch', 'main')
  await git('add', '.')
  await git('commit', '--quiet', '--message', 'all')
  await execute('git', ['clone', '--quiet', '--bare', work, join(folder, 'octo/app.git')])
  // As GitHub's: a commit may be asked for by its name.
  await execute('git', [
    '-C',
    join(folder, 'octo/app.git'),
    'config',
    'uploadpack.allowAnySHA1InWant',
    'true',
  ])
  await execute('tar', ['-C', work, '--exclude', '.git', '-czf', join(files, 'context.tar.gz'), '.'])
  await writeFile(join(files, 'Dockerfile'), tree['Dockerfile'] ?? '')
  const backend = join((await execute('git', ['--exec-path'])).stdout.trim(), 'git-http-backend')
  return { commit: await git('rev-parse', 'HEAD'), backend }
}

/** Git's own server, which is a CGI program. */
function serveGit(
  backend: string,
  root: string,
  { incoming, outgoing }: Readonly<{ incoming: IncomingMessage; outgoing: ServerResponse }>,
): void {
  const [path = '', query = ''] = (incoming.url ?? '').split('?')
  const { 'content-type': type, 'content-encoding': encoding, 'git-protocol': protocol } = incoming.headers
  const env = {
    ...{ PATH: process.env['PATH'], GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: path },
    ...{ QUERY_STRING: query, REQUEST_METHOD: incoming.method, CONTENT_TYPE: type, REMOTE_USER: 'bench' },
    ...(encoding && { HTTP_CONTENT_ENCODING: encoding }),
    ...(typeof protocol === 'string' && { GIT_PROTOCOL: protocol }),
  }
  const child = spawn(backend, [], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const said: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => said.push(data))
  child.on('close', () => {
    const answer = Buffer.concat(said)
    const end = answer.indexOf('\r\n\r\n')
    const headers = answer
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(/: ?/, 2) as [string, string])
    const status = headers.find(([name]) => name === 'Status')?.[1]
    outgoing.writeHead(Number(status?.slice(0, 3) ?? 200), Object.fromEntries(headers))
    outgoing.end(answer.subarray(end + 4))
  })
  incoming.pipe(child.stdin)
}
