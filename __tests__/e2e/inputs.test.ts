import assert from 'node:assert/strict'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { openJob, type Step, type StepResult } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { ask, noRig, rig } from './rig.ts'
import { sshAgent } from './ssh-agent.ts'

type Project = Awaited<ReturnType<typeof project>>

describe('inputs that buildx understands by itself', { skip: noRig }, () => {
  test('say how RUN runs', async () => {
    await using app = await project(
      'RUN echo "hosts $(grep -c 10.180.0.1 /etc/hosts) $(grep -c 10.0.0.9 /etc/hosts)"',
      'RUN echo "limits $(ulimit -n) $(grep processes /proc/self/limits)"',
      'RUN echo "shm $(df -m /dev/shm | tail -n 1)"',
      'RUN echo "network $(ls /sys/class/net)"',
      'RUN cat /proc/self/cgroup',
    )
    const { log } = await built(app, {
      'add-hosts': 'docker:10.180.0.1,foo:10.0.0.9',
      ulimit: 'nofile=1024:1024\nnproc=3000',
      'shm-size': '33m',
      network: 'none',
      'cgroup-parent': 'multiarch-e2e',
    })
    assert.deepEqual(facts(log, 'hosts'), ['1 1'])
    assert.match(facts(log, 'limits')[0] ?? '', /^1024 Max processes\s+3000\s/)
    assert.match(facts(log, 'shm')[0] ?? '', /\b33\b/)
    assert.deepEqual(facts(log, 'network'), ['lo'])
    assert.match(log, /multiarch-e2e/)
  })

  test('allow what a build of one’s own code may do', async () => {
    await using app = await project(
      'RUN --security=insecure echo "privileged $(grep CapEff /proc/self/status)"',
      'RUN --network=host echo "network $(ls /sys/class/net | wc -l)"',
    )
    const { log } = await built(app, { allow: 'security.insecure,network.host' })
    assert.match(facts(log, 'privileged')[0] ?? '', /CapEff:\s+0*[1-9a-f]{8,}/)
    assert.ok(Number(facts(log, 'network')[0]) > 1, log)
  })

  test('give RUN the network of the host', async () => {
    await using app = await project(
      `RUN wget -q -O /dev/null http://${rig.registry}/v2/ && echo "host reached"`,
    )
    const { log } = await built(app, { network: 'host' })
    assert.deepEqual(facts(log, 'host'), ['reached'])
  })

  test('go with a job that wants a terminal’s progress', async () => {
    await using app = await project('RUN echo "built well"')
    const { log } = await built(app, {}, { BUILDKIT_PROGRESS: 'tty' })
    assert.deepEqual(facts(log, 'built'), ['well'])
  })

  test('limit the memory of RUN', async () => {
    const files = '/sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes'
    await using app = await project(`RUN echo "memory $(cat ${files} 2>/dev/null)"`)
    const { log } = await built(app, { resources: 'memory=64m' })
    assert.deepEqual(facts(log, 'memory'), [String(64 * 1024 * 1024)])
  })

  test('judge by a policy what the build fetches', async () => {
    await using app = await project('RUN true')
    const rules = [
      'package docker',
      'default allow := false',
      'allow if input.local',
      'decision := {"allow": allow}',
    ]
    await writeFile(join(app.folder, 'policy.rego'), rules.join('\n'))
    const main = await ended(app, { policy: `filename=${join(app.folder, 'policy.rego')}` })
    assert.equal(main.code, 1)
    assert.match(main.log, /::error.*docker-image:\/\/.*not allowed by policy/)
  })

  test('lend the build an SSH agent', async () => {
    await using agent = await sshAgent()
    // The program that asks the agent is this machine's own, with its libraries.
    const libraries = await ask('ldd', agent.asker)
    const wanted = [agent.asker, ...[...libraries.matchAll(/(\/\S+) \(/g)].map(([, path = '']) => path)]
    await using app = await project('COPY root /', `RUN --mount=type=ssh echo "key $(${agent.asker} -l)"`)
    for (const path of wanted) {
      await mkdir(dirname(join(app.folder, 'root', path)), { recursive: true })
      await copyFile(path, join(app.folder, 'root', path))
    }
    const { log } = await built(app, { ssh: 'default' }, { SSH_AUTH_SOCK: agent.socket })
    assert.match(facts(log, 'key')[0] ?? '', new RegExp(agent.fingerprint.replaceAll(/[+/]/g, '.')))
  })

  test('bring in other contexts', async () => {
    await using app = await project(
      'COPY --from=more fact /',
      'COPY --from=base /bin/busybox /again',
      'RUN cat /fact',
    )
    await mkdir(join(app.folder, 'elsewhere'))
    await writeFile(join(app.folder, 'elsewhere/fact'), 'more is here\n')
    const more = `more=${join(app.folder, 'elsewhere')}\nbase=docker-image://${rig.baseImage}`
    assert.deepEqual(facts((await built(app, { 'build-contexts': more })).log, 'more'), ['is here'])
  })
})

/** A build that goes well, for the machine's own platform; nothing is published. */
async function built(app: Project, inputs: Step['inputs'], env: Step['env'] = {}): Promise<StepResult> {
  const main = await ended(app, inputs, env)
  assert.equal(main.code, 0, main.log)
  return main
}

async function ended({ inputs }: Project, more: Step['inputs'], env: Step['env'] = {}): Promise<StepResult> {
  await using job = await openJob()
  const main = await job.main({ inputs: { ...inputs, push: 'false', ...more }, env })
  assert.equal((await job.post(main)).code, 0)
  return main
}

/** What a build has printed behind a word. */
function facts(log: string, word: string): readonly string[] {
  return [...log.matchAll(new RegExp(`^#\\d+ [\\d.]+ ${word} (.*)$`, 'gm'))].map(([, fact = '']) =>
    fact.trim(),
  )
}
