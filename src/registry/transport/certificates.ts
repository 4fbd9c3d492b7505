import { isLoopback } from '../addresses.ts'
import { readHostsToml, type TrustFiles } from './hosts-toml.ts'
import type { CertificateLookup, Certificates } from './trust.ts'

export type CertificateFolders = Readonly<{
  /** As `/etc/docker/certs.d`, `/etc/containerd/certs.d`; the first that knows the host counts. */
  folders: readonly string[]
  /** The names in a folder, none where there is no such folder. */
  list: (folder: string) => Promise<readonly string[]>
  /** The text of a file, nothing where there is no such file. */
  read: (path: string) => Promise<string | undefined>
}>

/**
 * Certificates as Docker and containerd keep them: a folder for each host, with authorities as `*.crt`, our own
 * certificate as `*.cert` beside its `*.key`, or a `hosts.toml` that names such files. Each host is looked up once.
 */
export function certificatesIn({ folders, list, read }: CertificateFolders): CertificateLookup {
  const found = new Map<string, Promise<Certificates | undefined>>()

  async function lookUp(host: string): Promise<Certificates | undefined> {
    for (const folder of folders) {
      for (const name of namesOf(host)) {
        const certificates = await readFolder(`${folder}/${name}`, host)
        if (certificates) return certificates
      }
    }
    return undefined
  }

  async function readFolder(folder: string, host: string): Promise<Certificates | undefined> {
    const names = (await list(folder)).toSorted()
    if (names.length === 0) return undefined
    const toml = names.includes('hosts.toml') ? await read(`${folder}/hosts.toml`) : undefined
    const { ca, cert, key } = toml === undefined ? dockerFiles(names) : readHostsToml(toml, host)
    const textOf = (name: string) => read(name.startsWith('/') ? name : `${folder}/${name}`)
    const authorities = await Promise.all(ca.map(textOf))
    const own = cert && (await textOf(cert))
    // One file may hold both.
    const secret = key ? await textOf(key) : own
    const all = authorities.filter((text) => text !== undefined).join('\n')
    return { ...(all && { ca: all }), ...(own && secret && { cert: own, key: secret }) }
  }

  return (host) => {
    const looking = found.get(host) ?? lookUp(host)
    found.set(host, looking)
    return looking
  }
}

/** The registries on this machine that somebody has put certificates for: these speak TLS. */
export async function certifiedHere(
  { folders, list }: Pick<CertificateFolders, 'folders' | 'list'>,
  lookUp: CertificateLookup,
): Promise<readonly string[]> {
  const names = (await Promise.all(folders.map((folder) => list(folder))))
    .flat()
    .map((name) => name.replace(/_(\d+)_$/, ':$1'))
  const here = [...new Set(names)].filter(isLoopback)
  const found = await Promise.all(here.map(lookUp))
  return here.filter((_, place) => found[place]?.ca || found[place]?.cert)
}

/** What a folder may be called: a colon is no character for a file everywhere, so containerd has another way as well. */
function namesOf(host: string): readonly string[] {
  const hosts = host === 'docker.io' ? ['docker.io', 'registry-1.docker.io'] : [host]
  return [...hosts.flatMap((name) => [name, name.replace(/:(\d+)$/, '_$1_')]), '_default']
}

function dockerFiles(names: readonly string[]): TrustFiles {
  const cert = names.find((name) => name.endsWith('.cert') && names.includes(keyOf(name)))
  return {
    ca: names.filter((name) => name.endsWith('.crt')),
    ...(cert && { cert, key: keyOf(cert) }),
  }
}

function keyOf(cert: string): string {
  return cert.replace(/\.cert$/, '.key')
}
