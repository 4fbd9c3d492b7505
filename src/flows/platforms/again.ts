import { type Mishap, mishapIn } from '../../build/mishap.ts'
import { BuildFailed } from '../../build/run.ts'
import { formatPlatform } from '../../image/platform.ts'

export type Tried<T> = T & Readonly<{ /** why it had to be tried twice */ mishap?: Mishap }>

type Circumstances = Readonly<{
  emulated: boolean
  /** of the other builds: when one has failed, no more is tried */
  signal: AbortSignal
  tell: (line: string) => void
}>

/** Tries a build once more after a mishap, which is nobody's fault. What went well before it is in the builder's cache. */
export async function tryAgain<T extends object>(
  attempt: (before?: BuildFailed) => Promise<T>,
  { emulated, signal, tell }: Circumstances,
): Promise<Tried<T>> {
  try {
    return await attempt()
  } catch (error: unknown) {
    if (!(error instanceof BuildFailed) || signal.aborted) throw error
    const mishap = mishapIn(error.tail, { emulated })
    if (mishap === undefined) throw error
    tell(`${formatPlatform(error.platform)}: ${mishap}, so it is built once more`)
    return { ...(await attempt(error)), mishap }
  }
}
