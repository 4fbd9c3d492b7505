import { createHmac, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { freshRepository, rig, tagsOf } from './rig.ts'
import { freePort, serverProcess } from './server-process.ts'

/** Where caches are kept, and what the inputs say of it. */
export type CacheStore = AsyncDisposable &
  Readonly<{
    from: string
    to: string
    /** what the step's environment has beside that */
    env?: Readonly<Record<string, string>>
    /** what is a secret of it */
    key?: string
    /** the caches in it */
    names: () => Promise<readonly string[]>
    /** those that a build of linux/amd64 and linux/arm64 leaves */
    expected: readonly string[]
  }>

/** Azurite's program; where the bench has none, why. */
const AZURITE = process.env['RIG_AZURITE'] ?? ''
export const noAzurite = AZURITE === '' && 'no azurite here; script/rig up installs it from npm'

export const STORES = { local, registry, s3, azblob }

const PLATFORMS = ['linux-amd64', 'linux-arm64']

async function local(): Promise<CacheStore> {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-cache-'))
  return {
    ...{ from: `type=local,src=${folder}`, to: `type=local,dest=${folder},mode=max` },
    ...{ expected: PLATFORMS, names: () => readdir(folder) },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

function registry(): Promise<CacheStore> {
  const repository = freshRepository(rig.registry)
  const from = `type=registry,ref=${repository}:cache`
  return Promise.resolve({
    ...{ from, to: `${from},mode=max`, expected: PLATFORMS.map((slug) => `cache-${slug}`) },
    names: () => tagsOf(repository),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  })
}

/** S3 as gofakes3 has it, with its keys where AWS's own tools look for them: in the environment. */
async function s3(): Promise<CacheStore> {
  const port = await freePort()
  const host = `127.0.0.1:${port}`
  const options = ['-backend', 'memory', '-initialbucket', 'cache', '-host', host]
  const server = await serverProcess(['gofakes3', ...options], port)
  const key = randomBytes(20).toString('hex')
  const from = `type=s3,region=us-east-1,bucket=cache,endpoint_url=http://${host},use_path_style=true`
  return {
    ...{ from, to: `${from},mode=max`, key },
    env: { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: key },
    names: async () => keysIn(await listOf(`http://${host}/cache?prefix=manifests/`, {}), 'Key'),
    expected: PLATFORMS.map((slug) => `buildkit-${slug}`),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Azure Blob Storage as Azurite has it. BuildKit takes its key in an entry alone. */
async function azblob(): Promise<CacheStore> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-azurite-'))
  const key = randomBytes(64).toString('base64')
  const options = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder]
  const server = await serverProcess(
    [process.execPath, AZURITE, ...options, '--silent', '--disableTelemetry', '--skipApiVersionCheck'],
    port,
    { env: { AZURITE_ACCOUNTS: `bench:${key}` } },
  )
  const url = `http://127.0.0.1:${port}/bench`
  const from = `type=azblob,account_url=${url},account_name=bench,name=app,secret_access_key=${key}`
  return {
    ...{ from, to: `${from},mode=max`, key },
    names: async () => {
      const list = `${url}/buildkit-cache?restype=container&comp=list&prefix=manifests/`
      return keysIn(await listOf(list, signed('/bench/bench/buildkit-cache', key)), 'Name')
    },
    expected: PLATFORMS.map((slug) => `app-${slug}`),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

/** Azure's "Authorize with Shared Key", for this one question. */
function signed(resource: string, key: string): Readonly<Record<string, string>> {
  const headers = { 'x-ms-date': new Date().toUTCString(), 'x-ms-version': '2021-10-04' }
  const canonical = Object.entries(headers).map(([name, value]) => `${name}:${value}`)
  const query = ['comp:list', 'prefix:manifests/', 'restype:container']
  const text = ['GET', ...Array<string>(11).fill(''), ...canonical, resource, ...query].join('\n')
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64')
  return { ...headers, authorization: `SharedKey bench:${signature}` }
}

async function listOf(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(url, { headers })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return await answer.text()
}

function keysIn(xml: string, element: string): readonly string[] {
  const found = xml.matchAll(new RegExp(`<${element}>manifests/([^<]*)</${element}>`, 'g'))
  return [...found].map(([, name = '']) => name)
}

/** Entries that lead to nothing: nobody listens at port 1. GitHub's wants a token that looks like one. */
export function nowhere(): Readonly<Record<string, string>> {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url')
  const times = { nbf: 0, exp: Math.floor(Date.now() / 1000) + 3600 }
  const token = [{ alg: 'none' }, { ac: '[{"Scope":"main","Permission":3}]', ...times }].map(part).join('.')
  return {
    registry: 'type=registry,ref=127.0.0.1:1/cache',
    s3: 'type=s3,region=r,bucket=b,endpoint_url=http://127.0.0.1:1,use_path_style=true,access_key_id=a,secret_access_key=b',
    azblob: `type=azblob,account_url=http://127.0.0.1:1/a,account_name=a,secret_access_key=${btoa('b')}`,
    gha: `type=gha,version=1,url=http://127.0.0.1:1/,token=${token}.`,
  }
}
