import { formatPlatform, isKnownPlatform, type Platform } from '../image/platform.ts'
import type { Inputs } from './inputs.ts'

/** What is allowed, but seldom meant: a misspelt architecture is an image that nobody will ever pull. */
export function doubtsIn({ platforms, sources }: Inputs): readonly string[] {
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
