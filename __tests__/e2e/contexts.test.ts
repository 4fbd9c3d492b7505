import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openJob, type Step } from '../runs/as-a-runner.ts'
import { gitVolumes } from './git-tools.ts'
import { project } from './project.ts'
import { remoteBuildkit } from './remote-buildkit.ts'
import { freshRepository, noRig, rig, runImage } from './rig.ts'
import { openSourceHost } from './source-host.ts'

const TOKEN = `ghs_${randomUUID()}`
const LINES = ['ARG BASE', 'FROM $BASE', 'COPY fact /', 'CMD ["cat", "/fact"]']
const TREE = {
  Dockerfile: LINES.join('\n'),
  fact: 'of the whole',
  'app/Dockerfile': LINES.join('\n'),
  'app/fact': 'of a folder',
  'elsewhere.Dockerfile': [...LINES.slice(0, 3), 'CMD ["echo", "of another file"]'].join('\n'),
}

describe('what is built may come', { skip: noRig }, () => {
  let host: Awaited<ReturnType<typeof openSourceHost>>
  let builder: Awaited<ReturnType<typeof remoteBuildkit>>
  before(async () => {
    builder = await remoteBuildkit({ volumes: await gitVolumes() })
    host = await openSourceHost({ token: TOKEN, tree: TREE })
  })
  after(async () => {
    await builder[Symbol.asyncDispose]()
    await host[Symbol.asyncDispose]()
  })

  /** The run's own repository, as a runner names it. */
  const here = (): Step['env'] => ({
    ...{ GITHUB_SERVER_URL: host.url, GITHUB_REPOSITORY: 'octo/app' },
    ...{ GITHUB_SHA: host.commit, GITHUB_REF: 'refs/heads/main' },
  })

  const ways: Readonly<Record<string, () => readonly [inputs: Step['inputs'], fact: string]>> = {
    'from the commit of the run, with the runner’s token': () => [
      { context: '{{defaultContext}}', 'github-token': TOKEN },
      'of the whole',
    ],
    'from a folder of it': () => [
      { context: '{{defaultContext}}:app', 'github-token': TOKEN },
      'of a folder',
    ],
    'from another file of it': () => [
      { context: '{{defaultContext}}', file: 'elsewhere.Dockerfile', 'github-token': TOKEN },
      'of another file',
    ],
    'from a branch and a folder of it, with a token of one’s own': () => [
      { context: `${host.url}/octo/app.git#main:app`, secrets: `GIT_AUTH_TOKEN=${TOKEN}` },
      'of a folder',
    ],
    'from a tarball': () => [{ context: `${host.url}/context.tar.gz` }, 'of the whole'],
    'from a folder of a tarball': () => [
      { context: `${host.url}/context.tar.gz`, file: 'app/Dockerfile' },
      'of the whole',
    ],
    'from nothing but the workflow': () => [
      { context: '-', 'dockerfile-inline': 'ARG BASE\nFROM $BASE\nCMD ["echo", "of the workflow"]' },
      'of the workflow',
    ],
    'from a tarball, built as the workflow says': () => [
      {
        context: `${host.url}/context.tar.gz`,
        'dockerfile-inline': `${LINES.join('\n')}`.replace('COPY fact', 'COPY app/fact'),
      },
      'of a folder',
    ],
  }
  for (const [name, way] of Object.entries(ways)) {
    test(name, async () => {
      const [inputs, fact] = way()
      const { repository, main } = await built(inputs, here())
      assert.equal(await runImage(repository, 'linux/amd64'), fact)
      assert.ok(!main.log.replaceAll(/^::add-mask::.*$/gm, '').includes(TOKEN), 'the log tells the token')
    })
  }

  test('from a folder, with the Dockerfile from a URL, or from the workflow', async () => {
    await using app = await project('RUN exit 1')
    await writeFile(join(app.folder, 'fact'), 'of this machine')
    for (const inputs of [{ file: `${host.url}/Dockerfile` }, { 'dockerfile-inline': LINES.join('\n') }]) {
      const { repository } = await built({ ...inputs, context: app.folder }, {})
      assert.equal(await runImage(repository, 'linux/amd64'), 'of this machine')
    }
  })

  test('from Git, by a Dockerfile of this machine, which has to be there', async () => {
    await using app = await project('COPY app/fact /', 'CMD ["cat", "/fact"]')
    const file = join(app.folder, 'Dockerfile')
    const git = { context: '{{defaultContext}}', 'github-token': TOKEN }
    const { repository } = await built({ ...git, file }, here())
    assert.equal(await runImage(repository, 'linux/amd64'), 'of a folder')
    const main = await step({ ...git, file: `${file}.no`, push: 'false' }, here())
    assert.match(
      main.log,
      /::error title=The Dockerfile is missing::There is no Dockerfile at .*Dockerfile\.no/,
    )
  })

  test('from a folder, with the Git commit beside it', async () => {
    await using app = await project('COPY --from=source app/fact /', 'CMD ["cat", "/fact"]')
    const contexts = { 'build-contexts': 'source={{defaultContext}}', 'github-token': TOKEN }
    const { repository } = await built({ ...contexts, context: app.folder }, here())
    assert.equal(await runImage(repository, 'linux/amd64'), 'of a folder')
  })

  test('from a Dockerfile in lower case', async () => {
    await using app = await project('RUN exit 1')
    const context = join(app.folder, 'small')
    await mkdir(context)
    await writeFile(join(context, 'dockerfile'), 'ARG BASE\nFROM $BASE\nCMD ["echo", "small"]')
    const { repository } = await built({ context }, {})
    assert.equal(await runImage(repository, 'linux/amd64'), 'small')
  })

  test('not without the token: Git says why', async () => {
    await using other = await openSourceHost({ token: TOKEN, tree: TREE })
    const env = { ...here(), GITHUB_SERVER_URL: other.url, GITHUB_SHA: other.commit }
    const main = await step(
      { context: '{{defaultContext}}', 'github-token': 'ghs_wrong', push: 'false' },
      env,
    )
    assert.equal(main.code, 1)
    assert.match(main.log, /::error title=A platform failed to build::.*octo\/app\.git/)
    assert.match(main.log, /Authentication failed|could not read|terminal prompts disabled/)
  })

  async function built(inputs: Step['inputs'], env: Step['env']) {
    const repository = freshRepository(rig.registry)
    const main = await step({ tags: repository, ...inputs }, env)
    assert.equal(main.code, 0, main.log)
    return { main, repository }
  }

  async function step(inputs: Step['inputs'], env: Step['env'] = {}) {
    await using job = await openJob()
    const own = { driver: 'remote', endpoint: builder.address, 'driver-opts': '', 'buildkit-image': '' }
    const base = { ...rig.inputs, ...own, 'build-args': `BASE=${rig.baseImage}`, platforms: 'linux/amd64' }
    const main = await job.main({ inputs: { ...base, ...inputs }, env })
    assert.equal((await job.post(main)).code, 0)
    return main
  }
})
