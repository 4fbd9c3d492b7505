import { basename } from 'node:path'
import type { Run } from '../system/processes.ts'
import { buildEnvironment, callArguments } from './arguments.ts'
import type { Warning } from './events.ts'
import { excerptIn } from './excerpt.ts'
import type { PlatformRecipe } from './plan.ts'

/** What a Dockerfile can be asked instead of being built, as buildx's `--call` takes it, like `check` or `outline`. */
export type Call = string

/** The Dockerfile could not answer, or a check of it has found something. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
  /** the answer, as far as there is one, or buildx's own words */
  readonly said: string

  constructor(message: string, said: string) {
    super(message)
    this.said = said
  }
}

/** One question, for one builder. */
export type CallPlan = Readonly<{ call: Call; recipe: PlatformRecipe; builder: string }>

/** Asks the Dockerfile. What it answers is text for people; a check that finds something answers as well, and fails. */
export async function askDockerfile(
  plan: CallPlan,
  env: Readonly<Record<string, string | undefined>>,
  { run }: Readonly<{ run: Run }>,
): Promise<Readonly<{ answer: string; failed: boolean }>> {
  const { recipe, call } = plan
  const { code, stdout, stderr } = await run('docker', callArguments(plan), {
    env: { ...env, ...buildEnvironment(recipe) },
    ...(recipe.inline !== undefined && { stdin: recipe.inline }),
  })
  if (stdout.trim() === '' && code !== 0) throw new CallFailed(`the call "${call}" failed`, stderr.trim())
  return { answer: stdout.trimEnd(), failed: code !== 0 }
}

/** What a check complains about, in the words that it has for people. */
export function warningsIn(answer: string): readonly Warning[] {
  return answer
    .split(/^WARNING: /m)
    .slice(1)
    .map((text) => {
      const [heading = '', ...lines] = text.split('\n')
      const [rule = '', url = ''] = heading.split(' - ')
      const excerpt = excerptIn(lines)
      const place = lines.findIndex((line) => /^-{20}$/.test(line)) - 1
      const detail = lines.slice(0, place < 0 ? 1 : place).join(' ')
      return {
        ...{ vertex: '', short: `${rule}: ${detail}`, detail: [], url },
        ...(excerpt
          ? { file: basename(excerpt.file), line: excerpt.line, endLine: excerpt.endLine }
          : { file: '' }),
      }
    })
}
