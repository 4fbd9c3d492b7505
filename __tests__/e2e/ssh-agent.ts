import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ask } from './rig.ts'

/** An SSH agent of this machine, with one new key. */
export async function sshAgent() {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-agent-'))
  const [socket, key] = [join(folder, 'socket'), join(folder, 'key')]
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  const ended = new Promise((resolve) => agent.on('close', resolve))
  while (!existsSync(socket) && agent.exitCode === null) await pause(10)
  await ask('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key)
  await ask('env', `SSH_AUTH_SOCK=${socket}`, 'ssh-add', '-q', key)
  const [, fingerprint = ''] = (await ask('ssh-keygen', '-l', '-f', key)).split(' ')
  return {
    ...{ socket, fingerprint, asker: await ask('which', 'ssh-add') },
    [Symbol.asyncDispose]: async () => {
      agent.kill()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}
