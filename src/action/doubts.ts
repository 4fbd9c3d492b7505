import type { Attributes } from '../build/attributes.ts'
import { formatPlatform, isKnownPlatform, type Platform } from '../image/platform.ts'
import type { Inputs } from './inputs.ts'
import type { Run } from './run.ts'

/** What is allowed, but seldom meant. */
export function doubtsIn(inputs: Inputs, run: Pick<Run, 'environment'>): readonly string[] {
  return [...strangePlatforms(inputs), ...absentCaches(inputs, run)]
}

/** A misspelt architecture is an image that nobody will ever pull. */
function strangePlatforms({ platforms, sources }: Inputs): readonly string[] {
  const edited = sources.flat().flatMap((source): readonly Platform[] => {
    if (!('edits' in source)) return []
    const { os = 'linux', architecture = 'amd64' } = source.edits
    return [{ os, architecture }]
  })
  const strange = (input: string, named: readonly Platform[]) =>
    named
      // What WebAssembly runs on goes by many names: wasi, wasip1, js.
      .filter((platform) => platform.architecture !== 'wasm' && !isKnownPlatform(platform))
      .map(
        (platform) =>
          `input "${input}": ${formatPlatform(platform)} is no platform that we know; if it is misspelt, nobody will find the image`,
      )
  return [...new Set([...strange('platforms', platforms), ...strange('sources', edited)])]
}

/** buildx leaves a cache of GitHub out without a word where it does not know the service. */
function absentCaches(inputs: Inputs, { environment }: Pick<Run, 'environment'>): readonly string[] {
  const { ACTIONS_RUNTIME_TOKEN: token, ACTIONS_CACHE_URL: url, ACTIONS_RESULTS_URL: results } = environment
  return (['cache-from', 'cache-to'] as const).flatMap((input) => {
    const known = (cache: Attributes) =>
      (cache.get('token') || token) && (cache.get('url') || cache.get('url_v2') || url || results)
    const caches = inputs[input].flatMap(({ value }) => value)
    return caches.some((cache) => cache.get('type') === 'gha' && !known(cache))
      ? `input "${input}": this runner has no cache service for type=gha, so there is no such cache; another type, like registry, needs none`
      : []
  })
}
