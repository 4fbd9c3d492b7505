import assert from 'node:assert/strict'
import { basename, dirname } from 'node:path'
import { test } from 'node:test'
import { certificatesIn, certifiedHere } from '../../src/registry/transport/certificates.ts'
import { readHostsToml } from '../../src/registry/transport/hosts-toml.ts'

/** Folders of a machine, and how often each file was read. */
function machine(files: Readonly<Record<string, string>>) {
  const reads: string[] = []
  const lookUp = certificatesIn({
    folders: ['/etc/docker/certs.d', '/etc/containerd/certs.d'],
    list: (folder) =>
      Promise.resolve(
        Object.keys(files)
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1)),
      ),
    read: (path) => {
      reads.push(path)
      return Promise.resolve(files[path])
    },
  })
  return { lookUp, reads }
}

const DOCKER = '/etc/docker/certs.d'
const CONTAINERD = '/etc/containerd/certs.d'

test("Docker's files: every .crt, and a .cert with its .key", async () => {
  const { lookUp } = machine({
    [`${DOCKER}/registry.corp:5000/ca.crt`]: 'CA',
    [`${DOCKER}/registry.corp:5000/another.crt`]: 'CA 2',
    [`${DOCKER}/registry.corp:5000/client.cert`]: 'CERT',
    [`${DOCKER}/registry.corp:5000/client.key`]: 'KEY',
  })
  assert.deepEqual(await lookUp('registry.corp:5000'), { ca: 'CA 2\nCA', cert: 'CERT', key: 'KEY' })
  assert.equal(await lookUp('registry.corp'), undefined)
  assert.equal(await lookUp('registry.corp:5001'), undefined)
})

test('a certificate without its key is none', async () => {
  const { lookUp } = machine({
    [`${DOCKER}/ghcr.io/client.cert`]: 'CERT',
    [`${DOCKER}/ghcr.io/ca.crt`]: 'CA',
  })
  assert.deepEqual(await lookUp('ghcr.io'), { ca: 'CA' })
})

test("containerd's file, whose names are beside it or anywhere", async () => {
  const { lookUp } = machine({
    [`${CONTAINERD}/registry.corp_5000_/hosts.toml`]:
      'ca = "ca.pem"\nclient = [["/etc/ssl/octo.cert", "octo.key"]]',
    [`${CONTAINERD}/registry.corp_5000_/ca.pem`]: 'CA',
    [`${CONTAINERD}/registry.corp_5000_/octo.key`]: 'KEY',
    '/etc/ssl/octo.cert': 'CERT',
  })
  assert.deepEqual(await lookUp('registry.corp:5000'), { ca: 'CA', cert: 'CERT', key: 'KEY' })
})

test('one file may hold the certificate and its key', async () => {
  const { lookUp } = machine({
    [`${CONTAINERD}/ghcr.io/hosts.toml`]: 'client = "both.pem"',
    [`${CONTAINERD}/ghcr.io/both.pem`]: 'BOTH',
  })
  assert.deepEqual(await lookUp('ghcr.io'), { cert: 'BOTH', key: 'BOTH' })
})

test('the first folder that knows a host counts, and the default is for the others', async () => {
  const { lookUp } = machine({
    [`${DOCKER}/ghcr.io/ca.crt`]: 'DOCKER',
    [`${CONTAINERD}/ghcr.io/ca.crt`]: 'CONTAINERD',
    [`${CONTAINERD}/_default/ca.crt`]: 'DEFAULT',
    [`${CONTAINERD}/docker.io/ca.crt`]: 'HUB',
  })
  assert.deepEqual(await lookUp('ghcr.io'), { ca: 'DOCKER' })
  assert.deepEqual(await lookUp('quay.io'), { ca: 'DEFAULT' })
  assert.deepEqual(await lookUp('docker.io'), { ca: 'HUB' })
})

test('only registries on this machine with certificates of their own are certified here', async () => {
  const kept: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'localhost:5000': { 'ca.crt': 'CA' },
    localhost_5001_: { 'ca.crt': 'CA' },
    // A mirror without TLS, as clusters for tests have it.
    'localhost:5002': { 'hosts.toml': '[host."http://kind-registry:5000"]' },
    'registry.corp': { 'ca.crt': 'CA' },
    _default: { 'ca.crt': 'CA' },
  }
  const folders = {
    folders: [DOCKER],
    list: async (folder: string) => Object.keys((folder === DOCKER ? kept : kept[basename(folder)]) ?? {}),
    read: async (path: string) => kept[basename(dirname(path))]?.[basename(path)],
  }
  const certified = await certifiedHere(folders, certificatesIn(folders))
  assert.deepEqual(certified, ['localhost:5000', 'localhost:5001'])
})

test('a host is looked up once', async () => {
  const { lookUp, reads } = machine({ [`${DOCKER}/ghcr.io/ca.crt`]: 'CA' })
  await Promise.all([lookUp('ghcr.io'), lookUp('ghcr.io')])
  await lookUp('ghcr.io')
  assert.deepEqual(reads, [`${DOCKER}/ghcr.io/ca.crt`])
})

const TOMLS: Readonly<Record<string, readonly [text: string, found: object]>> = {
  'lists over several lines, with comments': [
    'server = "https://x"\nca = [\n  "a.crt", # ours\n  \'b.crt\',\n]\n',
    { ca: ['a.crt', 'b.crt'] },
  ],
  'the first of several pairs': [
    'client = [["a.cert", "a.key"], ["b.pem", ""]]',
    { ca: [], cert: 'a.cert', key: 'a.key' },
  ],
  'a pair without a key': ['client = [["b.pem", ""]]', { ca: [], cert: 'b.pem' }],
  'what stands below the host itself, but not below a mirror': [
    '[host."https://mirror.corp"]\n  ca = "mirror.crt"\n[host."https://registry.corp/v2"]\n  ca = "own.crt"',
    { ca: ['own.crt'] },
  ],
  'nothing in a header of a host': ['[host."https://registry.corp".header]\n  ca = "x"', { ca: [] }],
  'nothing that is no name': ['ca = 5\nclient = [[1, 2]]\nskip_verify = true', { ca: [] }],
}

for (const [name, [text, found]] of Object.entries(TOMLS)) {
  test(`hosts.toml: ${name}`, () => assert.deepEqual(readHostsToml(text, 'registry.corp'), found))
}
