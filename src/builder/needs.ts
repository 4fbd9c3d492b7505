import { formatVersion, isOlder, parseVersion } from './version.ts'

/** Something that only newer versions of buildx can do. */
export type Need = Readonly<{
  /** the input that asks for it; undefined: the action itself */
  input?: string
  /** the first version that can, like `v0.31.0` */
  since: string
}>

/** What every build needs: attestations came with v0.10, and a way to switch them off with this. */
const ALWAYS: Need = { since: 'v0.11.0' }

/** The buildx that is used cannot do what is asked for. */
export class BuildxTooOld extends Error {
  override readonly name = 'BuildxTooOld'
  readonly version: string
  readonly needs: readonly Need[]

  constructor(version: string, needs: readonly Need[]) {
    super(`buildx ${version} is too old`)
    this.version = version
    this.needs = needs
  }
}

/** Throws BuildxTooOld with everything that is missing. One that does not know its version is taken for a new one. */
export function requireBuildx(version: string, needs: readonly Need[]): void {
  const used = parseVersion(version)
  if (used === undefined || formatVersion(used) === 'v0.0.0') return
  const missing = [ALWAYS, ...needs].filter(({ since }) => {
    const first = parseVersion(since)
    return first !== undefined && isOlder(used, first)
  })
  if (missing.length > 0) throw new BuildxTooOld(version, missing)
}
