import { formatPlatform, fulfils, type Platform } from '../../image/platform.ts'
import type { Complaint, Inputs } from '../inputs.ts'

/** The inputs whose entries may be for some platforms only. */
const NARROWED = [
  ...(['file', 'target', 'build-args', 'labels', 'secrets', 'secret-envs', 'secret-files'] as const),
  ...(['cache-to', 'cache-from'] as const),
] as const

/** What is for a platform that is not built would be lost without a word. */
export function strayNarrowings(inputs: Inputs): readonly Complaint[] {
  const annotated = inputs.annotations.flat().flatMap(({ platform }) => platform ?? [])
  return [
    ...strays('optional-platforms', inputs['optional-platforms'], inputs.platforms),
    ...strays('annotations', annotated, inputs.platforms),
    ...NARROWED.flatMap((input) => {
      const named = inputs[input].flatMap(({ only }) => only)
      return strays(input, named, inputs.platforms)
    }),
  ]
}

/** One file and one stage is all that a build takes; which of two it should be, nobody knows. */
export function rivals(inputs: Inputs): readonly Complaint[] {
  return (['file', 'target'] as const).flatMap((input) => {
    const names = inputs[input].flatMap(({ only }) =>
      only.length > 0 ? only.map(formatPlatform) : ['every platform'],
    )
    const twice = names.filter((name, place) => names.indexOf(name) < place)
    return twice.map((name) => ({ input, message: `is said more than once for ${name}` }))
  })
}

function strays(
  input: Complaint['input'],
  named: readonly Platform[],
  platforms: readonly Platform[],
): readonly Complaint[] {
  const lost = named.filter((platform) => !platforms.some((wanted) => fulfils(wanted, platform)))
  return [...new Set(lost.map(formatPlatform))].map((stray) => ({
    input,
    message: `names the platform ${stray}, which is not among the input platforms`,
  }))
}
