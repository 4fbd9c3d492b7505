import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openJob, type Step, type StepResult } from '../runs/as-a-runner.ts'
import { watchCommandLines } from './command-lines.ts'
import { ask, builderContainers } from './rig.ts'

/** Bytes of a file that makes a context large enough to be told from others. */
export const LARGE = 5_000_000

/** Runs a step; what it was seen to do, by others than itself. */
export async function seen(step: Step) {
  await using job = await openJob()
  await using lines = watchCommandLines()
  const main = await job.main(step)
  const contexts = await largeContexts(main)
  const commands = [...lines.seen].flatMap((line) => /\bbuildx (build|bake) --builder/.exec(line)?.[1] ?? [])
  const definition = await definitionIn(job.temporary)
  assert.equal((await job.post(main)).code, 0)
  return { main, contexts, commands: oncePerProcess(commands, lines.seen), definition }
}

/** Docker starts buildx as a plugin, with the same words behind another name. */
function oncePerProcess(commands: readonly string[], seen: ReadonlySet<string>): readonly string[] {
  const plugins = [...seen].filter((line) => /docker-buildx buildx (build|bake) --builder/.test(line)).length
  return plugins > 0 ? commands.slice(0, commands.length - plugins) : commands
}

/** How many copies of a large context the builder has in its cache. */
async function largeContexts(main: StepResult): Promise<number> {
  const [container = ''] = await builderContainers(main)
  const usage = await ask('docker', 'exec', container, 'buildctl', 'du', '--format', '{{json .}}')
  const records: readonly { RecordType?: string; recordType?: string; Size?: number; size?: number }[] =
    JSON.parse(usage) ?? []
  return records.filter(
    (one) => (one.recordType ?? one.RecordType) === 'source.local' && (one.size ?? one.Size ?? 0) >= LARGE,
  ).length
}

/** What bake was told to build, and who may read it. */
export async function definitionIn(temporary: string) {
  const own = (await readdir(temporary)).find((name) => name.startsWith('multiarch-')) ?? ''
  const path = join(temporary, own, 'together.json')
  const text = await readFile(path, 'utf8').catch(() => '')
  return { text, mode: text === '' ? 0 : (await stat(path)).mode & 0o777 }
}

/** The title of a platform's log group, and its lines. */
export function groupOf({ log }: StepResult, platform: string): readonly string[] {
  const lines = log.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`::group::Build ${platform}`))
  assert.ok(start >= 0, log)
  return lines.slice(start, lines.indexOf('::endgroup::', start))
}
