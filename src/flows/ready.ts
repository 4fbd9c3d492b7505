import { checkDockerfile } from '../build/context.ts'
import type { Recipe } from '../build/plan.ts'
import { presentSecrets } from '../build/secrets.ts'
import type { World } from './world.ts'

/** Looks for all that the recipe needs of this machine, before anything is started; gives what can be built. */
export async function ready(
  recipe: Recipe,
  { files, places, log }: Pick<World, 'files' | 'places' | 'log'>,
): Promise<Recipe> {
  await checkDockerfile(recipe, files, places.workspace)
  for (const id of recipe.emptySecrets) log.line(`The secret "${id}" is empty and is not mounted.`)
  const { present, absent } = await presentSecrets(recipe.secrets, files, places.workspace)
  for (const { id, path } of absent) log.warn(`The secret "${id}" is not mounted: there is no file ${path}.`)
  return { ...recipe, secrets: present }
}
