import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fakeArtifacts } from '../fakes/artifacts.ts'
import { openJob, type StepResult } from '../runs/as-a-runner.ts'
import { ask, freshRepository, noRig, rig, runImage, tagsOf } from './rig.ts'

const HELLO = { ...rig.inputs, context: 'examples/hello', 'build-args': `BASE=${rig.baseImage}` }
const BOTH = 'linux/amd64,linux/arm64'

/** What a runner says of itself; no artifact service unless the test adds one. */
const RUN = { GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'part' }
type Env = Readonly<Record<string, string>>

/** One job of a matrix on a runner of its own, tidied up behind. */
async function leg(platforms: string, inputs: Readonly<Record<string, string>>, env: Env = {}) {
  await using job = await openJob()
  const around = { ...RUN, RUNNER_NAME: `runner of ${platforms}`, ...env }
  const main = await job.main({ inputs: { ...HELLO, mode: 'part', platforms, ...inputs }, env: around })
  const post = await job.post(main)
  assert.doesNotMatch(post.log, /::warning/)
  return main
}

/** The job that merges, on a machine without Docker or any other program. */
async function mergeJob(inputs: Readonly<Record<string, string>>, env: Env = {}): Promise<StepResult> {
  await using job = await openJob()
  return await job.main({ inputs: { mode: 'merge', ...inputs }, env: { ...RUN, PATH: '/nowhere', ...env } })
}

async function good(step: Promise<StepResult>): Promise<StepResult> {
  const done = await step
  assert.equal(done.code, 0, done.log)
  return done
}

const refused = (step: StepResult, title: string) => {
  assert.equal(step.code, 1, step.log)
  assert.ok(step.log.includes(`::error title=${title}::`), step.log)
}

/** Both platforms, built once for the tests that only merge. */
let built: Promise<{ repository: string; records: readonly string[]; digests: readonly string[] }> | undefined
function builtOnce() {
  built ??= (async () => {
    const repository = freshRepository(rig.registry)
    const legs: StepResult[] = []
    for (const platforms of BOTH.split(',')) legs.push(await good(leg(platforms, { image: repository })))
    const output = (name: string) => legs.map(({ outputs }) => outputs[name] ?? '')
    return { repository, records: output('record'), digests: output('digest') }
  })()
  return built
}

describe('two jobs build and a third merges', { skip: noRig }, () => {
  test('with the records handed on: the referees agree, and each platform runs', async () => {
    const { repository, records } = await builtOnce()
    assert.deepEqual(await tagsOf(repository), [], 'a part has put a tag')
    const outputs = { amd64: records[0], arm64: records[1], digest: '' }
    const tags = `${repository}:1.2.3\n${repository}:latest`
    const main = await good(mergeJob({ platforms: BOTH, tags, records: JSON.stringify(outputs, null, 2) }))
    const { digest = '', digests = '{}', platforms, image } = main.outputs
    assert.equal(platforms, BOTH)
    assert.equal(image, `${repository}@${digest}`)
    for (const tag of ['1.2.3', 'latest']) {
      assert.equal(await ask('crane', 'digest', `${repository}:${tag}`), digest)
      assert.equal(await ask('regctl', 'image', 'digest', `${repository}:${tag}`), digest)
    }
    const index = JSON.parse(
      await ask('docker', 'buildx', 'imagetools', 'inspect', '--raw', `${repository}:latest`),
    )
    assert.deepEqual(
      index.manifests.map(({ digest }: { digest: string }) => digest).slice(0, 2),
      Object.values(JSON.parse(digests)),
    )
    assert.equal(index.manifests.length, 4, 'each image has its attestation')
    assert.match(await runImage(`${repository}:latest`, 'linux/amd64'), /x86_64/)
    assert.match(await runImage(`${repository}:latest`, 'linux/arm64'), /aarch64/)
    assert.ok(main.summary.includes(digest) && main.summary.includes('emulated'))
  })

  test('with the records in files', async () => {
    const { repository, records } = await builtOnce()
    const folder = await mkdtemp(join(tmpdir(), 'multiarch-records-'))
    await mkdir(join(folder, 'deep'))
    for (const [place, record] of records.entries())
      await writeFile(join(folder, 'deep', `${place}.json`), record)
    await good(mergeJob({ platforms: BOTH, tags: `${repository}:files`, records: `${folder}/**/*.json` }))
    await rm(folder, { recursive: true })
    assert.match(await runImage(`${repository}:files`, 'linux/arm64'), /aarch64/)
  })

  test('without records, from the digests alone: attestations and all', async () => {
    const { repository, digests } = await builtOnce()
    const main = await good(mergeJob({ tags: `${repository}:digests`, sources: digests.join('\n') }))
    assert.equal(main.outputs['platforms'], BOTH)
    assert.equal(await ask('crane', 'digest', `${repository}:digests`), main.outputs['digest'])
    const named = digests.map((digest) => `${repository}@${digest}`).join(',')
    const again = await good(mergeJob({ platforms: BOTH, tags: `${repository}:names`, sources: named }))
    assert.equal(again.outputs['digest'], main.outputs['digest'])
  })

  test('into another repository and another registry, which are filled by the merge', async () => {
    const { records } = await builtOnce()
    const elsewhere = [freshRepository(rig.registry), freshRepository(rig.oldRegistry)]
    const { repository } = await builtOnce()
    const tags = [repository, ...elsewhere].map((name) => `${name}:both`)
    const main = await good(mergeJob({ platforms: BOTH, tags: tags.join(','), records: records.join('\n') }))
    for (const tag of tags) {
      assert.equal(await ask('crane', 'digest', '--insecure', tag), main.outputs['digest'])
      assert.match(await runImage(tag, 'linux/arm64'), /aarch64/)
    }
  })
})

describe('through the artifacts of the run', { skip: noRig }, () => {
  test('two images in one repository, whose names begin alike, and the re-run of one job', async () => {
    await using service = await fakeArtifacts()
    const repository = freshRepository(rig.registry)
    const [app, api] = [`${repository}/app`, `${repository}/app-api`]
    for (const image of [app, api])
      for (const platforms of BOTH.split(','))
        await good(leg(platforms, { tags: `${image}:1` }, service.envOf(`job-${platforms}`)))
    const second = { ...service.envOf('job-again'), GITHUB_RUN_ATTEMPT: '2' }
    const again = await good(
      leg('linux/arm64', { tags: `${app}:1`, labels: 'attempt=2', 'no-cache': 'true' }, second),
    )
    const main = await good(mergeJob({ platforms: BOTH, tags: `${app}:1` }, second))
    const other = await good(mergeJob({ platforms: BOTH, tags: `${api}:1` }, second))
    const digestOf = ({ outputs }: StepResult) => JSON.parse(outputs['digests'] ?? '{}')['linux/arm64']
    assert.equal(digestOf(main), digestOf(again))
    assert.notEqual(digestOf(other), digestOf(main))
    assert.equal(service.zips().size, 4)
    assert.match(await runImage(`${app}:1`, 'linux/arm64'), /aarch64/)
  })

  test('a plan, which the merge need not be told again, names the job that is missing', async () => {
    await using service = await fakeArtifacts()
    await using planning = await openJob()
    const { outputs } = await good(planning.main({ inputs: { mode: 'plan', platforms: BOTH } }))
    const { matrix: plan = '' } = outputs
    const tags = `${freshRepository(rig.registry)}:1`
    await good(leg('linux/amd64', { tags, plan }, service.env))
    const early = await mergeJob({ tags }, service.env)
    refused(early, 'The parts do not make the image')
    assert.match(early.log, /Missing: linux\/arm64 \(of the job "linux\/arm64", on ubuntu-24\.04-arm\)/)
    await good(leg('linux/arm64', { tags, plan }, service.env))
    assert.equal((await good(mergeJob({ tags }, service.env))).outputs['platforms'], BOTH)
  })
})

describe('nothing is published', { skip: noRig }, () => {
  test('where a part is missing, was built for another run, or was changed on its way', async () => {
    const { repository, records } = await builtOnce()
    const [amd64 = '', arm64 = ''] = records
    const digest = JSON.parse(arm64).platforms[0].image.digest
    const cases: Readonly<Record<string, readonly [records: readonly string[], title: string, env?: Env]>> = {
      missing: [[amd64], 'The parts do not make the image'],
      'of another run': [records, 'The parts do not make the image', { GITHUB_RUN_ID: '8' }],
      changed: [
        [amd64, arm64.replaceAll(digest, `sha256:${'0'.repeat(64)}`)],
        'A part is not in the registry',
      ],
      broken: [[amd64, arm64.replace('"version":1', '"version":9')], 'A record cannot be read'],
    }
    for (const [name, [given, title, env]] of Object.entries(cases)) {
      const tag = `refused-${name.replaceAll(' ', '-')}`
      refused(
        await mergeJob({ platforms: BOTH, tags: `${repository}:${tag}`, records: given.join('\n') }, env),
        title,
      )
      assert.ok(!(await tagsOf(repository)).includes(tag), tag)
    }
  })

  test('where the runner has no artifact service, and the error shows how to do without', async () => {
    const main = await mergeJob({ platforms: BOTH, tags: `${freshRepository(rig.registry)}:1` })
    refused(main, 'The parts were not found')
    assert.match(main.log, /no artifact service.*records: \$\{\{ toJSON\(needs\.part\.outputs\) \}\}/)
  })
})
