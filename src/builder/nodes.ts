import { join } from 'node:path'
import { formatPlatform, type Platform } from '../image/platform.ts'
import type { Files } from '../system/files.ts'
import type { Environment } from '../system/processes.ts'

/** One machine of a builder, as docker/setup-buildx-action describes it. */
export type NodeSpec = Readonly<{
  /** empty: buildx finds one */
  name: string
  /** a docker context or socket for docker-container, an address for remote; empty: the engine that is there */
  endpoint: string
  driverOptions: readonly string[]
  /** flags of buildkitd; empty: buildx's own choice */
  flags: string
  /** what it is for, where that is not left to it */
  platforms: readonly Platform[]
}>

/** What a remote BuildKit knows us by, and we it: texts in PEM. */
export type NodeCertificates = Readonly<Partial<Record<CertificateKind, string>>>

/** The names of the remote driver's options. */
const KINDS = ['cacert', 'cert', 'key'] as const
type CertificateKind = (typeof KINDS)[number]

/**
 * The certificates of each node, the builder's own being node 0: BUILDER_NODE_0_AUTH_TLS_CACERT and _CERT and _KEY, as
 * docker/setup-buildx-action has them. A variable that is empty is not set.
 */
export function readCertificates(env: Environment): ReadonlyMap<number, NodeCertificates> {
  const nodes = new Map<number, NodeCertificates>()
  for (const [name, text] of Object.entries(env)) {
    const [, place, kind] = /^BUILDER_NODE_(\d+)_AUTH_TLS_(CACERT|CERT|KEY)$/.exec(name) ?? []
    if (place === undefined || kind === undefined || !text) continue
    nodes.set(Number(place), { ...nodes.get(Number(place)), [kind.toLowerCase()]: text })
  }
  return nodes
}

/** Writes what a node is known by where only this user can read it; gives the driver's options that name the files. */
export async function writeCertificates(
  place: number,
  certificates: NodeCertificates,
  folder: string,
  files: Pick<Files, 'makeFolder' | 'write'>,
): Promise<readonly string[]> {
  const given = KINDS.flatMap((kind) => {
    const text = certificates[kind]
    return text === undefined ? [] : [{ kind, text, path: join(folder, `node-${place}-${kind}.pem`) }]
  })
  if (given.length > 0) await files.makeFolder(folder)
  await Promise.all(given.map(({ path, text }) => files.write(path, `${text.trim()}\n`)))
  return given.map(({ kind, path }) => `${kind}=${path}`)
}

/** What `docker buildx create` is told of a node. */
export function nodeArguments(node: NodeSpec, configFile: string | undefined): readonly string[] {
  return [
    ...node.driverOptions.flatMap((option) => ['--driver-opt', option]),
    ...(node.flags === '' ? [] : ['--buildkitd-flags', node.flags]),
    ...(node.platforms.length === 0 ? [] : ['--platform', node.platforms.map(formatPlatform).join(',')]),
    ...(configFile === undefined ? [] : ['--buildkitd-config', configFile]),
    ...(node.endpoint === '' ? [] : [node.endpoint]),
  ]
}
