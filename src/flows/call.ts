import { askDockerfile, type Call, CallFailed, warningsIn } from '../build/call.ts'
import { complaintsOf, tellComplaints } from '../build/complaints.ts'
import { narrow, type PlatformRecipe, type Recipe } from '../build/plan.ts'
import type { Platform } from '../image/platform.ts'
import type { CallResult } from './result.ts'
import { findTools } from './workshop/find-tools.ts'
import { ready } from './workshop/ready.ts'
import { setUp } from './workshop/set-up.ts'
import type { Making } from './workshop/workshop.ts'
import type { World } from './world.ts'

/** The Dockerfile is asked something, and nothing is built: of the platforms only the Dockerfile, stage and arguments count. */
export type CallRequest = Making & Readonly<{ mode: 'call'; call: Call }>

/** Opens a builder, asks, and shows the answers; throws CallFailed where a check has found something. */
export async function call(request: CallRequest, outside: World): Promise<CallResult> {
  const { call, platforms, annotate = true } = request
  const recipe = await ready(request.recipe, platforms, outside)
  const { engine, world } = await findTools(request, outside)
  // Nothing of another platform is run for an answer.
  const { builder } = await setUp({ ...request, platforms: [] }, engine, world)
  const answers = await Promise.all(
    recipesOf(recipe, platforms).map(async (own) => {
      const plan = { call, recipe: own, builder: builder.name }
      return { ...(await askDockerfile(plan, builder.env, world)), recipe: own }
    }),
  )
  for (const { answer } of answers) for (const line of answer.split('\n')) world.log.line(line)
  const heard = answers.flatMap(({ answer, recipe }) =>
    warningsIn(answer).map((warning) => ({ warning, recipe })),
  )
  if (annotate) tellComplaints(complaintsOf(heard), world.log)
  const failed = answers.find(({ failed }) => failed)
  if (failed) throw new CallFailed(`the call "${call}" found something wrong`, failed.answer)
  return { mode: 'call', call, answers: answers.map(({ answer }) => answer), stages: world.stages.done }
}

/** One for each different thing that is asked: most recipes are the same for every platform. */
function recipesOf(recipe: Recipe, platforms: readonly Platform[]): readonly PlatformRecipe[] {
  const recipes = (platforms.length > 0 ? platforms : [undefined]).map((one) => narrow(recipe, one))
  const asked = ({ file, target, buildArgs, labels, secrets }: PlatformRecipe) =>
    JSON.stringify([file, target, buildArgs, labels, secrets.map(({ id }) => id)])
  return [...new Map(recipes.map((one) => [asked(one), one])).values()]
}
