import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { direct, findPlugin } from '../../src/builder/plugin.ts'
import { type Processes, ProgramMissing } from '../../src/system/processes.ts'
import { openWorld } from '../fakes/world.ts'

const USERS = '/home/octo/.docker/cli-plugins/docker-buildx'
const EXTRA = '/opt/plugins/docker-buildx'
const SYSTEM = '/usr/libexec/docker/cli-plugins/docker-buildx'
const CONFIG = '/home/octo/.docker/config.json'

describe('the buildx that docker would start', () => {
  const cases: Readonly<
    Record<string, readonly [files: Readonly<Record<string, string>>, found: string | undefined]>
  > = {
    'is the user’s, before the system’s': [{ [USERS]: '', [SYSTEM]: '' }, USERS],
    'is the system’s, where the user has none': [{ [SYSTEM]: '' }, SYSTEM],
    'is that of a folder in config.json, before all others': [
      { [CONFIG]: '{"cliPluginsExtraDirs":["/opt/plugins"]}', [EXTRA]: '', [USERS]: '' },
      EXTRA,
    ],
    'is not hidden by a config.json that is broken': [{ [CONFIG]: '{', [USERS]: '' }, USERS],
    'is docker’s own affair, where we see none': [{}, undefined],
  }
  for (const [name, [files, found]] of Object.entries(cases)) {
    test(name, async () => {
      assert.equal(await findPlugin('/home/octo/.docker', openWorld({ files }).world.files), found)
    })
  }
})

describe('buildx, started without docker', () => {
  test('gets the rest of the command, short or long', async () => {
    const { processes, started } = programs()
    const shorter = direct(processes, Promise.resolve(USERS))
    await shorter.run('docker', ['buildx', 'rm', 'x'])
    await shorter.follow('docker', ['buildx', 'build', '.'], {
      onLine: () => {},
      signal: new AbortController().signal,
    })
    assert.deepEqual(started, [`${USERS} rm x`, `${USERS} build .`])
  })

  test('leaves all other commands as they are', async () => {
    const { processes, started } = programs()
    await direct(processes, Promise.resolve(USERS)).run('docker', ['version'])
    await direct(processes, Promise.resolve(undefined)).run('docker', ['buildx', 'version'])
    assert.deepEqual(started, ['docker version', 'docker buildx version'])
  })

  test('is left to docker where it does not start', async () => {
    const { processes, started } = programs(USERS)
    await direct(processes, Promise.resolve(USERS)).run('docker', ['buildx', 'version'])
    assert.deepEqual(started, [`${USERS} version`, 'docker buildx version'])
  })
})

/** Programs that only note how they were started; `broken` does not start. */
function programs(broken?: string) {
  const started: string[] = []
  const start = (program: string, args: readonly string[]) => {
    started.push([program, ...args].join(' '))
    if (program === broken) throw new ProgramMissing(program, undefined)
  }
  const processes: Processes = {
    run: async (program, args) => {
      await Promise.resolve(start(program, args))
      return { code: 0, stdout: '', stderr: '' }
    },
    follow: async (program, args) => {
      await Promise.resolve(start(program, args))
      return 0
    },
  }
  return { processes, started }
}
