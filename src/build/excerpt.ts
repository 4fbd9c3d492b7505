/** The lines of a Dockerfile that an error is about, as buildx shows them at its end. */
export type Excerpt = Readonly<{
  /** the file's name as BuildKit knows it, without its folder */
  file: string
  /** counted from 1 */
  line: number
  endLine: number
  /** with their numbers, the guilty ones marked by >>> */
  shown: readonly string[]
}>

/**
 * Finds it in what buildx says besides events:
 *
 *     Dockerfile:5
 *     --------------------
 *        4 |     RUN echo compiling
 *        5 | >>> RUN exit 3
 *     --------------------
 */
export function excerptIn(said: readonly string[]): Excerpt | undefined {
  const rule = said.findIndex((line, place) => isRule(line) && isPlace(said[place - 1] ?? ''))
  if (rule < 0) return undefined
  const end = said.findIndex((line, place) => place > rule && isRule(line))
  const [, file = '', first = ''] = PLACE.exec(said[rule - 1] ?? '') ?? []
  const shown = said.slice(rule + 1, end < 0 ? undefined : end)
  const marked = shown.flatMap((line) => MARKED.exec(line)?.[1] ?? []).map(Number)
  return { file, line: marked[0] ?? Number(first), endLine: marked.at(-1) ?? Number(first), shown }
}

const PLACE = /^(.+):(\d+)$/
const MARKED = /^\s*(\d+) \| >>>/

function isPlace(line: string): boolean {
  return PLACE.test(line)
}

function isRule(line: string): boolean {
  return /^-{20}$/.test(line)
}
