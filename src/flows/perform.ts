import { type BuildRequest, build } from './build.ts'
import type { Result } from './result.ts'
import type { World } from './world.ts'

/** What the user wants: one kind for each mode. */
export type Request = BuildRequest

/** Each request has its story; all have a folder of their own for what they leave to later steps. */
export async function perform(request: Request, world: World): Promise<Result> {
  world.note({ kind: 'folder', path: world.places.own })
  await world.files.makeFolder(world.places.own)
  switch (request.mode) {
    case 'build':
      return await build(request, world)
  }
}

/** What must never be seen in a log. */
export function secretsOf(request: Request): readonly string[] {
  return 'recipe' in request ? request.recipe.secrets.map(({ value }) => value) : []
}
