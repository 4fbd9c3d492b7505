import assert from 'node:assert/strict'
import process from 'node:process'
import { describe, test } from 'node:test'
import { writeIndex } from '../../src/image/manifest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { abreast } from '../../src/system/abreast.ts'
import { openJob, type Step, type StepResult } from '../runs/as-a-runner.ts'
import { type Meeting, openFront } from './front.ts'
import { project } from './project.ts'
import { ask, freshRepository, NO_DOCKER, noRig, rig } from './rig.ts'

const PLATFORMS = 'linux/amd64,linux/arm64'

/** Each runs a process of its own, twice. */
const AT_ONCE = 3

/** What some tags named before. */
const OLD = writeIndex({ mediaType: OCI_INDEX, manifests: [] })

/** What is to be published under some tags, and with which programs. */
type Deed = Readonly<{ repositories: () => readonly string[]; inputs: Step['inputs']; env?: Step['env'] }>

describe('a run that is killed at whichever request', { skip: noRig }, () => {
  test('of a merge into two registries', async () => {
    const parts = freshRepository(rig.registry)
    await using app = await project('FROM scratch', 'COPY Dockerfile /')
    const part = await tidily({ ...app.inputs, mode: 'part', image: parts, platforms: PLATFORMS })
    assert.equal(part.code, 0, part.log)
    const { record = '' } = part.outputs
    await killAtEach(40, {
      repositories: () => [parts, ...[rig.registry, rig.oldRegistry].map(freshRepository)],
      inputs: { mode: 'merge', platforms: PLATFORMS, records: record },
      env: NO_DOCKER,
    })
  })

  test('of a build', async () => {
    await using builder = await ownBuilder()
    await using app = await project('FROM scratch', 'COPY Dockerfile /')
    const { context, 'build-args': args } = app.inputs
    const own = { context, 'build-args': args, 'binfmt-image': rig.inputs['binfmt-image'] ?? '' }
    await killAtEach(5, {
      repositories: () => [freshRepository(rig.registry)],
      inputs: { ...own, platforms: PLATFORMS, provenance: 'false', builder: builder.name },
    })
  })
})

/** Each time every tag is as it was or whole, and the next run gets there. */
async function killAtEach(fewest: number, deed: Deed): Promise<void> {
  const whole = await attempt('whole', Number.POSITIVE_INFINITY, deed)
  assert.equal(whole.first.code, 0, whole.first.log)
  const { digest } = whole.first.outputs
  assert.ok(digest)
  assert.ok(whole.asked >= fewest, `${whole.asked} requests`)
  const seen = new Set<string>()
  await abreast([...Array(whole.asked).keys()], AT_ONCE, async (passed) => {
    const { first, named, again, after } = await attempt(`k${passed}`, passed, deed)
    assert.equal(first.signal, 'SIGKILL', first.log)
    for (const one of named) assert.ok(['', OLD.digest, digest].includes(one), one)
    assert.ok(named[0] === digest || !named.includes(digest), 'the first tag moves alone')
    seen.add(named.map((one) => (one === digest ? 'new' : one && 'old')).join())
    assert.equal(again.code, 0, `killed after ${passed}: ${again.log}`)
    assert.equal(again.outputs['digest'], digest)
    assert.deepEqual(new Set(after), new Set([digest]))
  })
  assert.ok(seen.size > 1, 'runs have died while tags were moving')
}

/**
 * Publishes to registries behind which stands somebody who lets so many requests through and then ends the process; then
 * once more without him. What tags name in between, and at the end.
 */
async function attempt(name: string, passes: number, { repositories, inputs, env = {} }: Deed) {
  const limit = openLimit(passes)
  await using near = await openFront(rig.registry, limit.meet)
  await using far = await openFront(rig.oldRegistry, limit.meet)
  const places = repositories().flatMap((repository) => [
    `${repository}:${name}`,
    `${repository}:latest-${name}`,
  ])
  for (const place of places.filter((place) => place.includes('latest'))) await putOld(place)
  const behind = (text: string) =>
    text.replaceAll(rig.registry, near.host).replaceAll(rig.oldRegistry, far.host)
  const { records = '' } = inputs
  const all = { ...inputs, tags: behind(places.join('\n')), records: behind(records) }

  const first = await tidily(all, {
    ...{ env, meanwhile: ({ kill }) => void limit.reached.then(() => kill('SIGKILL')) },
  })
  await Promise.all([near.quiet(), far.quiet()])
  const named = await namedWhole(places)
  const asked = limit.lift()
  const again = await tidily(all, { env })
  return { first, named, asked, again, after: await namedWhole(places) }
}

/** Lets so many requests through. The next one is torn in its middle, and all others are held, until it is lifted. */
function openLimit(passes: number) {
  const { promise: reached, resolve } = Promise.withResolvers<void>()
  let [asked, limit] = [0, passes]
  return {
    reached,
    meet: ({ incoming, passOn, tear }: Meeting) => {
      // BuildKit goes on by itself.
      if (incoming.headers['user-agent'] !== 'multiarch-action') return passOn()
      asked += 1
      if (asked <= limit) return passOn()
      if (asked > limit + 1) return
      const isEmpty = Number(incoming.headers['content-length'] ?? 0) === 0
      void (isEmpty ? Promise.resolve() : tear()).then(resolve)
    },
    /** How many there were so far. */
    lift: () => {
      limit = Number.POSITIVE_INFINITY
      return asked
    },
  }
}

async function tidily(inputs: Step['inputs'], more: Omit<Step, 'inputs'> = {}): Promise<StepResult> {
  await using job = await openJob()
  const main = await job.main({ inputs, ...more })
  // A merge leaves nothing to take back.
  if (main.state['ledger']) assert.equal((await job.post(main, more.env)).code, 0)
  return main
}

/** A builder that outlives the runs. */
async function ownBuilder() {
  const name = `killed-${process.pid}`
  const image = `image=${rig.inputs['buildkit-image']}`
  const options = ['--driver-opt', 'network=host', '--driver-opt', image]
  await ask('docker', 'buildx', 'create', '--name', name, '--bootstrap', ...options)
  return { name, [Symbol.asyncDispose]: async () => void (await ask('docker', 'buildx', 'rm', name)) }
}

/** What each tag names, '' for nothing; all of it is there: crane reads every child, configuration and layer. */
async function namedWhole(tags: readonly string[]): Promise<readonly string[]> {
  const digests = await Promise.all(tags.map(digestOf))
  const images = tags.flatMap((tag, place) => {
    const digest = digests[place]
    return digest ? `${tag.replace(/:[^:]+$/, '')}@${digest}` : []
  })
  await Promise.all([...new Set(images)].map((image) => ask('crane', 'validate', '--remote', image)))
  return digests
}

async function digestOf(tag: string): Promise<string> {
  try {
    return await ask('crane', 'digest', tag)
  } catch (error: unknown) {
    if (/MANIFEST_UNKNOWN|NAME_UNKNOWN/.test(String(error))) return ''
    throw error
  }
}

async function putOld(place: string): Promise<void> {
  const [, host, path, tag] = /^([^/]+)\/(.+):([^:]+)$/.exec(place) ?? []
  const headers = { 'content-type': OLD.mediaType }
  const url = `http://${host}/v2/${path}/manifests/${tag}`
  const { status } = await fetch(url, { method: 'PUT', headers, body: Buffer.from(OLD.bytes) })
  assert.equal(status, 201)
}
