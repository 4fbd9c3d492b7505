import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACCOUNT, azurite } from './azurite.ts'
import { githubCache, tokenOfJob } from './github-cache.ts'
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

export const STORES = { local, registry, s3, azblob, gha }

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
    names: async () => keysIn(await (await fetch(`http://${host}/cache?prefix=manifests/`)).text(), 'Key'),
    expected: PLATFORMS.map((slug) => `buildkit-${slug}`),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Azure Blob Storage. BuildKit takes its key in an entry alone. */
async function azblob(): Promise<CacheStore> {
  const storage = await azurite()
  const { url, key } = storage
  const from = `type=azblob,account_url=${url},account_name=${ACCOUNT},name=app,secret_access_key=${key}`
  const list = { restype: 'container', comp: 'list', prefix: 'manifests/' }
  return {
    ...{ from, to: `${from},mode=max`, key },
    names: async () => keysIn(await storage.ask('GET', 'buildkit-cache', list), 'Name'),
    expected: PLATFORMS.map((slug) => `app-${slug}`),
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  }
}

/** GitHub's own. */
async function gha(): Promise<CacheStore> {
  const service = await githubCache()
  return {
    ...{
      from: 'type=gha,scope=app',
      to: 'type=gha,scope=app,mode=max',
      env: service.env,
      key: service.token,
    },
    names: () => {
      const scopes = service.keys().flatMap((key) => /^index-(.*)-1-[0-9a-f]{8}#1$/.exec(key)?.[1] ?? [])
      return Promise.resolve(scopes.toSorted())
    },
    expected: PLATFORMS.map((slug) => `app-${slug}`),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  }
}

function keysIn(xml: string, element: string): readonly string[] {
  const found = xml.matchAll(new RegExp(`<${element}>manifests/([^<]*)</${element}>`, 'g'))
  return [...found].map(([, name = '']) => name)
}

/** Entries that lead to nothing: nobody listens at port 1. GitHub's wants a token that looks like one. */
export function nowhere(): Readonly<Record<string, string>> {
  return {
    registry: 'type=registry,ref=127.0.0.1:1/cache',
    s3: 'type=s3,region=r,bucket=b,endpoint_url=http://127.0.0.1:1,use_path_style=true,access_key_id=a,secret_access_key=b',
    azblob: `type=azblob,account_url=http://127.0.0.1:1/a,account_name=a,secret_access_key=${btoa('b')}`,
    gha: `type=gha,version=1,url=http://127.0.0.1:1/,token=${tokenOfJob()}`,
  }
}
