import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fakeProxy } from '../fakes/proxy.ts'
import { type Authority, ownAuthority, type Pair } from '../fakes/tls.ts'
import { openJob, type StepResult } from '../runs/as-a-runner.ts'
import { ownRegistry } from './own-registry.ts'
import { ask, NO_DOCKER, noRig, rig } from './rig.ts'

// Distribution behind TLS, at a name that no machine has.

const NAME = 'registry.test'
const IMAGE = `${NAME}/octo/app:1`
const LOGIN = 'octo:proxy-password'

let authority: Authority
let folder: string
let pair: { readonly certificate: string; readonly key: string }
let digest: string

before(async () => {
  if (noRig) return
  authority = await ownAuthority()
  folder = await mkdtemp(join(tmpdir(), 'multiarch-tls-'))
  pair = await written('server', await authority.issue('server', `IP:127.0.0.1,DNS:${NAME}`))
  digest = await ask('crane', 'digest', rig.baseImage)
})
after(async () => {
  await authority?.[Symbol.asyncDispose]()
  if (folder) await rm(folder, { recursive: true })
})

describe('a registry that only a proxy finds, and whose authority nobody knows', { skip: noRig }, () => {
  test('is refused, and the error says where to put its authority', async () => {
    await using far = await farAway()
    const main = await promote(far.proxy)
    assert.equal(main.code, 1)
    assert.match(
      main.log,
      /::error title=The registry cannot be reached::.*certs\.d\/registry\.test\/ca\.crt/,
    )
  })

  test('is believed by NODE_EXTRA_CA_CERTS; all goes through the proxy, and crane sees what was brought', async () => {
    await using far = await farAway()
    const main = await promote({ ...far.proxy, NODE_EXTRA_CA_CERTS: authority.file })
    assert.equal(main.code, 0, main.log)
    assert.deepEqual([...new Set(far.asked)], [`CONNECT ${NAME}:443`])
    assert.equal(far.headers()['proxy-authorization'], `Basic ${btoa(LOGIN)}`)
    assert.ok(!main.log.includes(LOGIN.slice(LOGIN.indexOf(':'))))
    assert.equal(await seen(far.proxy), digest)
  })

  test('is believed by certs.d, where docker would find its authority', async () => {
    await using far = await farAway()
    const main = await promote({ ...far.proxy, ...(await settings({ 'ca.crt': authority.ca })) })
    assert.equal(main.code, 0, main.log)
    assert.equal(await seen(far.proxy), digest)
  })

  test('that wants to see a certificate of ours gets the one in certs.d, and takes nothing without', async () => {
    await using far = await farAway(`clientcas: ['${authority.file}']`)
    const { cert, key } = await authority.issue('octo', 'DNS:octo')
    const ca = { 'ca.crt': authority.ca }
    assert.equal((await promote({ ...far.proxy, ...(await settings(ca)) })).code, 1)
    const env = await settings({ ...ca, 'client.cert': cert, 'client.key': key })
    const main = await promote({ ...far.proxy, ...env })
    assert.equal(main.code, 0, main.log)
    assert.match(main.log, new RegExp(`${IMAGE} is ${digest}`))
  })
})

describe('a registry on this machine that speaks TLS', { skip: noRig }, () => {
  test('is told from one that does not, with what to do', async () => {
    await using near = await ownRegistry({ http: tls() })
    const main = await promote({}, `${near.host}/octo/app:1`)
    assert.equal(main.code, 1)
    assert.match(main.log, /400 Bad Request.*If it wants TLS.*certs\.d\/127\.0\.0\.1:\d+\/ca\.crt/)
  })

  test('is told from one that does not where it says so itself, too', async () => {
    await using near = await ownRegistry({ http: tls() })
    await using job = await openJob()
    const main = await job.main({
      inputs: { mode: 'inspect', source: `${near.host}/octo/app:1` },
      env: NO_DOCKER,
    })
    assert.equal(main.code, 1)
    assert.match(main.log, /HTTP request to an HTTPS server.*If it wants TLS/)
  })

  test('is spoken to so where certs.d has its authority', async () => {
    await using near = await ownRegistry({ http: tls() })
    const tag = `${near.host}/octo/app:1`
    const main = await promote(await settings({ 'ca.crt': authority.ca }, near.host), tag)
    assert.equal(main.code, 0, main.log)
    assert.equal(await ask('env', `SSL_CERT_FILE=${authority.file}`, 'crane', 'digest', tag), digest)
  })
})

function tls(...more: readonly string[]): string {
  return `, tls: { ${[`certificate: '${pair.certificate}'`, `key: '${pair.key}'`, ...more].join(', ')} }`
}

async function farAway(...more: readonly string[]) {
  const registry = await ownRegistry({ http: tls(...more) })
  const { url, asked, headers, ...proxy } = await fakeProxy({ tunnelTo: registry.host })
  return {
    ...{ asked, headers, proxy: { HTTPS_PROXY: url.replace('//', `//${LOGIN}@`) } },
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]()
      await registry[Symbol.asyncDispose]()
    },
  }
}

/** Brings the base image there, from a registry that speaks plain HTTP. */
async function promote(env: Readonly<Record<string, string>>, tag = IMAGE): Promise<StepResult> {
  await using job = await openJob()
  const inputs = { mode: 'promote', source: rig.baseImage, tags: tag }
  return await job.main({ inputs, env: { ...NO_DOCKER, ...env } })
}

/** The digest that crane finds there. */
async function seen({ HTTPS_PROXY }: { HTTPS_PROXY: string }): Promise<string> {
  return await ask(
    'env',
    `HTTPS_PROXY=${HTTPS_PROXY}`,
    `SSL_CERT_FILE=${authority.file}`,
    'crane',
    'digest',
    IMAGE,
  )
}

/** The user's folder for settings, with what `certs.d` has for that host. */
async function settings(files: Readonly<Record<string, string>>, host = NAME) {
  const config = await mkdtemp(join(folder, 'config-'))
  const certificates = join(config, 'docker/certs.d', host)
  await mkdir(certificates, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(certificates, name), text)
  return { XDG_CONFIG_HOME: config }
}

async function written(name: string, { cert, key }: Pair) {
  const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) }
  await writeFile(files.certificate, cert)
  await writeFile(files.key, key)
  return files
}
