import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EngineError, findBuildx, findEngine } from '../../src/builder/engine.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { type Finished, ProgramMissing, type Run } from '../../src/system/processes.ts'
import { failureOf } from '../fakes/failure.ts'

const CLIENT = { Version: '28.2.2', ApiVersion: '1.50', Os: 'linux', Arch: 'amd64', Context: 'default' }
const SERVER = { Version: '29.0.1', ApiVersion: '1.52', Os: 'linux', Arch: 'amd64', KernelVersion: '6.8.0' }

const versions = (client: object = {}, server: object | null = {}) =>
  `${JSON.stringify({ Client: { ...CLIENT, ...client }, Server: server && { ...SERVER, ...server } })}\n`

/** A docker that answers so, and takes note of what it was asked. */
function docker(answer: Partial<Finished>) {
  const asked: string[] = []
  const run: Run = (program, args) => {
    asked.push([program, ...args].join(' '))
    return Promise.resolve({ code: 0, stdout: '', stderr: '', ...answer })
  }
  return { run, asked }
}

const noDocker: Run = (program) => Promise.reject(new ProgramMissing(program, new Error('ENOENT')))

describe('the engine', () => {
  test('says its platform and both versions, in one question', async () => {
    const { run, asked } = docker({ stdout: versions() })
    assert.deepEqual(await findEngine(run), {
      platform: parsePlatform('linux/amd64'),
      ...{ version: '29.0.1', client: '28.2.2', local: true, context: 'default' },
    })
    assert.deepEqual(asked, ['docker version --format {{json .}}'])
  })

  test('is as large as its server, not as its client', async () => {
    const { run } = docker({ stdout: versions({ Arch: 'amd64' }, { Arch: 'arm64' }) })
    assert.deepEqual((await findEngine(run)).platform, parsePlatform('linux/arm64'))
  })

  test('is spelt as platforms are, whatever it calls itself', async () => {
    const { run } = docker({ stdout: versions({}, { Arch: 'aarch64' }) })
    assert.deepEqual((await findEngine(run)).platform, parsePlatform('linux/arm64'))
  })
})

const places: Readonly<Record<string, readonly [host: string, context: string, local: boolean]>> = {
  'with nothing said': ['', 'default', true],
  'at a socket': ['unix:///run/user/1000/docker.sock', 'default', true],
  'over the network': ['tcp://10.0.0.7:2376', 'default', false],
  'over ssh': ['ssh://builder@10.0.0.7', 'default', false],
  'in another context': ['', 'desktop-linux', false],
  'at a socket, which outdoes the context': ['unix:///var/run/docker.sock', 'remote', true],
}

describe('whether the engine shares this machine’s kernel,', () => {
  for (const [name, [host, context, local]] of Object.entries(places)) {
    test(`${name}: ${local ? 'yes' : 'no'}`, async () => {
      const { run } = docker({ stdout: versions({ Context: context }) })
      assert.equal((await findEngine(run, host)).local, local)
    })
  }
})

const SILENT =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n'

describe('what is missing is said:', () => {
  test('docker itself, keeping the cause', async () => {
    for (const asking of [findEngine(noDocker), findBuildx(noDocker)]) {
      const error = await failureOf(asking, EngineError)
      assert.equal(error.missing, 'docker')
      assert.ok(error.cause instanceof ProgramMissing)
    }
  })

  for (const [name, stdout] of [
    ['that names its client only', versions({}, null)],
    ['that prints nothing', ''],
  ] as const) {
    test(`the engine, by a docker ${name}`, async () => {
      const error = await failureOf(findEngine(docker({ code: 1, stdout, stderr: SILENT }).run), EngineError)
      assert.equal(error.missing, 'engine')
      assert.equal(error.said, SILENT.trim())
    })
  }

  test('the engine, even where docker’s exit code is that of success', async () => {
    assert.equal(
      (await failureOf(findEngine(docker({ stdout: versions({}, null) }).run), EngineError)).missing,
      'engine',
    )
  })

  test('buildx, with docker’s own words', async () => {
    const { run, asked } = docker({ code: 1, stderr: 'docker: unknown command: docker buildx\n' })
    const error = await failureOf(findBuildx(run), EngineError)
    assert.equal(error.missing, 'buildx')
    assert.equal(error.said, 'docker: unknown command: docker buildx')
    assert.deepEqual(asked, ['docker buildx version'])
  })

  test('and any other failure stays itself', async () => {
    const broken: Run = () => Promise.reject(new RangeError('odd'))
    await assert.rejects(findEngine(broken), RangeError)
  })
})

const spoken: Readonly<Record<string, string>> = {
  'github.com/docker/buildx v0.36.1 5c0d6e6\n': 'v0.36.1',
  'github.com/docker/buildx 0.20.1 0.20.1-0ubuntu1\n': '0.20.1',
  'v0.1\n': 'v0.1',
}

describe('the version of buildx', () => {
  for (const [stdout, version] of Object.entries(spoken))
    test(stdout.trim(), async () => assert.equal(await findBuildx(docker({ stdout }).run), version))
})
