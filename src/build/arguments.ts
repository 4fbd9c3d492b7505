import { annotationsFor } from '../image/annotation.ts'
import { formatPlatform } from '../image/platform.ts'
import type { Environment } from '../system/processes.ts'
import { formatAttributes } from './attributes.ts'
import { cacheFrom, cacheTo } from './cache.ts'
import type { CallPlan } from './call.ts'
import { passOn } from './passed-on.ts'
import type { BuildPlan, PlatformRecipe } from './plan.ts'
import { secretEnvironment, secretOptions } from './secrets.ts'

/** The command line of one platform's build, for `docker`. Secrets are named in it, never spelt. */
export function buildArguments(plan: BuildPlan): readonly string[] {
  const { recipe, platform, builder, style } = plan
  const manifest = Object.entries(annotationsFor(recipe.annotations, 'manifest', platform))
  return [
    ...['buildx', 'build', '--builder', builder, '--platform', formatPlatform(platform), '--progress', style],
    ...['--metadata-file', plan.metadataFile],
    ...exporters(plan).flatMap((text) => ['--output', text]),
    ...(plan.apart ? ['--build-arg', 'BUILDKIT_MULTI_PLATFORM=1'] : []),
    ...manifest.flatMap(([key, value]) => ['--annotation', `manifest:${key}=${value}`]),
    ...caches(plan),
    ...recipe.attests.flatMap((attributes) => ['--attest', attributes]),
    ...recipeArguments(recipe),
  ]
}

/** The command line that asks the Dockerfile something. */
export function callArguments({ recipe, builder, call }: CallPlan): readonly string[] {
  return ['buildx', 'build', '--builder', builder, '--call', call, ...recipeArguments(recipe)]
}

function recipeArguments(recipe: PlatformRecipe): readonly string[] {
  return [
    ...option('--file', dockerfile(recipe)),
    ...option('--target', recipe.target),
    ...recipe.buildArgs.flatMap((text) => ['--build-arg', text]),
    ...recipe.labels.flatMap((text) => ['--label', text]),
    ...secretOptions(recipe.secrets),
    ...(recipe.noCache ? ['--no-cache'] : []),
    ...(recipe.pull ? ['--pull'] : []),
    ...passOn(recipe.passed),
    recipe.context,
  ]
}

/** What buildx needs in its environment: the secrets' values, and no copy of the provenance in its metadata. */
export function buildEnvironment({ secrets }: Pick<PlatformRecipe, 'secrets'>): Environment {
  return {
    ...secretEnvironment(secrets),
    BUILDX_METADATA_PROVENANCE: 'disabled',
    DOCKER_CLI_HINTS: 'false',
  }
}

/** An inline Dockerfile is read from standard input; without any other file that is what `-` as the context says. */
function dockerfile({ context, file, inline }: PlatformRecipe): string | undefined {
  return inline !== undefined && context !== '-' ? '-' : file
}

function exporters({ exporters }: BuildPlan): readonly string[] {
  return exporters.length === 0 ? ['type=cacheonly'] : exporters.map(formatAttributes)
}

function caches({ recipe, platform, oneOfMany }: BuildPlan): readonly string[] {
  return [
    ...recipe.cacheFrom
      .flatMap((entry) => cacheFrom(entry, { platform, oneOfMany }))
      .flatMap((entry) => ['--cache-from', entry]),
    ...recipe.cacheTo.flatMap((entry) => ['--cache-to', cacheTo(entry, { platform, oneOfMany })]),
  ]
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value]
}
