import { formatPlatform, type Platform, samePlatform } from '../image/platform.ts'
import { type Builder, BuilderError, type BuilderWorld } from './builder.ts'
import type { Node } from './inspection.ts'

/** Which platforms a node should be given by hand, so that they are built there. */
export type Placing = Readonly<{ node: Node; platforms: readonly Platform[] }>

/**
 * Finds the platforms that buildx would have emulated though another node's CPU runs them: it takes the first node that
 * lists a platform (buildx, build/resolver), and does not know which of them emulate it. What somebody has given to a
 * node by hand stays there.
 */
export function misplaced(
  wanted: readonly Platform[],
  nodes: readonly Node[],
  isNative: (platform: Platform, machine: Platform) => boolean,
): readonly Placing[] {
  const found = wanted.flatMap((platform) => {
    const lists = ({ platforms }: Pick<Node, 'platforms'>) =>
      platforms.some((one) => samePlatform(one, platform))
    const given = nodes.some(({ byHand }) => lists({ platforms: byHand }))
    const runs = (node: Node) => lists(node) && node.natives.some((machine) => isNative(platform, machine))
    const native = nodes.find(runs)
    return given || native === undefined || native === nodes.find(lists) ? [] : [{ node: native, platform }]
  })
  return [...Map.groupBy(found, ({ node }) => node)].map(([node, entries]) => ({
    node,
    platforms: entries.map(({ platform }) => platform),
  }))
}

/** Gives a node of a builder of ours its platforms. Rejects with BuilderError. */
export async function place(
  { name, env, driver }: Builder,
  { node, platforms }: Placing,
  { run, say }: Pick<BuilderWorld, 'run' | 'say'>,
): Promise<void> {
  const list = platforms.map(formatPlatform).join(',')
  const it = ['--append', '--name', name, '--node', node.name]
  // On Kubernetes buildx makes up an endpoint for a node, lists it, and takes none.
  const endpoint = driver === 'kubernetes' ? [] : [node.endpoint]
  const args = ['buildx', 'create', ...it, '--platform', list, ...endpoint]
  const { code, stderr } = await run('docker', args, { env })
  if (code !== 0) throw new BuilderError(name, `node ${node.name} could not be given ${list}`, stderr)
  say(`${list} is built on node ${node.name}, whose CPU runs it`)
}
