import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { ask, noRig, rig } from './rig.ts'

const { env } = process
const program = env['RIG_DOCKERD'] ?? ''

/** Why no engine can be started beside the bench's. */
export const noSecondEngine =
  noRig || (isRoot() && program !== '' ? false : 'no dockerd, or not root to start it')

type Options = Readonly<{
  /** as of daemon.json */
  settings: Readonly<Record<string, unknown>>
  /** the program that starts it, given what it is to start */
  within?: readonly string[]
}>

/** An engine with the containerd image store and nothing in it, for one test. */
export function containerdEngine() {
  return secondEngine({ settings: { features: { 'containerd-snapshotter': true } } })
}

/** An engine that gives its containers user IDs of their own (`userns-remap`), as its settings alone make it. */
export async function remappedEngine() {
  const ids = join(await mkdtemp(join(tmpdir(), 'multiarch-ids-')), 'ids')
  await writeFile(ids, '65534:200000:65536\nnobody:200000:65536\n')
  // The machine's own files of such IDs stay as they are: these are seen by this engine only.
  const mounts = ['/etc/subuid', '/etc/subgid'].map((path) => `mount --bind "$0" ${path}`)
  const within = ['unshare', '--mount', 'sh', '-c', [...mounts, 'exec "$@"'].join(' && '), ids]
  const engine = await secondEngine({ settings: { ...OLD_STORE, 'userns-remap': '65534:65534' }, within })
  const stop = async () => {
    await engine[Symbol.asyncDispose]()
    await rm(dirname(ids), { recursive: true })
  }
  return { ...engine, [Symbol.asyncDispose]: stop }
}

/** A user namespace with every user that there is, for engines that are root in it, with no network, and nobody outside of it. */
export async function userNamespace() {
  const holder = spawn('unshare', ['--user', 'sh', '-c', 'echo; read _'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  await once(holder.stdout, 'data')
  for (const map of ['uid_map', 'gid_map']) await writeFile(`/proc/${holder.pid}/${map}`, '0 0 65536')
  const enter = ['nsenter', `--user=/proc/${holder.pid}/ns/user`, '--setuid', '0', '--setgid', '0']
  return {
    engine: () => secondEngine({ settings: OLD_STORE, within: [...enter, 'unshare', '--mount', '--net'] }),
    [Symbol.dispose]: () => void holder.kill(),
  }
}

const OLD_STORE = { features: { 'containerd-snapshotter': false } }

/** An engine of these settings. It leaves the machine's firewall alone. */
async function secondEngine({ settings, within = [] }: Options) {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-engine-'))
  await chmod(folder, 0o755)
  const host = `unix://${folder}/engine.sock`
  const places = { hosts: [host], 'data-root': `${folder}/data`, 'exec-root': `${folder}/exec` }
  const network = { iptables: false, ip6tables: false, 'ip-masq': false }
  const all = {
    ...{ ...places, pidfile: `${folder}/engine.pid`, ...network, ...settings },
    'registry-mirrors': [`http://${rig.mirror}`],
  }
  await writeFile(join(folder, 'daemon.json'), JSON.stringify(all))
  const own = dirname(program)
  const path = [own, join(own, '../bin'), env['PATH'], '/usr/sbin', '/sbin'].join(':')
  const log = join(folder, 'log')
  const [starter = '', ...args] = [...within, program, '--config-file', join(folder, 'daemon.json')]
  const engine = spawn(starter, args, {
    env: { ...env, PATH: path },
    stdio: ['ignore', openSync(log, 'w'), openSync(log, 'a')],
  })
  const ended = once(engine, 'exit')
  const stop = async () => {
    engine.kill()
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  while (!(await answers(host))) {
    if (engine.exitCode !== null) {
      const said = await readFile(log, 'utf8')
      await stop()
      throw new Error(`dockerd ended: ${said.slice(-2000)}`)
    }
    await setTimeout(50)
  }
  return { host, env: { DOCKER_HOST: host }, ask: askAt(host), [Symbol.asyncDispose]: stop }
}

function askAt(host: string) {
  return (...args: readonly string[]) => ask('docker', '--host', host, ...args)
}

function answers(host: string): Promise<boolean> {
  return askAt(host)('version').then(
    () => true,
    () => false,
  )
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}
