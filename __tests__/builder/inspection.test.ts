import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseInspection } from '../../src/builder/inspection.ts'
import { formatPlatform } from '../../src/image/platform.ts'

const OURS = `Name:          multiarch-0a1b2c
Driver:        docker-container
Last Activity: 2026-11-02 09:12:44 +0000 UTC

Nodes:
Name:                  multiarch-0a1b2c0
Endpoint:              unix:///var/run/docker.sock
Driver Options:        image="moby/buildkit:buildx-stable-1" network="host"
Status:                running
BuildKit daemon flags: --allow-insecure-entitlement=network.host
BuildKit version:      v0.32.1
Platforms:             linux/amd64, linux/amd64/v2, linux/amd64/v3, linux/arm64, linux/s390x, linux/386
Labels:
 org.mobyproject.buildkit.worker.executor:         oci
 org.mobyproject.buildkit.worker.hostname:         5f1d3ab0c9e2
 org.mobyproject.buildkit.worker.network:          host
GC Policy rule#0:
 All:            false
 Filters:        type==source.local,type==exec.cachemount,type==source.git.checkout
 Keep Duration:  48h0m0s
 Max Used Space: 488.3MiB
File#buildkitd.toml:
 > Driver: a line of the user's own
 > Platforms: linux/riscv64
`

const FARM = `Name:          farm
Driver:        remote
Last Activity: 2026-11-02 09:12:44 +0000 UTC

Nodes:
Name:             intel
Endpoint:         tcp://10.0.0.7:1234
Status:           running
BuildKit version: v0.31.0
Platforms:        linux/amd64*, linux/386

Name:             graviton
Endpoint:         tcp://10.0.0.8:1234
Status:           running
BuildKit version: v0.32.1
Platforms:        linux/arm64*, linux/arm/v7*, linux/arm/v6

Name:     gone
Endpoint: tcp://10.0.0.9:1234
Error:    failed to list workers: Unavailable: connection error: desc = "transport: Error while dialing"
`

const read = (text: string) => {
  const { platforms, natives, nodes: _, ...rest } = parseInspection(text)
  return { ...rest, platforms: platforms.map(formatPlatform), natives: natives.map(formatPlatform) }
}

describe('what docker buildx inspect prints', () => {
  test('of one node', () => {
    assert.deepEqual(read(OURS), {
      ...{ driver: 'docker-container', buildkit: 'v0.32.1', natives: ['linux/amd64'], errors: [] },
      platforms: [
        'linux/amd64',
        'linux/amd64/v2',
        'linux/amd64/v3',
        'linux/arm64',
        'linux/s390x',
        'linux/386',
      ],
    })
  })

  test('of three nodes, one of them gone: each node brings what it was given, and its error is kept', () => {
    assert.deepEqual(read(FARM), {
      ...{ driver: 'remote', buildkit: 'v0.31.0', natives: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] },
      errors: [
        'failed to list workers: Unavailable: connection error: desc = "transport: Error while dialing"',
      ],
      platforms: ['linux/amd64', 'linux/386', 'linux/arm64', 'linux/arm/v7', 'linux/arm/v6'],
    })
  })

  test('names each node, where it is, and what it was given by hand', () => {
    const nodes = parseInspection(FARM).nodes.map(({ name, endpoint, byHand, platforms }) => [
      ...[name, endpoint, byHand.map(formatPlatform).join(), platforms.length],
    ])
    assert.deepEqual(nodes, [
      ['intel', 'tcp://10.0.0.7:1234', 'linux/amd64', 2],
      ['graviton', 'tcp://10.0.0.8:1234', 'linux/arm64,linux/arm/v7', 3],
      ['gone', 'tcp://10.0.0.9:1234', '', 0],
    ])
  })

  for (const line of ['Platforms:', 'Platforms:             ']) {
    test(`of a node whose list is empty: "${line}"`, () => {
      const { platforms, natives, buildkit } = read(OURS.replace(/^Platforms:.*$/m, line))
      assert.deepEqual({ platforms, natives, buildkit }, { platforms: [], natives: [], buildkit: 'v0.32.1' })
    })
  }

  test('of older buildx, which said it shorter', () => {
    assert.equal(read(OURS.replace('BuildKit version:', 'BuildKit:')).buildkit, 'v0.32.1')
  })

  test('of nothing', () => {
    assert.deepEqual(read(''), { driver: '', buildkit: '', platforms: [], natives: [], errors: [] })
  })
})
