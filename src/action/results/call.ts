import type { CallResult } from '../../flows/result.ts'
import { block, page } from '../summary/page.ts'

/** As JSON: version 1 of its shape. */
export function callMetadata({ call, answers }: CallResult): object {
  return { call, answers }
}

export function callSummary({ call, answers }: CallResult): string {
  return page(
    `## The Dockerfile, asked for \`${call}\``,
    ...answers.map((answer) => block('text', answer.split('\n'))),
  )
}
