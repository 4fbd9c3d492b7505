import { type Mishap, mishapIn } from '../../build/mishap.ts'
import { BuildCut, BuildFailed } from '../../build/run.ts'
import { formatPlatform, type Platform } from '../../image/platform.ts'

export type Tried<T> = T & Readonly<{ /** why it had to be tried twice */ mishap?: Mishap }>

type Circumstances = Readonly<{
  platform: Platform
  emulated: boolean
  /** of the other builds: when one has failed, no more is tried */
  signal: AbortSignal
  tell: (line: string) => void
}>

/**
 * Tries a build once more after a mishap, which is nobody's fault, and by itself after one of another build. What went well
 * before it is in the builder's cache.
 */
export async function tryAgain<T extends object>(
  attempt: (before?: BuildFailed) => Promise<T>,
  circumstances: Circumstances,
): Promise<Tried<T>> {
  const { platform, emulated, signal, tell } = circumstances
  const name = formatPlatform(platform)
  try {
    return await attempt()
  } catch (error: unknown) {
    if (signal.aborted) throw error
    if (error instanceof BuildCut) {
      tell(`${name}: ${error.message}, so it is built by itself`)
      return await tryAgain(attempt, circumstances)
    }
    const mishap = error instanceof BuildFailed ? mishapIn(error.tail, { emulated }) : undefined
    if (!(error instanceof BuildFailed) || mishap === undefined) throw error
    tell(`${name}: ${mishap}, so it is built once more`)
    return { ...(await attempt(error)), mishap }
  }
}
