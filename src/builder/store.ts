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

/** Throws StoreError where the engine keeps its images in the old way; `what` tells what that is not enough for. */
export async function requireContainerdStore(what: string, run: Run): Promise<void> {
  const { stdout } = await run('docker', ['info', '--format', '{{json .DriverStatus}}'])
  if (stdout.includes(CONTAINERD)) return
  throw new StoreError(`${what} needs the containerd image store, and this Docker engine has the old one`)
}

/** Puts the image of a layout into the engine's store; throws StoreError where that does not take it. */
export async function loadArchive(path: string, context: string | undefined, run: Run): Promise<void> {
  const place = context === undefined ? [] : ['--context', context]
  const { code, stderr } = await run('docker', [...place, 'load', '--quiet', '--input', path])
  if (code !== 0) throw new StoreError('the Docker engine did not take the image', stderr)
}
