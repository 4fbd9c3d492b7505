import { passwordsIn, readSecret } from '../build/secrets.ts'
import type { Files } from '../system/files.ts'
import { type BuildRequest, build } from './build.ts'
import { type CallRequest, call } from './call.ts'
import { type InspectRequest, inspect } from './inspect.ts'
import { type ListMergeRequest, readLists } from './lists.ts'
import { type MergeRequest, merge } from './merge.ts'
import { type PartRequest, part } from './part.ts'
import { type PlanRequest, plan } from './plan.ts'
import { type PromoteRequest, promote } from './promote.ts'
import type {
  BuildResult,
  CallResult,
  InspectResult,
  MergeResult,
  PartResult,
  PlanResult,
  PromoteResult,
  Result,
} from './result.ts'
import type { World } from './world.ts'

/** What the user wants: one kind for each mode, and one for a build that is none. */
export type Request =
  | BuildRequest
  | CallRequest
  | PartRequest
  | MergeRequest
  | ListMergeRequest
  | PromoteRequest
  | PlanRequest
  | InspectRequest

/** Each request has its story; all have a folder of their own for what they leave to later steps. */
export function perform(request: BuildRequest, world: World): Promise<BuildResult>
export function perform(request: CallRequest, world: World): Promise<CallResult>
export function perform(request: PartRequest, world: World): Promise<PartResult>
export function perform(request: MergeRequest | ListMergeRequest, world: World): Promise<MergeResult>
export function perform(request: PlanRequest, world: World): Promise<PlanResult>
export function perform(request: PromoteRequest, world: World): Promise<PromoteResult>
export function perform(request: InspectRequest, world: World): Promise<InspectResult>
export function perform(request: Request, world: World): Promise<Result>
export async function perform(request: Request, world: World): Promise<Result> {
  world.note({ kind: 'folder', path: world.places.own })
  await world.files.makeFolder(world.places.own)
  switch (request.mode) {
    case 'build':
      return await build(request, world)
    case 'call':
      return await call(request, world)
    case 'part':
      return await part(request, world)
    case 'merge':
      return await merge('lists' in request ? await readLists(request, world) : request, world)
    case 'plan':
      return await plan(request, world)
    case 'promote':
      return await promote(request, world)
    case 'inspect':
      return await inspect(request, world)
  }
}

/** What must never be seen in a log; relative paths are those of the workspace. */
export async function secretsOf(
  request: Request,
  files: Pick<Files, 'read'>,
  workspace: string,
): Promise<readonly string[]> {
  if (!('recipe' in request)) return []
  const { recipe } = request
  const secrets = recipe.secrets.map(({ value }) => readSecret(value, files, workspace))
  return [...new Set([...(await Promise.all(secrets)), ...passwordsIn(recipe)])]
}
