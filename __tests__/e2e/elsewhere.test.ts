import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openJob } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { remoteBuildkit } from './remote-buildkit.ts'
import { freshRepository, noRig, rig, runImage } from './rig.ts'

const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' }

describe('where no Docker engine answers', { skip: noRig, timeout: 60_000 }, () => {
  test('a BuildKit elsewhere builds every platform that it can', async () => {
    await using remote = await remoteBuildkit()
    await using app = await project('RUN uname -m >/machine.txt', 'CMD ["uname", "-m"]')
    await using job = await openJob()
    const repository = freshRepository(rig.registry)
    const elsewhere = { driver: 'remote', endpoint: remote.address, 'driver-opts': '', 'buildkit-image': '' }
    const inputs = { ...app.inputs, ...elsewhere, platforms: 'linux/amd64,linux/arm64', tags: repository }
    const main = await job.main({ inputs, env: NO_ENGINE })
    assert.equal(main.code, 0, main.log)
    assert.match(await runImage(repository, 'linux/arm64'), /aarch64/)
    assert.doesNotMatch(main.summary, /undefined|Docker \d/)
    const post = await job.post(main, NO_ENGINE)
    assert.equal(post.code, 0, post.log)
    assert.doesNotMatch(post.log, /::warning/)
  })

  test('Kubernetes is asked for what the inputs say, by a buildx that takes them', async () => {
    await using cluster = await kubernetes()
    await using app = await project('RUN true')
    await using job = await openJob()
    const options = ['namespace=ci', '"nodeselector=kubernetes.io/arch=arm64"', 'requests.memory=1Gi']
    const inputs = {
      ...{ ...app.inputs, push: 'false', platforms: 'linux/arm64', driver: 'kubernetes' },
      ...{ 'driver-opts': options.join('\n'), 'builder-platforms': 'linux/arm64' },
      ...{
        'buildkitd-flags': '--debug',
        'registry-mirrors': 'mirror.lan',
        'buildkit-image': 'own/buildkit:1',
      },
    }
    const env = { ...NO_ENGINE, KUBECONFIG: cluster.config }
    const main = await job.main({ inputs, env })
    assert.equal(main.code, 1, main.log)
    assert.match(main.log, /::error title=The builder did not start::.*quota of ci is used up/s)
    const [settings = '', deployment = ''] = cluster.created
    assert.ok(settings.includes('mirror.lan'), settings)
    for (const said of ['kubernetes.io/arch', 'arm64', 'own/buildkit:1', '--debug', 'memory', '1Gi'])
      assert.ok(deployment.includes(said), `the deployment lacks ${said}: ${deployment}`)
    assert.deepEqual(cluster.asked.at(-1), 'POST /apis/apps/v1/namespaces/ci/deployments')
    await job.post(main, env)
  })
})

/** The API of a cluster that has nothing, takes notes of what is made (in protobuf), and then has no room for it. */
async function kubernetes() {
  const created: string[] = []
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    const answer = (code: number, message: string) =>
      response
        .writeHead(code, { 'content-type': 'application/json' })
        .end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code }))
    asked.push(`${request.method} ${request.url}`)
    if (request.method !== 'POST') return answer(404, 'not found')
    created.push(body.toString('latin1'))
    if (request.url?.endsWith('/deployments')) return answer(403, 'the quota of ci is used up')
    return response.writeHead(201, { 'content-type': request.headers['content-type'] }).end(body)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-kubernetes-'))
  const config = join(folder, 'config')
  const context = { name: 'here', context: { cluster: 'here', user: 'me' } }
  const cluster = { name: 'here', cluster: { server: `http://127.0.0.1:${port}` } }
  const text = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [context],
    clusters: [cluster],
  }
  await writeFile(config, JSON.stringify({ ...text, users: [{ name: 'me', user: {} }] }))
  return {
    ...{ created, asked, config },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
      await rm(folder, { recursive: true })
    },
  }
}
