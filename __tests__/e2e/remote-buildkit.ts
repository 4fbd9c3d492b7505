import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { register } from './kernel.ts'
import { ask, rig } from './rig.ts'

type Settings = Readonly<{
  /** more flags of buildkitd */
  flags?: readonly string[]
  /** a folder with ca.pem, server.pem and server-key.pem: it then speaks TLS, and to its clients only */
  certificates?: string
  /** what of this machine it sees, as docker's `--volume` takes it */
  volumes?: readonly string[]
}>

/** A BuildKit that nobody here has made, on a loopback port of its own. */
export async function remoteBuildkit({ flags = [], certificates, volumes = [] }: Settings = {}) {
  const name = `multiarch-remote-${randomUUID().slice(0, 8)}`
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  const address = `tcp://127.0.0.1:${port}`
  const image = rig.inputs['buildkit-image'] ?? ''
  // It is elsewhere, so its emulators are no affair of the action's.
  await register('arm64')
  const tls = [
    ...['--tlscacert', '/certs/ca.pem', '--tlscert', '/certs/server.pem'],
    ...['--tlskey', '/certs/server-key.pem'],
  ]
  await ask(
    'docker',
    ...['run', '--detach', '--privileged', '--network', 'host', '--name', name],
    ...(certificates === undefined ? [] : ['--volume', `${certificates}:/certs:ro`]),
    ...volumes.flatMap((volume) => ['--volume', volume]),
    ...[image, '--addr', 'unix:///run/buildkit/buildkitd.sock', '--addr', address],
    ...(certificates === undefined ? [] : tls),
    ...flags,
  )
  return {
    ...{ name, address, port },
    /** The platforms that it has built, as its own history has them. */
    built: async (): Promise<readonly string[]> => {
      const records = await ask(
        'docker',
        'exec',
        name,
        'buildctl',
        'debug',
        'histories',
        '--format',
        '{{json .}}',
      )
      return [...records.matchAll(/"platform":"([^"]+)"/g)].map(([, platform = '']) => platform)
    },
    [Symbol.asyncDispose]: async () => {
      await ask('docker', 'rm', '--force', '--volumes', name)
    },
  }
}

/** What a client is to say of itself, as docker/setup-buildx-action's users set it for a node. */
export async function nodeEnvironment(place: number, certificates: string) {
  const read = (file: string) => readFile(join(certificates, file), 'utf8')
  const prefix = `BUILDER_NODE_${place}_AUTH_TLS`
  return {
    [`${prefix}_CACERT`]: await read('ca.pem'),
    [`${prefix}_CERT`]: await read('cert.pem'),
    [`${prefix}_KEY`]: await read('key.pem'),
  }
}
