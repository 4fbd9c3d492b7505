import { realpath } from 'node:fs/promises'
import { ask, rig } from './rig.ts'

/** Git as it is on this machine: its programs, and what its scripts start. */
const PROGRAMS = ['git', 'sed', 'basename', 'uname']

/** The C library itself: that of an image fits its own programs, and older ones of ours run with it. */
const C_LIBRARY = /\/(ld-linux[\w-]*|lib(c|m|dl|rt|pthread|resolv|util|nsl|anl))\.so\.\d+$/

/**
 * Volumes that give a BuildKit container the Git of this machine: without it BuildKit has no Git contexts. None where its
 * image has one, as the official one has.
 */
export async function gitVolumes(): Promise<readonly string[]> {
  const image = rig.inputs['buildkit-image'] ?? ''
  const own = await ask('docker', 'run', '--rm', '--entrypoint', 'git', image, '--version').catch(() => '')
  if (own !== '') return []
  const core = await ask('git', '--exec-path')
  const paths = await Promise.all(PROGRAMS.map((name) => ask('which', name)))
  const linked = await Promise.all(
    [...paths, `${core}/git-remote-http`].map((path) => ask('ldd', path).catch(() => '')),
  )
  const libraries = linked.flatMap((said) => [...said.matchAll(/=> (\/\S+)/g)].map(([, path = '']) => path))
  const folders = [core, '/usr/share/git-core']
  const wanted = [...paths, ...folders, ...libraries.filter((path) => !C_LIBRARY.test(path))]
  const volumes = [...new Set(wanted)].map(async (path) => {
    // Debian has only one of each folder: /lib is /usr/lib.
    const place = path.replace(/^\/(bin|lib)\//, '/usr/$1/')
    return `${await realpath(path)}:${place}:ro`
  })
  return await Promise.all(volumes)
}
