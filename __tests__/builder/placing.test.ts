import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BuilderError } from '../../src/builder/builder.ts'
import { parseInspection } from '../../src/builder/inspection.ts'
import { misplaced, place } from '../../src/builder/placing.ts'
import { formatPlatform, parsePlatform, samePlatform } from '../../src/image/platform.ts'
import { world } from './stage.ts'

/** A builder with these nodes, as buildx prints it. */
const nodes = (...lists: readonly string[]) =>
  parseInspection(
    [
      'Nodes:',
      ...lists.flatMap((list, at) => [`Name: n${at}`, `Endpoint: tcp://n${at}:1`, `Platforms: ${list}`]),
    ].join('\n'),
  ).nodes

const WANTED = ['linux/amd64', 'linux/arm64'].map(parsePlatform)
const placings = (...lists: readonly string[]) =>
  misplaced(WANTED, nodes(...lists), samePlatform).map(({ node, platforms }) => [
    ...[node.name, ...platforms.map(formatPlatform)],
  ])

describe('a platform is given by hand', () => {
  const cases: Readonly<
    Record<string, readonly [lists: readonly string[], given: readonly (readonly string[])[]]>
  > = {
    'to the node whose CPU runs it, where one before it emulates it': [
      ['linux/amd64, linux/arm64', 'linux/arm64, linux/amd64'],
      [['n1', 'linux/arm64']],
    ],
    'with all others of its node': [
      ['linux/s390x, linux/amd64, linux/arm64', 'linux/arm64', 'linux/amd64'],
      [
        ['n2', 'linux/amd64'],
        ['n1', 'linux/arm64'],
      ],
    ],
    'to nobody, where the first node that lists it runs it': [
      ['linux/amd64', 'linux/arm64, linux/amd64'],
      [],
    ],
    'to nobody, where the user has given it': [['linux/amd64, linux/arm64*', 'linux/arm64'], []],
    'to nobody, where all emulate it': [['linux/amd64, linux/arm64', 'linux/amd64, linux/arm64'], []],
    'to nobody, where there is one node': [['linux/amd64, linux/arm64'], []],
  }
  for (const [name, [lists, given]] of Object.entries(cases))
    test(name, () => assert.deepEqual(placings(...lists), given))

  test('in one command, at the place where the node is', async () => {
    const [placing = assert.fail()] = misplaced(
      WANTED,
      nodes('linux/amd64, linux/arm64', 'linux/arm64'),
      samePlatform,
    )
    const builder = {
      ...{ name: 'b', env: {}, driver: 'remote', buildkit: '' },
      nodes: [],
      platforms: [],
      natives: [],
      errors: [],
    }
    const { did, said, ...rest } = world()
    await place(builder, placing, rest)
    assert.deepEqual(did, [
      'docker buildx create --append --name b --node n1 --platform linux/arm64 tcp://n1:1',
    ])
    assert.deepEqual(said, ['linux/arm64 is built on node n1, whose CPU runs it'])
    const cluster = world()
    await place({ ...builder, driver: 'kubernetes' }, placing, cluster)
    assert.deepEqual(cluster.did, ['docker buildx create --append --name b --node n1 --platform linux/arm64'])
    const refused = world({ docker: { code: 1, stderr: 'no' } })
    await assert.rejects(place(builder, placing, refused), BuilderError)
  })
})
