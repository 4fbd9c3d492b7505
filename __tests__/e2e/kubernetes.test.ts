import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { openJob, type RunningStep, type StepResult } from '../runs/as-a-runner.ts'
import { gateway, NO_RIGHTS, namespace, noCluster } from './cluster.ts'
import { register } from './kernel.ts'
import { ownRegistry } from './own-registry.ts'
import { project } from './project.ts'
import { ask, noRig, rig } from './rig.ts'

const TWO = 'linux/amd64,linux/arm64'

// Side by side, since most of the time is spent waiting: a pod is found to be up half a minute after it is.
describe('on a real cluster', { skip: noRig || noCluster, concurrency: true, timeout: 120_000 }, () => {
  before(() => register('arm64'))

  test('a pod builds and pushes two platforms, with the rights that the documentation names', async () => {
    await using ci = await site()
    const main = await ci.main({})
    assert.equal(main.code, 0, main.log)
    assert.equal(main.outputs['digest'], await ask('crane', 'digest', ci.image))
    assert.match(await ci.read('linux/amd64', 'machine.txt'), /x86_64/)
    assert.match(await ci.read('linux/arm64', 'machine.txt'), /aarch64/)
    assert.match(main.log, /linux\/amd64 runs on the builder's own CPU/)
    assert.match(main.log, /linux\/arm64 is among what the builder can run/)
    const made = await ci.parts()
    assert.deepEqual(made.map(kindOf), ['deployment.apps', 'configmap'])
    const post = await ci.post(main)
    assert.doesNotMatch(post.log, /::warning/)
    assert.deepEqual(await ci.parts(), [])
  })

  const arm: Readonly<Record<string, string>> = {
    'that it was given to': 'platforms: linux/arm64',
    'whose CPU runs it, though the first could emulate it':
      'buildkitd-flags: --oci-worker-platform linux/arm64',
  }
  for (const [pod, settings] of Object.entries(arm)) {
    test(`each platform is built by the pod ${pod}`, async () => {
      await using ci = await site()
      const options = `|\n    namespace=${ci.name}\n    nodeselector=kubernetes.io/os=linux`
      const append = `- ${settings}\n  driver-opts: ${options}`
      const main = await ci.main({ append })
      assert.equal(main.code, 0, main.log)
      const pods = (await ci.parts()).filter((part) => kindOf(part) === 'deployment.apps')
      const built = await Promise.all(
        pods.toSorted().map(async (pod) => {
          const say = ['buildctl', 'debug', 'histories', '--format', '{{json .}}']
          const records = await ci.kubectl('exec', pod, '--', ...say)
          return [...records.matchAll(/"platform":"([^"]+)"/g)].map(([, platform]) => platform)
        }),
      )
      assert.deepEqual(built, [['linux/amd64'], ['linux/arm64']])
      await ci.post(main)
      assert.deepEqual(await ci.parts(), [])
    })
  }

  test('a pod that no node takes is told of; it was asked for as the inputs say, and goes in post', async () => {
    await using ci = await site()
    const main = await ci.main({
      'driver-opts': `namespace=${ci.name}\n"nodeselector=kubernetes.io/arch=s390x"\nrequests.memory=1Gi\ntimeout=1s`,
      ...{ 'buildkitd-flags': '--debug', 'buildkit-image': 'own/buildkit:1' },
      'registry-mirrors': 'mirror.lan',
    })
    assert.equal(main.code, 1, main.log)
    assert.match(
      main.log,
      /::error title=The builder did not start::.*expected 1 replicas.*kubectl get events/,
    )
    const made = await ci.kubectl('get', ...(await ci.parts()), '--output', 'yaml')
    for (const said of [
      'kubernetes.io/arch: s390x',
      'image: own/buildkit:1',
      '- --debug',
      'memory: 1Gi',
      'mirror.lan',
    ])
      assert.ok(made.includes(said), `${said} is not in ${made}`)
    await ci.post(main)
    assert.deepEqual(await ci.parts(), [])
  })

  test('post removes at once what a run has left that was killed while its pod boots', async () => {
    await using ci = await site()
    const left = Promise.withResolvers<readonly string[]>()
    const killed = async ({ kill, state }: RunningStep) => {
      while ((await ci.parts()).length < 2) await setTimeout(50)
      kill('SIGKILL')
      const post = await ci.post({ state: await state() })
      assert.doesNotMatch(post.log, /::warning/)
      return await ci.parts()
    }
    const main = await ci.main({}, (step) => left.resolve(killed(step)))
    assert.equal(main.signal, 'SIGKILL')
    assert.deepEqual(await left.promise, [])
    // The buildx that outlived it has made nothing anew.
    assert.deepEqual(await ci.parts(), [])
  })

  test('an account without the rights learns which it lacks, and where they are listed', async () => {
    await using ci = await site(NO_RIGHTS)
    const main = await ci.main({})
    assert.equal(main.code, 1, main.log)
    assert.match(main.log, /::error title=The builder did not start::.*cannot get resource "deployments"/)
    assert.match(main.log, /docs\/builders\.md lists the rights/)
    await ci.post(main)
  })
})

/** An image to be built in a namespace of its own, and pushed to a registry that pods reach. */
async function site(role?: string) {
  await using made = new AsyncDisposableStack()
  const ci = made.use(await namespace(role))
  const registry = made.use(await ownRegistry({ address: gateway }))
  const app = made.use(await project('RUN uname -m >/machine.txt'))
  const job = made.use(await openJob())
  const [base, image] = [`${registry.host}/base`, `${registry.host}/app`]
  await ask('crane', 'copy', rig.baseImage, base)
  const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock', KUBECONFIG: ci.config }
  const inputs = {
    ...{ ...app.inputs, 'build-args': `BASE=${base}`, platforms: TWO, tags: image },
    ...{ driver: 'kubernetes', 'driver-opts': `namespace=${ci.name}`, 'buildkit-image': '' },
    'insecure-registries': registry.host,
  }
  const all = made.move()
  return {
    ...{ ...ci, image },
    main: (more: Readonly<Record<string, string>>, meanwhile?: (step: RunningStep) => void) =>
      job.main({ inputs: { ...inputs, ...more }, env, ...(meanwhile && { meanwhile }) }),
    post: (main: Pick<StepResult, 'state'>) => job.post(main, env),
    /** A file of one platform's image, as crane has pulled it. */
    read: async (platform: string, file: string): Promise<string> => {
      const archive = join(job.temporary, 'image.tar')
      await ask('crane', 'export', '--platform', platform, image, archive)
      return await ask('tar', '--extract', '--to-stdout', '--file', archive, file)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function kindOf(part: string): string {
  return part.slice(0, part.indexOf('/'))
}
