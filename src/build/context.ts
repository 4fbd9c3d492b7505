import { isAbsolute, join } from 'node:path'
import type { Files } from '../system/files.ts'
import type { Dockerfile } from './plan.ts'

/** The Dockerfile is not where it should be. */
export class DockerfileMissing extends Error {
  override readonly name = 'DockerfileMissing'
  readonly path: string
  readonly context: string
  readonly contextExists: boolean

  constructor(path: string, context: string, contextExists: boolean) {
    super(contextExists ? `there is no Dockerfile at ${path}` : `there is no folder ${context} to build from`)
    this.path = path
    this.context = context
    this.contextExists = contextExists
  }
}

/** Looks for the Dockerfile before a builder is started for nothing; what lies elsewhere is left to BuildKit. */
export async function checkDockerfile(
  dockerfile: Dockerfile,
  files: Pick<Files, 'exists'>,
  workspace: string,
): Promise<void> {
  if (isElsewhere(dockerfile)) return
  const { context, file, inline } = dockerfile
  const folder = isRemote(context) ? context : within(workspace, context)
  const places = inline === undefined ? dockerfiles(folder, file, workspace) : [folder]
  const there = await Promise.all(places.map((place) => files.exists(place)))
  if (there.includes(true)) return
  throw new DockerfileMissing(places[0] ?? folder, folder, isRemote(context) || (await files.exists(folder)))
}

/** Where buildx looks for it: in lower case as well, where it has no other name. */
function dockerfiles(folder: string, file: string | undefined, workspace: string): readonly string[] {
  return file === undefined
    ? [join(folder, 'Dockerfile'), join(folder, 'dockerfile')]
    : [within(workspace, file)]
}

/** Whether the Dockerfile is not read from this machine. A whole path is, even where the context is elsewhere. */
export function isElsewhere({ context, file }: Pick<Dockerfile, 'context' | 'file'>): boolean {
  if (file === undefined) return isRemote(context)
  return isRemote(file) || (isRemote(context) && !isAbsolute(file))
}

/** Whether BuildKit fetches it by itself: Git, also as scp names it, HTTP, or standard input (its `dfgitutil` and buildx's `urlutil`). */
export function isRemote(text: string): boolean {
  if (text === '-' || text.startsWith('github.com/')) return true
  return /^(https?|git|ssh):\/\//i.test(text) || /^[\w-]+@[a-z0-9.-]+:/i.test(text)
}

function within(workspace: string, path: string): string {
  return isAbsolute(path) ? path : join(workspace, path)
}
