/** A list of images that cannot be followed: everything that is wrong with it, each with its place in the file. */
export class SpecError extends Error {
  override readonly name = 'SpecError'
  readonly file: string
  readonly faults: readonly string[]

  constructor(file: string, faults: readonly string[], options?: ErrorOptions) {
    super(`${file}: ${faults.join('; ')}`, options)
    this.file = file
    this.faults = faults
  }
}
