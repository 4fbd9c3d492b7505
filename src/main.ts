import { join } from 'node:path'
import process from 'node:process'
import { doubtsIn } from './action/doubts.ts'
import { readInputs } from './action/inputs.ts'
import { isYaml } from './action/node-fields.ts'
import { toMetadata, toOutputs } from './action/outputs.ts'
import { toReport } from './action/report.ts'
import { toRequest } from './action/request.ts'
import { readRun } from './action/run.ts'
import { fail, hidden, log, mask, readInput, setOutputs, writeLines, writeSummary } from './action/runner.ts'
import { perform, secretsOf } from './flows/perform.ts'
import { files } from './system/files.ts'
import type { Stage } from './system/log.ts'
import { openWorld } from './world.ts'

const { env } = process

/** How far the step has come, for the page about a failure; undefined while nobody is known to want a page. */
let seen: Readonly<{ stages: readonly Stage[] }> | undefined

try {
  const yaml = isYaml(readInput('append')) ? (await import('yaml')).parse : undefined
  const reading = readInputs(readInput, yaml)
  const run = readRun(env)
  const wantsPage = reading.inputs.summary && run.wants.summary
  if (wantsPage) seen = { stages: [] }
  const request = toRequest(reading, run)
  for (const doubt of doubtsIn(reading.inputs, run)) log.warn(doubt)
  for (const secret of await secretsOf(request, files, process.cwd())) mask(secret)
  const { 'insecure-registries': insecure, 'multi-tag': multiTag, 'time-limit': timeLimit } = reading.inputs
  await using world = openWorld(env, { insecure, multiTag, timeLimit })
  if (wantsPage) seen = { stages: world.stages.done }
  const result = await perform(request, world)
  const metadataFile = join(world.places.own, 'metadata.json')
  await files.write(metadataFile, toMetadata(result))
  setOutputs(toOutputs(result, metadataFile))
  const { closingTable, toSummary } = await import('./action/summary.ts')
  writeLines(closingTable(result))
  if (wantsPage) await writeSummary(toSummary(result, world.told()), env['GITHUB_STEP_SUMMARY'])
} catch (error: unknown) {
  const report = toReport(error)
  fail(report)
  if (seen !== undefined) {
    const { failureSummary } = await import('./action/summary.ts')
    const [detail, advice] = [hidden(report.detail), hidden(report.advice)]
    await writeSummary(failureSummary({ ...report, detail, advice }, seen.stages), env['GITHUB_STEP_SUMMARY'])
  }
}
