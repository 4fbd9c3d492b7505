import type { Stage } from '../../system/log.ts'
import type { Report } from '../titles.ts'
import { block, page, plain } from './page.ts'
import { timeline } from './timeline.ts'

/** The page of a step that has failed: what is wrong, what to do, and how far it had come. */
export function failureSummary({ title, detail, advice }: Report, stages: readonly Stage[]): string {
  const [first = '', ...others] = detail.split('\n')
  return page(
    `## ${title}`,
    plain(first),
    others.length > 0 ? block('text', others) : '',
    ...advice.split('\n').map(plain),
    stages.length > 0 ? `### Timeline\n\n${timeline(stages)}` : '',
  )
}
