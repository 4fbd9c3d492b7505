import type { RunnerRule } from '../flows/plan.ts'
import { parseJson, parseSources, type Source } from '../handoff/hand-over.ts'
import { type PlannedLeg, readPlanned } from '../handoff/record.ts'
import { FormatError } from '../image/format-error.ts'
import { parseReference, type Repository } from '../image/reference.ts'
import type { Field } from './fields.ts'

export function parseRepository(text: string): Repository {
  const { registry, path, tag, digest } = parseReference(text)
  if (tag !== undefined || digest !== undefined)
    throw new FormatError('repository', text, 'a name without a tag, like ghcr.io/octo/app')
  return { registry, path }
}

/** A tag, in which `*` stands for anything. */
export function parseTagPattern(text: string): string {
  if (/^[A-Za-z0-9_.*-]+$/.test(text)) return text
  throw new FormatError('pattern for tags', text, 'a tag without its repository, like 1.2.3, v* or *')
}

/** `linux/arm64=self-hosted,arm64`; the prefix `default` is for every platform that no other is for. */
export function parseRunnerRule(text: string): RunnerRule {
  const [, prefix, given = ''] = /^\s*([a-z0-9]+(?:\/[a-z0-9]+){0,2})\s*=(.*)$/.exec(text) ?? []
  const labels = given
    .split(',')
    .map((label) => label.trim())
    .filter(Boolean)
  if (prefix === undefined || labels.length === 0)
    throw new FormatError(
      'runner',
      text,
      'platform=labels, like linux/arm64=ubuntu-24.04-arm or default=self-hosted,x64',
    )
  return { labels, ...(prefix !== 'default' && { prefix }) }
}

/** The output `matrix` of mode plan. */
export function planned(): Field<readonly PlannedLeg[]> {
  return {
    default: '',
    read: (text) => {
      if (text.trim() === '') return []
      const json = parseJson(text)
      const include =
        typeof json === 'object' && json !== null && 'include' in json ? json.include : undefined
      if (!Array.isArray(include))
        throw new FormatError('plan', text.slice(0, 100), 'the output "matrix" of mode plan')
      return include.map(readPlanned)
    },
  }
}

export function records(): Field<readonly Source[]> {
  return { default: '', read: parseSources }
}
