import type { Run } from '../system/processes.ts'

/** The engine's image store does not take what is wanted of it. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  /** docker's own words, where it has said something */
  readonly said: string

  constructor(message: string, said = '') {
    super(message)
    this.said = said.trim()
  }
}

/** How an engine says that containerd keeps its images (moby, daemon/info.go). */
const CONTAINERD = 'io.containerd.snapshotter.v1'

/** Throws StoreError where the engine of a docker context keeps its images in the old way, which is not enough for `what`. */
export async function requireContainerdStore(
  what: string,
  context: string | undefined,
  run: Run,
): Promise<void> {
  const { stdout } = await run('docker', [...at(context), 'info', '--format', '{{json .DriverStatus}}'])
  if (stdout.includes(CONTAINERD)) return
  throw new StoreError(`${what} needs the containerd image store, and this Docker engine has the old one`)
}

/** Puts the image of a layout into the engine's store; throws StoreError where that does not take it. */
export async function loadArchive(path: string, context: string | undefined, run: Run): Promise<void> {
  const { code, stderr } = await run('docker', [...at(context), 'load', '--quiet', '--input', path])
  if (code !== 0) throw new StoreError('the Docker engine did not take the image', stderr)
}

function at(context: string | undefined): readonly string[] {
  return context === undefined ? [] : ['--context', context]
}
