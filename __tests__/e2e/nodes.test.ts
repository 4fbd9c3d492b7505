import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { connect } from 'node:tls'
import { openJob } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { nodeEnvironment, remoteBuildkit } from './remote-buildkit.ts'
import { containersNamed, freshRepository, noRig, rig, runImage } from './rig.ts'
import { makeCertificates } from './tls-engine.ts'

const TWO = 'linux/amd64,linux/arm64'

/** An image of both platforms, to be built by the remote driver. */
async function app() {
  const made = await project('RUN uname -m >/machine.txt', 'CMD ["uname", "-m"]')
  const remote = { driver: 'remote', 'driver-opts': '', 'buildkit-image': '' }
  const repository = freshRepository(rig.registry)
  return { ...made, repository, inputs: { ...made.inputs, ...remote, platforms: TWO, tags: repository } }
}

describe('a builder of two machines', { skip: noRig }, () => {
  test('builds on the second what it is for; post removes the builder, and leaves both running', async () => {
    await using first = await remoteBuildkit()
    await using second = await remoteBuildkit()
    await using image = await app()
    await using job = await openJob()
    const append = `- endpoint: ${second.address}\n  platforms: linux/arm64`
    const main = await job.main({ inputs: { ...image.inputs, endpoint: first.address, append } })
    assert.equal(main.code, 0, main.log)
    assert.deepEqual([await first.built(), await second.built()], [['linux/amd64'], ['linux/arm64']])
    assert.match(main.log, /linux\/arm64 runs on the builder's own CPU/)
    assert.match(await runImage(image.repository, 'linux/arm64'), /aarch64/)
    const post = await job.post(main)
    assert.doesNotMatch(post.log, /::warning/)
    assert.deepEqual(await containersNamed(second.name), [second.name])
  })

  test('builds each platform where the CPU runs it, though the first could emulate it', async () => {
    await using first = await remoteBuildkit()
    await using second = await remoteBuildkit({ flags: ['--oci-worker-platform', 'linux/arm64'] })
    await using image = await app()
    await using job = await openJob()
    const append = `- endpoint: ${second.address}`
    const main = await job.main({ inputs: { ...image.inputs, endpoint: first.address, append } })
    assert.equal(main.code, 0, main.log)
    assert.match(main.log, /linux\/arm64 is built on node multiarch-\w+1, whose CPU runs it/)
    assert.deepEqual([await first.built(), await second.built()], [['linux/amd64'], ['linux/arm64']])
    await job.post(main)
  })

  test('is known to both by certificates, of which nothing is left and nobody reads the key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'multiarch-tls-'))
    makeCertificates(folder)
    await using first = await remoteBuildkit({ certificates: folder })
    await using second = await remoteBuildkit({ certificates: folder })
    await using image = await app()
    await using job = await openJob()
    const env = { ...(await nodeEnvironment(0, folder)), ...(await nodeEnvironment(1, folder)) }
    const append = `- endpoint: ${second.address}\n  platforms: linux/arm64`
    const inputs = { ...image.inputs, endpoint: first.address, append }
    const main = await job.main({ inputs, env })
    assert.equal(main.code, 0, main.log)
    assert.deepEqual([await first.built(), await second.built()], [['linux/amd64'], ['linux/arm64']])
    await assert.rejects(knock(second.port, folder), /certificate required/, 'it lets in anybody')
    assert.doesNotMatch(`${main.log}${JSON.stringify(main.state)}${main.summary}`, /PRIVATE KEY/)
    await job.post(main)
    const left = (await readdir(job.temporary)).filter((name) => name.startsWith('multiarch-'))
    assert.deepEqual(left, [])
    await rm(folder, { recursive: true })
  })
})

/** Speaks TLS to a port, without a certificate; rejects when it is sent away. */
async function knock(port: number, certificates: string): Promise<void> {
  const ca = await readFile(join(certificates, 'ca.pem'))
  const socket = connect({ port, host: '127.0.0.1', ca })
  await new Promise((answered, refused) => socket.on('data', answered).on('error', refused)).finally(() =>
    socket.destroy(),
  )
}
