import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { log, mask } from './action/runner.ts'
import { buildxFolder, dockerFolder } from './programs.ts'
import type { Registry } from './registry/client.ts'
import { credentialsFrom } from './registry/credentials/credentials.ts'
import type { RegistryEvent } from './registry/events.ts'
import { isScarce } from './registry/layers/quota.ts'
import type { Tally } from './registry/tally.ts'
import { formatDuration } from './system/clock.ts'
import { files } from './system/files.ts'
import type { Environment, Run } from './system/processes.ts'

/** What the user has said of registries. */
export type RegistrySettings = Readonly<{
  insecure: readonly string[]
  /** they take several tags in one request, whatever they show */
  multiTag: boolean
  /** milliseconds in which everything must be done; undefined: as long as it takes */
  timeLimit: number | undefined
}>

/** In milliseconds: one that asks for a login on a screen that nobody sees would wait for ever. */
const HELPER_LIMIT = 60_000

/** The client, for all that this machine knows of registries. It is heavy, and so it is loaded when it is first needed. */
export async function loadRegistry(
  env: Environment,
  run: Run,
  { insecure, multiTag, timeLimit, tally }: RegistrySettings & Readonly<{ tally: Tally }>,
): Promise<Registry> {
  const [{ openRegistry }, { certificatesIn, certifiedHere }, config, scoped] = await Promise.all([
    import('./registry/client.ts'),
    import('./registry/transport/certificates.ts'),
    files.read(join(dockerFolder(env), 'config.json')),
    scopedLogins(join(buildxFolder(env), 'config')),
  ])
  const authConfig = env['DOCKER_AUTH_CONFIG']
  const folders = { folders: certificateFolders(env), list: files.list, read: files.read }
  const certificates = certificatesIn(folders)
  return openRegistry({
    ...{ ...wireOf(env, tally), mask, insecure, multiTag },
    ...(timeLimit !== undefined && { timeLimit }),
    ...{ certificates, certified: await certifiedHere(folders, certificates) },
    quota: (quota) => {
      tally.quota(quota)
      if (isScarce(quota)) log.line(`${quota.host}: only ${quota.remaining} pulls are left for now`)
    },
    credentialOf: credentialsFrom({
      ...{ config, authConfig, scoped, warn: log.warn },
      run: (program, args, stdin) => {
        const signal = AbortSignal.timeout(Math.min(HELPER_LIMIT, timeLimit ?? HELPER_LIMIT))
        return run(program, args, { stdin, signal })
      },
    }),
  })
}

/** Where docker, with and without a root of its own, and containerd look for certificates of registries. */
function certificateFolders({ XDG_CONFIG_HOME, HOME }: Environment): readonly string[] {
  const own = XDG_CONFIG_HOME || (HOME && join(HOME, '.config'))
  return [...(own ? [join(own, 'docker/certs.d')] : []), '/etc/docker/certs.d', '/etc/containerd/certs.d']
}

/** Logins for one repository or purpose, as docker/login-action's input `scope` leaves them for buildx. */
async function scopedLogins(folder: string) {
  const found = await files.list(folder, { recursive: true })
  const read = async (path: string) => ({
    folder: dirname(path),
    text: (await files.read(join(folder, path))) ?? '{}',
  })
  return await Promise.all(found.filter((path) => basename(path) === 'config.json').map(read))
}

/** Time, chance, the way out and the log, as the client wants them. */
function wireOf(env: Environment, tally: Tally) {
  return {
    ...{ now: Date.now, random: Math.random, userAgent: 'multiarch-action' },
    note: (event: RegistryEvent) => {
      tally.note(event)
      log.line(sentence(event))
    },
    pause: (milliseconds: number, signal: AbortSignal) => setTimeout(milliseconds, undefined, { signal }),
    proxy: {
      http: env['http_proxy'] || env['HTTP_PROXY'],
      https: env['https_proxy'] || env['HTTPS_PROXY'],
      no: env['no_proxy'] || env['NO_PROXY'],
    },
  }
}

/** What the talk with a registry is worth: a line of the log. */
function sentence(event: RegistryEvent): string {
  switch (event.kind) {
    case 'retry': {
      const wait = formatDuration(event.wait)
      return `${event.host}: ${event.reason}; trying again in ${wait} (${event.method} ${event.url})`
    }
    case 'warning':
      return `${event.host} says: ${event.text}`
    case 'wrong-digest-header':
      return `${event.host} sends a digest header that does not fit its bytes; the bytes count (${event.url})`
  }
}
