import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigMissing, type ConfigSpec, configFor, withRegistries } from '../../src/builder/config.ts'

test('mirrors and insecure hosts become tables after what the user wrote', () => {
  const text = withRegistries('debug = true\n', {
    mirrors: ['m.io', 'n.io:5000'],
    insecure: ['reg.lan:5000'],
  })
  assert.equal(
    text,
    [
      'debug = true',
      '[registry."docker.io"]\n  mirrors = ["m.io", "n.io:5000"]',
      '[registry."reg.lan:5000"]\n  http = true\n  insecure = true',
    ].join('\n\n'),
  )
})

for (const quote of ['"', "'"])
  test(`a table that the user wrote stays as it is: with ${quote}`, () => {
    const text = `[registry.${quote}docker.io${quote}]\n  mirrors = ["own.io"]`
    assert.equal(withRegistries(text, { mirrors: ['m.io'], insecure: [] }), text)
  })

describe('the settings to start with are', () => {
  const NONE: ConfigSpec = { path: '', text: '', registries: { mirrors: [], insecure: [] } }
  const MIRRORS: ConfigSpec['registries'] = { mirrors: ['m.io'], insecure: [] }
  const TABLE = '[registry."docker.io"]\n  mirrors = ["m.io"]'
  const THEIRS = { 'b.toml': 'debug = true\n', '/home/buildx/buildkitd.default.toml': 'trace = true\n' }
  const OURS = '/own/buildx/buildkitd.toml'
  type Case = readonly [
    spec: ConfigSpec,
    there: Readonly<Record<string, string>>,
    path?: string,
    written?: string,
  ]
  const cases: Readonly<Record<string, Case>> = {
    'none, where nobody wants any': [NONE, {}],
    'the user’s file itself': [{ ...NONE, path: 'b.toml' }, THEIRS, 'b.toml'],
    'the user’s file with registries': [
      { ...NONE, path: 'b.toml', registries: MIRRORS },
      THEIRS,
      OURS,
      `debug = true\n\n${TABLE}`,
    ],
    'the user’s text': [{ ...NONE, text: 'debug = true' }, THEIRS, OURS, 'debug = true'],
    'what buildx would take by itself': [NONE, THEIRS, OURS, 'trace = true'],
    'what buildx would take by itself, with registries': [
      { ...NONE, registries: MIRRORS },
      THEIRS,
      OURS,
      `trace = true\n\n${TABLE}`,
    ],
  }
  for (const [name, [spec, there, path, text]] of Object.entries(cases))
    test(name, async () => {
      const { world, written } = files(there)
      const places = { folder: '/own/buildx', usersFolder: '/home/buildx' }
      assert.equal(await configFor(spec, places, world), path)
      assert.deepEqual(written, text === undefined ? {} : { [OURS]: text })
    })

  test('a file that is there', async () => {
    const places = { folder: '/own/buildx', usersFolder: '/home/buildx' }
    await assert.rejects(
      configFor({ ...NONE, path: 'c.toml' }, places, files(THEIRS).world),
      new ConfigMissing('c.toml'),
    )
  })
})

function files(there: Readonly<Record<string, string>>) {
  const written: Record<string, string> = {}
  const world = {
    read: (path: string) => Promise.resolve(there[path]),
    write: (path: string, text: string) => Promise.resolve(void Object.assign(written, { [path]: text })),
  }
  return { world, written }
}
