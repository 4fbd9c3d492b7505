import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { openJob } from '../runs/as-a-runner.ts'
import { watchCommandLines } from './command-lines.ts'
import { gitVolumes } from './git-tools.ts'
import { remoteBuildkit } from './remote-buildkit.ts'
import { ask, freshRepository, noRig, rig } from './rig.ts'
import { sbomGenerator } from './sbom-generator.ts'
import { definitionIn } from './seen.ts'
import { openSourceHost } from './source-host.ts'

const execute = promisify(execFile)

const value = `plain-${randomUUID()}`
const lines = `first-${randomUUID()}\nsecond-${randomUUID()}\n`
const variable = `variable-${randomUUID()}`
const file = `file-${randomUUID()}`
const token = `ghs_${randomUUID()}`

/** Every line by itself: a tool may show one of several. */
const SECRETS = [value, ...lines.trim().split('\n'), variable, file, token]

const MOUNTS = ['value', 'lines', 'variable', 'file'].map(
  (id) => `RUN --mount=type=secret,id=${id} echo "${id} $(cat /run/secrets/${id} | wc -c)"`,
)

describe('secrets', { skip: noRig }, () => {
  test('reach the build, and are in nothing that it leaves or shows', async () => {
    const tree = { Dockerfile: ['ARG BASE', 'FROM $BASE', ...MOUNTS].join('\n') }
    await using host = await openSourceHost({ token, tree })
    await using builder = await remoteBuildkit({ volumes: await gitVolumes() })
    const generator = await sbomGenerator()
    const folder = await mkdtemp(join(tmpdir(), 'multiarch-secrets-'))
    await writeFile(join(folder, 'secret.txt'), file)
    await using job = await openJob()
    const repository = freshRepository(rig.registry)
    await using commands = watchCommandLines()
    const main = await job.main({
      inputs: {
        ...{ driver: 'remote', endpoint: builder.address, 'binfmt-image': rig.inputs['binfmt-image'] ?? '' },
        ...{ platforms: 'linux/amd64,linux/arm64', tags: repository, 'build-args': `BASE=${rig.baseImage}` },
        ...{ context: '{{defaultContext}}', 'github-token': token },
        ...{ provenance: 'mode=max', sbom: `generator=${generator.image}` },
        ...{ secrets: `value=${value}\n"lines=${lines}"`, 'secret-envs': 'variable=A_SECRET' },
        ...{ 'secret-files': `file=${join(folder, 'secret.txt')}` },
      },
      env: {
        ...{ GITHUB_SERVER_URL: host.url, GITHUB_REPOSITORY: 'octo/app', GITHUB_SHA: host.commit },
        ...{ GITHUB_RUN_ID: '7', A_SECRET: variable },
      },
    })
    const metadata = await readFile(main.outputs['metadata-file'] ?? '', 'utf8')
    const definition = await definitionIn(job.temporary)
    const post = await job.post(main)
    assert.equal(main.code, 0, main.log)
    assert.equal(post.code, 0, post.log)
    assert.match(definition.text, /MULTIARCH_BUILD_SECRET/)

    for (const [id, text] of Object.entries({ value, lines, variable, file }))
      assert.match(main.log, new RegExp(`^#\\d+ [\\d.]+ ${id} ${text.length}$`, 'm'), `${id} is not mounted`)

    const masks = [...main.log.matchAll(/^::add-mask::(.*)$/gm)].map(([, mask = '']) => unescaped(mask))
    assert.deepEqual(masks.toSorted(), [value, lines, variable, file, token].toSorted())

    const published = await everythingOf(repository)
    assert.match(published.join('\n'), /slsa\.dev\/provenance/)
    assert.match(published.join('\n'), /spdx\.dev/)
    assert.ok(
      [...commands.seen].some((line) => line.includes('buildx bake')),
      'no command line was seen',
    )
    const shown: Readonly<Record<string, readonly string[]>> = {
      log: [main.log.replaceAll(/^::add-mask::.*$/gm, ''), post.log],
      'outputs, state and summary': [JSON.stringify([main.outputs, main.state]), main.summary],
      'metadata file': [metadata],
      'definition of what is built': [definition.text],
      registry: published,
      'command lines': [...commands.seen],
    }
    for (const [where, texts] of Object.entries(shown))
      for (const secret of SECRETS) {
        const found = texts.find((text) => text.includes(secret))
        assert.equal(found, undefined, `${where}: ${found?.slice(0, 500)}`)
      }
    await rm(folder, { recursive: true })
  })
})

/** Every manifest, configuration, attestation and layer of an image, as text. */
async function everythingOf(repository: string): Promise<readonly string[]> {
  const index = await ask('crane', 'manifest', repository)
  const children: readonly { digest: string }[] = JSON.parse(index).manifests
  const manifests = await Promise.all(
    children.map(({ digest }) => ask('crane', 'manifest', `${repository}@${digest}`)),
  )
  const blobs = manifests.flatMap((manifest): readonly { digest: string }[] => {
    const { config, layers } = JSON.parse(manifest)
    return [config, ...layers]
  })
  const contents = await Promise.all(
    blobs.map(async ({ digest }) => {
      const options = { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 } as const
      const { stdout } = await execute('crane', ['blob', `${repository}@${digest}`], options)
      return (stdout[0] === 0x1f && stdout[1] === 0x8b ? gunzipSync(stdout) : stdout).toString('latin1')
    }),
  )
  return [index, ...manifests, ...contents]
}

/** As the runner reads the text of a command. */
function unescaped(text: string): string {
  return text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%')
}
