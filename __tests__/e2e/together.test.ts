import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Step } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { ask, freshRepository, noRig, rig } from './rig.ts'
import { groupOf, LARGE, seen } from './seen.ts'
import { sshAgent } from './ssh-agent.ts'

const THREE = 'linux/amd64,linux/arm64,linux/s390x'
const TWO = 'linux/amd64,linux/arm64'
/** What bake cannot say, and no image shows. */
const APART = { 'cgroup-parent': 'multiarch-e2e' }
const SAME = { env: { SOURCE_DATE_EPOCH: '1700000000' } }

/** Texts that mean something to HCL, to shells, to CSV or to JSON. */
const NASTY: Readonly<Record<string, string>> = {
  plain: '$HOME $$ $',
  template: `\${X} $\${Y} $$\${Z} %{if true}a%{endif} %%{b}`,
  quotes: `"one" 'two' \\n \\" \\`,
  equal: 'a=b==c',
  'the.name/${X}': '}{][,;#//',
  empty: '',
}

describe('platforms that are built together', { skip: noRig }, () => {
  test('send their context once, and are what they are when each is built by itself', async () => {
    await using app = await project('COPY large /large', 'ARG TARGETARCH', 'RUN echo $TARGETARCH >/built')
    await writeFile(join(app.folder, 'large'), randomBytes(LARGE))
    const inputs = { ...app.inputs, platforms: THREE, provenance: 'false', outputs: REPRODUCED }
    const together = await good({ inputs: { ...inputs, tags: freshRepository(rig.registry) }, ...SAME })
    const apart = await good({
      inputs: { ...inputs, ...APART, tags: freshRepository(rig.registry) },
      ...SAME,
    })
    assert.deepEqual(together.commands, ['bake'])
    assert.deepEqual(apart.commands, ['build', 'build', 'build'])
    assert.deepEqual([together.contexts, apart.contexts], [1, 3])
    assert.equal(together.main.outputs['digests'], apart.main.outputs['digests'])
    assert.equal(together.main.outputs['digest'], apart.main.outputs['digest'])
    for (const platform of THREE.split(',')) {
      const log = groupOf(together.main, platform).join('\n')
      assert.match(log, /^#\d+ \[internal\] load build context$/m)
      assert.match(log, /^#\d+ \[3\/3\] RUN echo \w+ >\/built$/m)
      assert.doesNotMatch(log, /\[linux-/)
    }
  })

  test('are proven alike', async () => {
    await using app = await project('RUN true')
    const inputs = { ...app.inputs, platforms: TWO, provenance: 'mode=max' }
    const proven = async (how: Step['inputs']) => {
      const { main } = await good({ inputs: { ...inputs, ...how, tags: freshRepository(rig.registry) } })
      return await provenancesOf(main.outputs['image'] ?? '')
    }
    const [together, apart] = [await proven({}), await proven(APART)]
    assert.equal(together.length, 2)
    assert.deepEqual(together, apart)
  })

  test('have every argument and every label as it was written', async () => {
    const shown = Object.keys(NASTY).filter((name) => /^\w+$/.test(name))
    await using app = await project(
      ...shown.map((name) => `ARG ${name}`),
      ...shown.map((name) => `RUN echo "${name} <$${name}>"`),
    )
    const pairs = Object.entries(NASTY).map(
      ([name, value]) => `"${`${name}=${value}`.replaceAll('"', '""')}"`,
    )
    const own = [`[linux/amd64] whose=\${amd64}`, '[linux/arm64] whose=%{arm64}']
    const repository = freshRepository(rig.registry)
    const { commands, main } = await good({
      inputs: {
        ...{ ...app.inputs, platforms: TWO, tags: repository, provenance: 'false' },
        'build-args': [app.inputs['build-args'], ...pairs, '"lines=one\ntwo"'].join('\n'),
        labels: [...pairs, '"lines=one\ntwo"', ...own].join('\n'),
      },
    })
    assert.deepEqual(commands, ['bake'])
    for (const [platform, whose] of [
      ['linux/amd64', `\${amd64}`],
      ['linux/arm64', '%{arm64}'],
    ] as const) {
      const { Labels } = JSON.parse(await ask('crane', 'config', '--platform', platform, repository)).config
      assert.partialDeepStrictEqual(Labels, { ...NASTY, lines: 'one\ntwo', whose })
      const log = groupOf(main, platform).join('\n')
      for (const name of shown) assert.ok(log.includes(`${name} <${NASTY[name]}>`), `${name} in ${log}`)
    }
  })

  test('have files, stages, secrets and contexts of their own', async () => {
    await using app = await project('RUN echo never')
    const stage = (name: string) => [
      `FROM $BASE AS ${name}`,
      'RUN --mount=type=secret,id=one --mount=from=more,target=/more \\',
      `  echo "${name} $(cat /run/secrets/one) $(cat /more/word) $(ls /run/secrets | wc -l)"`,
    ]
    const more = join(app.folder, 'more')
    await writeFile(
      join(app.folder, 'Dockerfile.arm'),
      ['ARG BASE', ...stage('small'), ...stage('never')].join('\n'),
    )
    await writeFile(join(app.folder, 'Dockerfile.x86'), ['ARG BASE', ...stage('large')].join('\n'))
    await ask('mkdir', more)
    await writeFile(join(more, 'word'), 'more')
    const { commands, main, definition } = await good({
      inputs: {
        ...{ ...app.inputs, platforms: TWO, push: 'false', 'build-contexts': `more=${more}` },
        file: `[linux/arm64] ${app.folder}/Dockerfile.arm\n[linux/amd64] ${app.folder}/Dockerfile.x86`,
        target: '[linux/arm64] small',
        secrets: '[linux/arm64] one=SECRET-OF-ARM\n[linux/amd64] one=SECRET-OF-X86-64',
      },
    })
    assert.deepEqual(commands, ['bake'])
    // What is printed of a secret is masked by the runner, which these tests do without.
    assert.match(groupOf(main, 'linux/arm64').join('\n'), / small SECRET-OF-ARM more 1$/m)
    assert.match(groupOf(main, 'linux/amd64').join('\n'), / large SECRET-OF-X86-64 more 1$/m)
    assert.match(definition.text, /MULTIARCH_BUILD_SECRET/)
    assert.doesNotMatch(definition.text, /SECRET-OF/)
    assert.equal(definition.mode, 0o600)
  })

  test('run with what they may use, as each does by itself', async () => {
    await using agent = await sshAgent()
    await using app = await project(
      'RUN echo "hosts $(grep -c 10.180.0.1 /etc/hosts) $(grep -c 10.0.0.9 /etc/hosts)"',
      'RUN echo "limits $(ulimit -n)"',
      'RUN echo "shm $(df -m /dev/shm | tail -n 1)"',
      'RUN --security=insecure echo "privileged $(grep CapEff /proc/self/status)"',
      'RUN echo "network $(ls /sys/class/net | wc -l)"',
      'RUN --mount=type=ssh [ -S "$SSH_AUTH_SOCK" ] && echo "agent there"',
    )
    const { commands, main } = await good({
      inputs: {
        ...{ ...app.inputs, platforms: TWO, push: 'false', pull: 'true', network: 'host' },
        ...{ 'add-hosts': 'docker:10.180.0.1,foo:10.0.0.9', ulimit: 'nofile=1024:1024', 'shm-size': '33m' },
        ...{ allow: 'security.insecure,network.host', 'no-cache-filters': 'stage-0', ssh: 'default' },
      },
      env: { SSH_AUTH_SOCK: agent.socket },
    })
    assert.deepEqual(commands, ['bake'])
    for (const platform of TWO.split(',')) {
      const log = groupOf(main, platform).join('\n')
      assert.match(log, / hosts 1 1$/m)
      assert.match(log, / limits 1024$/m)
      assert.match(log, / shm .*\b33\b/)
      assert.match(log, / privileged CapEff:\s+0*[1-9a-f]{8,}/)
      assert.match(log, / network ([2-9]|\d\d+)$/m)
      assert.match(log, / agent there$/m)
    }
  })
})

async function good(step: Step) {
  const done = await seen(step)
  assert.equal(done.main.code, 0, done.main.log)
  return done
}

/** The same bytes, whenever they are made. */
const REPRODUCED = 'type=image,rewrite-timestamp=true'

/** What is attested of each platform's build, but for what is another one every time. */
async function provenancesOf(image: string): Promise<readonly unknown[]> {
  const text = await ask(
    'docker',
    'buildx',
    'imagetools',
    'inspect',
    image,
    '--format',
    '{{json .Provenance}}',
  )
  return Object.values<{ SLSA: Record<string, unknown> }>(JSON.parse(text)).map(({ SLSA }) =>
    JSON.parse(
      JSON.stringify(SLSA, (name, value: unknown) =>
        /^(local-sessionid:|invocationI[dD]$|metadata$|cgroup|digestMapping$)/.test(name) ? undefined : value,
      ),
    ),
  )
}
