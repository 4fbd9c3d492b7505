import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openJob, type Step } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { ask, freshRepository, noRig, rig, runImage } from './rig.ts'

const TWO = 'linux/amd64,linux/arm64'

describe('what tutorials teach', { skip: noRig }, () => {
  test('a stage of the build platform compiles for each target', async () => {
    await using app = await project(
      'ARG BASE',
      'FROM --platform=$BUILDPLATFORM $BASE AS build',
      'ARG TARGETOS TARGETARCH TARGETPLATFORM BUILDPLATFORM',
      'RUN echo "I am running on $BUILDPLATFORM, building for $TARGETPLATFORM" >/log',
      'RUN echo "$(uname -m) made this for $TARGETOS/$TARGETARCH" >/made',
      'FROM $BASE',
      'COPY --from=build /log /made /',
      'CMD ["sh", "-c", "cat /log /made; uname -m"]',
    )
    const repository = await published({ ...app.inputs, platforms: `${TWO},linux/s390x` })
    for (const [platform, machine] of Object.entries({
      'linux/amd64': 'x86_64',
      'linux/arm64': 'aarch64',
      'linux/s390x': 's390x',
    })) {
      const build = 'x86_64'
      assert.deepEqual((await runImage(repository, platform)).split('\n'), [
        `I am running on linux/amd64, building for ${platform}`,
        `${build} made this for ${platform}`,
        machine,
      ])
    }
  })

  test('a target is one stage of several, and those it does not need are not built', async () => {
    await using app = await project(
      'FROM $BASE AS test',
      'RUN exit 1',
      'FROM $BASE AS release',
      'CMD ["echo", "released"]',
      'FROM release AS debug',
      'RUN exit 1',
    )
    const repository = await published({ ...app.inputs, platforms: TWO, target: 'release' })
    assert.equal(await runImage(repository, 'linux/arm64'), 'released')
  })

  test('architectures have bases of their own, chosen by ARG', async () => {
    await using app = await project()
    // As people write it: the argument stands before the first FROM.
    await writeFile(
      join(app.folder, 'Dockerfile'),
      [
        ...['ARG BASE', 'ARG TARGETARCH', 'FROM $BASE AS base-amd64', 'RUN echo "for servers" >/base'],
        ...['FROM $BASE AS base-arm64', 'RUN echo "for boards" >/base', 'FROM base-$TARGETARCH'],
        'CMD ["cat", "/base"]',
      ].join('\n'),
    )
    const repository = await published({ ...app.inputs, platforms: TWO })
    assert.equal(await runImage(repository, 'linux/amd64'), 'for servers')
    assert.equal(await runImage(repository, 'linux/arm64'), 'for boards')
  })
})

describe('what is for some platforms only', { skip: noRig }, () => {
  test('arguments, labels, secrets, stages and files', async () => {
    await using app = await project(
      'FROM $BASE AS common',
      'ARG GOARM',
      'RUN --mount=type=secret,id=key echo "$GOARM $(cat /run/secrets/key 2>/dev/null || echo none)" >/said',
      'CMD ["cat", "/said"]',
      'FROM common AS board',
      'RUN echo board >>/said',
    )
    await mkdir(join(app.folder, 'z'))
    await writeFile(
      join(app.folder, 'z/Dockerfile'),
      'ARG BASE\nFROM $BASE AS common\nCMD ["echo", "its own file"]',
    )
    const repository = await published({
      ...app.inputs,
      platforms: `${TWO},linux/s390x`,
      'build-args': `BASE=${rig.baseImage}\nGOARM=6\n[linux/arm64] GOARM=7`,
      labels: 'for=all\n[linux/arm64] for=boards',
      secrets: '[linux/arm64] key=only here',
      target: 'common\n[linux/arm64] board',
      file: `${app.folder}/Dockerfile\n[linux/s390x] ${app.folder}/z/Dockerfile`,
    })
    assert.equal(await runImage(repository, 'linux/amd64'), '6 none')
    assert.equal(await runImage(repository, 'linux/arm64'), '7 only here\nboard')
    assert.equal(await runImage(repository, 'linux/s390x'), 'its own file')
    const label = async (platform: string) => {
      const config = JSON.parse(await ask('crane', 'config', '--platform', platform, repository))
      return config.config.Labels.for
    }
    assert.deepEqual(await Promise.all(['linux/amd64', 'linux/arm64'].map(label)), ['all', 'boards'])
  })
})

async function published(inputs: Step['inputs']): Promise<string> {
  await using job = await openJob()
  const repository = freshRepository(rig.registry)
  const main = await job.main({ inputs: { ...inputs, tags: repository } })
  assert.equal(main.code, 0, main.log)
  assert.equal((await job.post(main)).code, 0)
  return repository
}
