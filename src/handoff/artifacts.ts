/** Small texts that the jobs of one run leave for each other. */
export type Artifacts = Readonly<{
  /** Whether it is there now; false where the name is taken. */
  create: (name: string, text: string) => Promise<boolean>
  /** All that is whole and whose name begins so; of several with one name the newest. */
  list: (prefix: string) => Promise<readonly Artifact[]>
  /** The text, or undefined where it is gone by now. */
  read: (artifact: Artifact) => Promise<string | undefined>
  remove: (name: string) => Promise<void>
}>

export type Artifact = Readonly<{ name: string; id: number }>

/** The service did not do what it was asked for; `absent` where the runner has none. */
export class ArtifactsError extends Error {
  override readonly name = 'ArtifactsError'
  readonly absent: boolean

  constructor(message: string, { absent = false, cause }: { absent?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.absent = absent
  }
}
