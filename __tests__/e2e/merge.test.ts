import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { parseDigest } from '../../src/image/digest.ts'
import { writeIndex } from '../../src/image/manifest.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseTagRef } from '../../src/image/reference.ts'
import { assemble } from '../../src/merge/assemble.ts'
import { flatten } from '../../src/merge/flatten.ts'
import { publish } from '../../src/publish/publish.ts'
import { openRegistry } from '../../src/registry/client.ts'
import { ask, freshRepository, noRig, rig, runImage } from './rig.ts'

describe('merging through the registry', { skip: noRig }, () => {
  test('images of Docker types, made by crane, become a Docker manifest list that runs', async () => {
    const repository = freshRepository(rig.registry)
    const tag = parseTagRef(`${repository}:list`)
    await using registry = openRegistry({
      ...{ now: Date.now, random: Math.random, userAgent: 'test', mask: () => {}, note: () => {} },
      pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
      credentialOf: () => Promise.resolve({ kind: 'none' }),
    })
    const platforms = ['linux/amd64', 'linux/arm64'].map(parsePlatform)
    const images = await Promise.all(
      platforms.map(async (platform) => {
        const digest = parseDigest(await dockerImage(repository, platform.architecture))
        return flatten(await registry.get({ ...tag, digest }), platform)
      }),
    )
    const index = writeIndex(assemble(images))
    await publish(index, [tag], registry)

    const list = JSON.parse(await ask('crane', 'manifest', `${repository}:list`))
    assert.equal(list.mediaType, 'application/vnd.docker.distribution.manifest.list.v2+json')
    assert.equal(await ask('crane', 'digest', `${repository}:list`), index.digest)
    assert.match(await runImage(`${repository}:list`, 'linux/arm64'), /aarch64/)
  })
})

/** An image of Docker's media types with the base image's files; its digest. crane makes such where it has no base. */
async function dockerImage(repository: string, architecture: string): Promise<string> {
  const platform = `linux/${architecture}`
  const to = `${repository}:from-${architecture}`
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-image-'))
  const files = join(folder, 'files.tar')
  await ask('crane', 'export', '--platform', platform, rig.baseImage, files)
  await ask('crane', 'append', '--new_layer', files, '--new_tag', to)
  await ask('crane', 'mutate', '--set-platform', platform, '--cmd', 'uname,-m', '--tag', to, to)
  await rm(folder, { recursive: true })
  return await ask('crane', 'digest', to)
}
