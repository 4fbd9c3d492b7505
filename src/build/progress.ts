/** The step that a line of BuildKit's plain log begins, like `[2/3] RUN make`; undefined for any other line. */
export function stepOf(line: string): string | undefined {
  const [, step] = /^#\d+ (\[[^\]]*\d+\/\d+\] .*)$/.exec(line) ?? []
  return step
}
