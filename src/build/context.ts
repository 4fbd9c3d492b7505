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
  { context, file, inline }: Dockerfile,
  files: Pick<Files, 'exists'>,
  workspace: string,
): Promise<void> {
  if (isRemote(context) || (file !== undefined && isRemote(file))) return
  const folder = within(workspace, context)
  const places = inline === undefined ? dockerfiles(folder, file, workspace) : [folder]
  const there = await Promise.all(places.map((place) => files.exists(place)))
  if (there.includes(true)) return
  throw new DockerfileMissing(places[0] ?? folder, folder, await files.exists(folder))
}

/** Where buildx looks for it: in lower case as well, where it has no other name. */
function dockerfiles(folder: string, file: string | undefined, workspace: string): readonly string[] {
  return file === undefined
    ? [join(folder, 'Dockerfile'), join(folder, 'dockerfile')]
    : [within(workspace, file)]
}

/** Whether BuildKit fetches it by itself: Git, HTTP, or standard input (moby's `urlutil` rules). */
export function isRemote(text: string): boolean {
  return text === '-' || /^(https?|git|ssh):\/\//.test(text) || /^(git@|github\.com\/)/.test(text)
}

function within(workspace: string, path: string): string {
  return isAbsolute(path) ? path : join(workspace, path)
}
