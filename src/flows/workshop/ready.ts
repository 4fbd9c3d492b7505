import { checkDockerfile } from '../../build/context.ts'
import { narrow, type Recipe } from '../../build/plan.ts'
import { absentSecrets } from '../../build/secrets.ts'
import type { Platform } from '../../image/platform.ts'
import type { World } from '../world.ts'

/** Looks for all that the recipe needs of this machine, before anything is started; gives what can be built. */
export async function ready(
  recipe: Recipe,
  platforms: readonly Platform[],
  { files, places, log }: Pick<World, 'files' | 'places' | 'log'>,
): Promise<Recipe> {
  for (const platform of platforms.length > 0 ? platforms : [undefined])
    await checkDockerfile(narrow(recipe, platform), files, places.workspace)
  for (const id of recipe.emptySecrets) log.line(`The secret "${id}" is empty and is not mounted.`)
  const all = recipe.secrets.map(({ value }) => value)
  const absent = await absentSecrets(all, files, places.workspace)
  // As in docker/build-push-action: a Dockerfile that cannot do without says so itself.
  for (const { id, path } of absent) log.warn(`The secret "${id}" is not mounted: there is no file ${path}.`)
  return { ...recipe, secrets: recipe.secrets.filter(({ value }) => !absent.some((one) => one === value)) }
}
