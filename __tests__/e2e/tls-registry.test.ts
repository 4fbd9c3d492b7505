import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fakeProxy } from '../fakes/proxy.ts'
import { noOpenssl, ownAuthority } from '../fakes/tls.ts'
import { openJob, type Step } from '../runs/as-a-runner.ts'
import { ownRegistry } from './own-registry.ts'
import { ask, NO_DOCKER, noRig, rig } from './rig.ts'

const NAME = 'registry.corp'

test('a registry with a certificate of its own authority, behind a proxy', {
  skip: noRig || noOpenssl,
}, async () => {
  await using authority = await ownAuthority()
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-tls-'))
  const { cert, key } = await authority.issue('registry', `DNS:${NAME}`)
  await writeFile(join(folder, 'cert.pem'), cert)
  await writeFile(join(folder, 'key.pem'), key)
  const tls = `, tls: { certificate: '${folder}/cert.pem', key: '${folder}/key.pem' }`
  await using registry = await ownRegistry({ http: tls })
  await using proxy = await fakeProxy({ tunnelTo: registry.host })
  const image = `${NAME}/octo/app`
  const inputs = { mode: 'promote', source: rig.baseImage, tags: `${image}:1\n${NAME}/octo/copy:1` }
  const run = async (env: Step['env']) => {
    await using job = await openJob()
    return await job.main({ inputs, env: { ...NO_DOCKER, HTTPS_PROXY: proxy.url, ...env } })
  }

  const stranger = await run({})
  assert.equal(stranger.code, 1)
  assert.match(
    stranger.log,
    /::error title=The registry cannot be reached::.*The certificate of registry\.corp is not believed/,
  )

  const { code, log, outputs } = await run({ NODE_EXTRA_CA_CERTS: authority.file })
  assert.equal(code, 0, log)
  const crane = (...args: readonly string[]) =>
    ask('env', `SSL_CERT_FILE=${authority.file}`, `HTTPS_PROXY=${proxy.url}`, 'crane', ...args)
  for (const name of [`${image}:1`, `${NAME}/octo/copy:1`]) {
    assert.equal(await crane('digest', name), outputs['digest'])
    await crane('validate', '--remote', name)
  }
  assert.ok(proxy.asked.length > 0)
  assert.deepEqual([...new Set(proxy.asked)], [`CONNECT ${NAME}:443`])
  await rm(folder, { recursive: true })
})
