import { basename, isAbsolute, join, normalize } from 'node:path'
import type { Place } from '../system/log.ts'
import { isElsewhere } from './context.ts'
import type { Dockerfile } from './plan.ts'

/** What BuildKit says of a place: it knows a file by its name only, without the folder. */
type Said = Readonly<{ file: string; line?: number; endLine?: number }>

/** The same among the user's files; undefined where it is no line of one of them. */
export function placeOf({ file, line, endLine = line }: Said, recipe: Dockerfile): Place | undefined {
  const path = dockerfilePath(recipe)
  if (path === undefined || line === undefined || endLine === undefined || basename(path) !== file) return
  return { file: path, line, endLine }
}

/** From the workspace, where it is one of the user's files. */
function dockerfilePath(dockerfile: Dockerfile): string | undefined {
  const { context, file, inline } = dockerfile
  if (inline !== undefined || isElsewhere(dockerfile)) return undefined
  const path = file ?? join(context, 'Dockerfile')
  return isAbsolute(path) ? path : normalize(path)
}
