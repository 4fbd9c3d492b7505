import type { Result } from '../flows/result.ts'
import { buildMetadata, buildOutputs } from './results/build.ts'
import { callMetadata } from './results/call.ts'
import { inspectMetadata, inspectOutputs } from './results/inspect.ts'
import { mergeMetadata, mergeOutputs } from './results/merge.ts'
import { partMetadata, partOutputs } from './results/part.ts'
import { planMetadata, planOutputs } from './results/plan.ts'
import { promoteMetadata, promoteOutputs } from './results/promote.ts'
import { seconds } from './results/steps.ts'

/** Every output of action.yml. */
export const OUTPUTS = [
  ...(['digest', 'platforms', 'digests', 'image', 'tags'] as const),
  ...(['record', 'matrix', 'metadata-file'] as const),
] as const
export type Outputs = Readonly<Record<(typeof OUTPUTS)[number], string>>

/** Small values for the next step; everything else is in the metadata file, since outputs end up in environments. */
export function toOutputs(result: Result, metadataFile: string): Outputs {
  const none = { digest: '', platforms: '', digests: '', image: '', tags: '', record: '', matrix: '' }
  return { ...none, ...outputsOf(result), 'metadata-file': metadataFile }
}

function outputsOf(result: Result): Partial<Outputs> {
  switch (result.mode) {
    case 'build':
      return buildOutputs(result)
    case 'call':
      return {}
    case 'part':
      return partOutputs(result)
    case 'merge':
      return mergeOutputs(result)
    case 'plan':
      return planOutputs(result)
    case 'promote':
      return promoteOutputs(result)
    case 'inspect':
      return inspectOutputs(result)
  }
}

/** Everything there is to know, as JSON: version 1 of its shape. */
export function toMetadata(result: Result): string {
  const stages = result.stages.map(({ name, milliseconds }) => ({ name, seconds: seconds(milliseconds) }))
  const metadata = { version: 1, mode: result.mode, ...metadataOf(result), stages }
  return `${JSON.stringify(metadata, null, 2)}\n`
}

function metadataOf(result: Result): object {
  switch (result.mode) {
    case 'build':
      return buildMetadata(result)
    case 'call':
      return callMetadata(result)
    case 'part':
      return partMetadata(result)
    case 'merge':
      return mergeMetadata(result)
    case 'plan':
      return planMetadata(result)
    case 'promote':
      return promoteMetadata(result)
    case 'inspect':
      return inspectMetadata(result)
  }
}
