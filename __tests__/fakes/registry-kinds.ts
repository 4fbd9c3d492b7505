/** The kinds of requests of the fault grid: what is asked for, what comes of it, and what is there then. */
import { digestOf } from '../../src/image/digest.ts'
import { manifestOf } from '../../src/image/manifest.ts'
import { OCI_MANIFEST } from '../../src/image/media-types.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { blobNamed, inPieces, readAll } from './blobs.ts'
import { indexOf } from './images.ts'
import type { FakeOptions, FakeRegistry } from './registry.ts'

export const config = blobNamed('config', 300)
export const layer = blobNamed('layer')
export const fresh = blobNamed('fresh')
const json = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: config.blob, layers: [layer.blob] }
export const image = manifestOf(OCI_MANIFEST, Buffer.from(JSON.stringify(json)))
const index = indexOf([image])
const other = blobNamed('other')
const subject = { mediaType: OCI_MANIFEST, digest: image.digest, size: image.bytes.length }
const signature = manifestOf(OCI_MANIFEST, Buffer.from(JSON.stringify({ ...json, subject })))

type Scene = Readonly<{ fake: FakeRegistry; store: FakeRegistry; registry: Registry }>

export type Kind = Readonly<{
  /** Which request it happens to, and where: at the registry, unless it says otherwise. */
  on: Readonly<{ verb?: string; path: RegExp }>
  at?: 'store'
  /** Without a token from before. */
  cold?: boolean
  options?: FakeOptions
  act: (scene: Scene) => Promise<unknown>
  /** What comes of it, and what is there then, if all goes well. */
  gives?: unknown
  leaves?: (fake: FakeRegistry) => boolean
}>

export const app = (fake: FakeRegistry) => ({ registry: fake.host, path: 'octo/app' })
const tagged = (tag: string) => (fake: FakeRegistry) => fake.tags()[`octo/app:${tag}`] === index.digest
const arrived = (fake: FakeRegistry) => {
  const found = fake.blob('octo/app', fresh.digest)
  return found !== undefined && Buffer.compare(found, fresh.bytes) === 0
}
const readConfig = async ({ registry, fake }: Scene) =>
  digestOf(await registry.readBlob(app(fake), config.blob))
const upload = ({ registry, fake }: Scene) => registry.putBlob(app(fake), fresh.blob, inPieces(fresh.bytes))
const putNew = ({ registry, fake }: Scene) => registry.put({ ...app(fake), tag: 'new' }, index)

export const KINDS = {
  token: { cold: true, on: { path: /^\/token/ }, act: putNew, leaves: tagged('new') },
  'get by tag': {
    on: { verb: 'GET', path: /manifests/ },
    act: async ({ registry, fake }) => (await registry.get({ ...app(fake), tag: 'old' })).digest,
    gives: image.digest,
  },
  'get by digest': {
    on: { verb: 'GET', path: /manifests/ },
    act: async ({ registry, fake }) => (await registry.get({ ...app(fake), digest: image.digest })).digest,
    gives: image.digest,
  },
  head: {
    on: { verb: 'HEAD', path: /manifests/ },
    act: async ({ registry, fake }) => (await registry.head({ ...app(fake), tag: 'old' }))?.digest,
    gives: image.digest,
  },
  'redirect to a config': { on: { verb: 'GET', path: /blobs/ }, act: readConfig, gives: config.digest },
  'redirected config': {
    at: 'store',
    on: { verb: 'GET', path: /blobs/ },
    act: readConfig,
    gives: config.digest,
  },
  'redirected stream': {
    at: 'store',
    on: { verb: 'GET', path: /blobs/ },
    act: async ({ registry, fake }) =>
      digestOf(await readAll(await registry.openBlob(app(fake), layer.blob))),
    gives: layer.digest,
  },
  'look for a blob': {
    on: { verb: 'HEAD', path: /blobs/ },
    act: async ({ registry, fake }) => (await registry.headBlob(app(fake), config.digest))?.size,
    gives: 300,
  },
  'list tags': {
    on: { verb: 'GET', path: /tags/ },
    act: async ({ registry, fake }) => (await registry.tags(app(fake))).join(),
    gives: 'old',
  },
  'list referrers': {
    options: { referrers: true },
    on: { verb: 'GET', path: /referrers/ },
    act: async ({ registry, fake }) => {
      fake.hold(signature.bytes, signature.mediaType, 'octo/app')
      return (await registry.referrers(app(fake), image.digest)).map(({ digest }) => digest).join()
    },
    gives: signature.digest,
  },
  'put the first tag': { on: { verb: 'PUT', path: /manifests/ }, act: putNew, leaves: tagged('new') },
  'put the third tag': {
    on: { verb: 'PUT', path: /manifests\/c/ },
    act: async ({ registry, fake }) => {
      for (const tag of ['a', 'b', 'c', 'd']) await registry.put({ ...app(fake), tag }, index)
    },
    leaves: (fake) => ['a', 'b', 'c', 'd'].every((tag) => tagged(tag)(fake)),
  },
  mount: {
    on: { verb: 'POST', path: /mount/ },
    act: ({ registry, fake }) =>
      registry.mountBlob({ ...app(fake), path: 'octo/copy' }, layer.digest, app(fake)),
    gives: true,
    leaves: (fake) => fake.blob('octo/copy', layer.digest) !== undefined,
  },
  'begin an upload': { on: { verb: 'POST', path: /uploads/ }, act: upload, leaves: arrived },
  'upload in one': { on: { verb: 'PUT', path: /uploads/ }, act: upload, leaves: arrived },
  'upload a chunk': {
    options: { uploads: 'chunks' },
    on: { verb: 'PATCH', path: /uploads/ },
    act: upload,
    leaves: arrived,
  },
  'ask how far an upload is': {
    options: { uploads: 'chunks', breaksOff: 5000 },
    on: { verb: 'GET', path: /uploads/ },
    act: upload,
    leaves: arrived,
  },
  'end the chunks': {
    options: { uploads: 'chunks' },
    on: { verb: 'PUT', path: new RegExp(`uploads.*${fresh.digest.slice(-64)}`) },
    act: async (scene) => {
      // By another blob it is learned that chunks are wanted.
      await scene.registry.putBlob(app(scene.fake), other.blob, inPieces(other.bytes))
      return await upload(scene)
    },
    leaves: arrived,
  },
  delete: {
    on: { verb: 'DELETE', path: /manifests/ },
    act: ({ registry, fake }) => registry.delete({ ...app(fake), tag: 'old' }),
    leaves: (fake) => fake.tags()['octo/app:old'] === undefined,
  },
} as const satisfies Record<string, Kind>

export type KindName = keyof typeof KINDS
export const names = Object.keys(KINDS) as KindName[]
