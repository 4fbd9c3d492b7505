/** A file that should be an image layout is none, or holds other bytes than it says. */
export class LayoutError extends Error {
  override readonly name = 'LayoutError'
  readonly path: string

  constructor(path: string, what: string) {
    super(`the image layout ${path} cannot be used: ${what}`)
    this.path = path
  }
}
