import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { nodesOrFlag } from '../../src/action/node-fields.ts'
import { parsePlatform } from '../../src/image/platform.ts'

const { read } = nodesOrFlag()
const NODE = { name: '', endpoint: '', driverOptions: [], flags: '', platforms: [] }

describe('append', () => {
  test('is a list of nodes, as docker/setup-buildx-action documents it', () => {
    const text = `- endpoint: "ssh://me@graviton2"
  platforms: linux/arm64,linux/arm/v6
- name: mainframe
  endpoint: tcp://s390x:1234
  driver-opts:
    - servername=s390x
  buildkitd-flags: --debug
  platforms: [linux/s390x]
`
    assert.deepEqual(read(text, parse), [
      {
        ...NODE,
        endpoint: 'ssh://me@graviton2',
        platforms: ['linux/arm64', 'linux/arm/v6'].map(parsePlatform),
      },
      {
        ...{ name: 'mainframe', endpoint: 'tcp://s390x:1234', driverOptions: ['servername=s390x'] },
        ...{ flags: '--debug', platforms: [parsePlatform('linux/s390x')] },
      },
    ])
  })

  test('takes options one a line too', () => {
    const text = '- driver-opts: |\n    a=1\n    "b=1,2"\n  platforms:\n'
    assert.deepEqual(read(text, parse), [{ ...NODE, driverOptions: ['a=1', '"b=1,2"'] }])
  })

  test('is a switch to merges', () => {
    assert.deepEqual(
      ['true', 'false'].map((text) => read(text)),
      [true, false],
    )
  })

  const wrong: Readonly<Record<string, readonly [text: string, ...messages: readonly RegExp[]]>> = {
    'no YAML': ['- endpoint: "tcp', /^cannot be read as YAML: .*quote/],
    'a map': ['endpoint: tcp://b:1', /is not a list of nodes; expected a YAML list/],
    'text alone': ['- tcp://b:1', /^node 1: "tcp:\/\/b:1" is not a node; expected a map with name, endpoint/],
    'neither list nor switch': ['- arm', /^"- arm" is not a switch/],
    'every wrong thing of every node': [
      '- endpoint: [1]\n  platform: linux/arm64\n- platforms: arm64,linux/s390x',
      /^node 1: "platform" is not a key of a node; expected name, endpoint, driver-opts/,
      /^node 1: "\[1\]" is not an endpoint; expected text$/,
      /^node 2: "arm64" is not a platform/,
    ],
  }
  for (const [name, [text, ...messages]] of Object.entries(wrong))
    test(`is not ${name}`, () => {
      assert.throws(
        () => read(text, parse),
        (error) => {
          const all: readonly unknown[] = error instanceof AggregateError ? error.errors : [error]
          assert.equal(all.length, messages.length)
          for (const [at, message] of messages.entries())
            assert.match(String((all[at] as Error).message), message)
          return true
        },
      )
    })
})
