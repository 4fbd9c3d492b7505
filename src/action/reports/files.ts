import { sentence, type Teller } from './told.ts'

const FULL =
  'The disk is full. Remove what the job does not need before this step, or take a runner with a larger disk.'
const CLOSED =
  "The runner's user may not write there. Correct the path in the inputs, or who owns it: a container of an earlier step may have left it to root."
const MISNAMED =
  'A folder is where a file is meant, or a file where a folder is: correct the path in the inputs.'

/** By the system's word for what is wrong (errno(3)). */
const ADVICE: Readonly<Record<string, string>> = {
  ...{ ENOSPC: FULL, EDQUOT: FULL },
  ...{ EACCES: CLOSED, EPERM: CLOSED, EROFS: CLOSED },
  ...{ EISDIR: MISNAMED, ENOTDIR: MISNAMED, EEXIST: MISNAMED },
}

/** What the system says of a file that it does not read or write. */
export const OF_FILES: readonly Teller[] = [
  (error) => {
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined
    const advice = ADVICE[String(error.code)]
    if (advice === undefined) return undefined
    return { title: 'A file cannot be read or written', detail: sentence(error), advice }
  },
]
