import { formatReference, type TagRef } from '../image/reference.ts'
import { CopyError } from '../publish/copy-error.ts'
import { PublishError } from '../publish/publish.ts'
import { InputError } from './inputs.ts'
import { OF_BUILD } from './reports/build.ts'
import { OF_BUILDER } from './reports/builder.ts'
import { OF_EMULATION } from './reports/emulation.ts'
import { OF_FILES } from './reports/files.ts'
import { OF_HAND_OVER } from './reports/hand-over.ts'
import { OF_IMAGE } from './reports/image.ts'
import { OF_REGISTRY } from './reports/registry.ts'
import { lines, sentence, told, toldBy } from './reports/told.ts'
import type { Report } from './titles.ts'

const TELLERS = [
  told(InputError, 'The inputs need a correction', '', ({ message }) => message),
  ...OF_BUILDER,
  ...OF_EMULATION,
  ...OF_BUILD,
  ...OF_HAND_OVER,
  ...OF_IMAGE,
  ...OF_REGISTRY,
  ...OF_FILES,
  toldBy(CopyError, ofCopy),
  toldBy(PublishError, ofPublish),
]

/** Any error, in words. */
export function toReport(error: unknown): Report {
  for (const tell of TELLERS) {
    const report = tell(error)
    if (report !== undefined) return report
  }
  return {
    title: 'Something unexpected happened',
    detail:
      error instanceof Error
        ? lines(error.message, error.stack?.split('\n').slice(1).join('\n') ?? '')
        : String(error),
    advice: 'This is likely a fault of the action. Please report it with this log.',
  }
}

/** Any error, for the one who must act: what happened, and what to do. */
export function explain(error: unknown): string {
  const { detail, advice } = toReport(error)
  return lines(detail, advice)
}

/** One that could not be named at all is told by its cause; where some tags have moved, that comes first. */
function ofPublish({ moved, failed, untouched, cause }: PublishError): Report {
  const why = toReport(cause)
  return {
    title: moved.length > 0 ? 'Some tags were not moved' : why.title,
    detail: lines(why.detail, named('Moved', moved), named('Not moved', [...failed, ...untouched])),
    advice: lines(
      why.advice,
      moved.length > 0
        ? 'Then run the job again: the tags that have moved stay as they are, the others follow.'
        : '',
    ),
  }
}

/** The registry's words say why, ours say what and where. */
function ofCopy(error: CopyError): Report {
  const why = toReport(error.cause)
  return {
    title:
      why.title === 'The registry does not accept the login' ? why.title : 'The image could not be copied',
    detail: lines(sentence(error), why.detail),
    advice: lines(
      why.advice,
      'Copying comes before all tags: none was moved. Running the job again copies only what is missing.',
    ),
  }
}

function named(what: string, tags: readonly TagRef[]): string {
  return tags.length > 0 ? `${what}: ${tags.map(formatReference).join(', ')}` : ''
}
