import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { azurite } from './azurite.ts'

/**
 * GitHub's cache service of today, its version 2, as far as BuildKit uses it: an entry is reserved, its blob goes
 * straight to Azure, then it counts. act has version 1 alone, which GitHub has switched off.
 */
export async function githubCache() {
  const storage = await azurite()
  await storage.ask('PUT', 'cache', { restype: 'container' })
  const url = (place: number) => `${storage.url}/cache/${place}?${storage.pass('cache')}`
  /** in the order in which they were reserved */
  const entries: { key: string; whole: boolean }[] = []
  const server = createServer(async (request, response) => {
    const [status, body] = answer(request, JSON.parse(await text(request)))
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const token = tokenOfJob()
  const { port } = server.address() as AddressInfo
  return {
    env: {
      ACTIONS_CACHE_SERVICE_V2: 'True',
      ACTIONS_RESULTS_URL: `http://127.0.0.1:${port}/`,
      ACTIONS_RUNTIME_TOKEN: token,
    },
    token,
    keys: () => entries.flatMap(({ key, whole }) => (whole ? key : [])),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await once(server.close(), 'close')
      await storage[Symbol.asyncDispose]()
    },
  }

  function answer(
    { url: path = '', headers }: IncomingMessage,
    { key, restore_keys: others = [] }: Readonly<{ key: string; restore_keys?: readonly string[] }>,
  ): readonly [status: number, body: object] {
    if (headers.authorization !== `Bearer ${token}`) return [401, { code: 'unauthenticated' }]
    const place = entries.findIndex((entry) => entry.key === key)
    switch (path) {
      case `${SERVICE}/CreateCacheEntry`:
        if (place >= 0) return [409, { code: 'already_exists' }]
        return [200, { ok: true, signed_upload_url: url(entries.push({ key, whole: false }) - 1) }]
      case `${SERVICE}/FinalizeCacheEntryUpload`:
        entries[place] = { key, whole: true }
        return [200, { ok: true, entry_id: String(place) }]
      case `${SERVICE}/GetCacheEntryDownloadURL`: {
        const fits = (entry: string) => entry === key || others.some((other) => entry.startsWith(other))
        const found = entries.findLastIndex((entry) => entry.whole && fits(entry.key))
        if (found < 0) return [200, { ok: false }]
        return [200, { ok: true, signed_download_url: url(found), matched_key: entries[found]?.key }]
      }
      default:
        return [404, { code: 'bad_route' }]
    }
  }
}

const SERVICE = '/twirp/github.actions.results.api.v1.CacheService'

/** What BuildKit reads of a job's token: what it may do, and how long. Nobody checks its signature here. */
export function tokenOfJob(): string {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url')
  const times = { nbf: 0, exp: Math.floor(Date.now() / 1000) + 3600 }
  return [part({ alg: 'none' }), part({ ac: '[{"Scope":"main","Permission":3}]', ...times }), ''].join('.')
}
