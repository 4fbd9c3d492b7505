import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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

/** An engine with the containerd image store and nothing in it, for one test. It leaves the machine's firewall alone. */
export async function containerdEngine() {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-engine-'))
  const host = `unix://${folder}/engine.sock`
  const places = { hosts: [host], 'data-root': `${folder}/data`, 'exec-root': `${folder}/exec` }
  const settings = {
    ...{ ...places, pidfile: `${folder}/engine.pid`, features: { 'containerd-snapshotter': true } },
    ...{ iptables: false, ip6tables: false, 'ip-masq': false, 'registry-mirrors': [`http://${rig.mirror}`] },
  }
  await writeFile(join(folder, 'daemon.json'), JSON.stringify(settings))
  const own = dirname(program)
  const path = [own, join(own, '../bin'), env['PATH'], '/usr/sbin', '/sbin'].join(':')
  const log = join(folder, 'log')
  const { openSync } = await import('node:fs')
  const engine = spawn(program, ['--config-file', join(folder, 'daemon.json')], {
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
