import type { PartResult } from '../../flows/result.ts'
import { type Part, writeRecord } from '../../handoff/record.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatRepository } from '../../image/reference.ts'
import { formatDuration } from '../../system/clock.ts'
import { formatBytes } from '../tables.ts'
import { howOf, platformTable } from './build.ts'
import { exceptions } from './exceptions.ts'
import { imageOutputs } from './image.ts'
import { complaintDetails, seconds, stepDetails } from './steps.ts'

export const PART_HEADINGS = ['platform', 'how', 'built in', 'pull size', 'digest']

/** What a job that builds a part tells the next ones; there is no image yet, and so no tag. */
export function partOutputs({ record, digests: [only, ...others] }: PartResult) {
  const digest = only !== undefined && others.length === 0 ? only : ''
  return { ...imageOutputs({ digest, images: record.platforms }), record: writeRecord(record) }
}

/** As JSON: version 1 of its shape. */
export function partMetadata(result: PartResult): object {
  const { record, platforms, carried, complaints, builder, tools } = result
  return {
    image: formatRepository(record.image.repository),
    carried,
    platforms: record.platforms.map((part, place) => {
      const steps = platforms[place]?.steps
      return { ...partDetails(part), ...(steps && { steps: stepDetails(steps) }) }
    }),
    complaints: complaints.map(complaintDetails),
    builder,
    versions: tools,
  }
}

export function partTable({ platforms, lost = [], carried }: PartResult): readonly string[] {
  const where = carried ? 'the artifacts of this run' : 'the output "record" only'
  return [...platformTable(platforms), ...exceptions({ platforms, lost }), `The record is in ${where}.`]
}

export function partCells({ platform, built, size, image }: Part): readonly string[] {
  return [
    formatPlatform(platform),
    built ? howOf(built) : '–',
    built ? formatDuration(built.milliseconds) : '–',
    size === undefined ? '–' : formatBytes(size),
    image.digest,
  ]
}

export function partDetails({ platform, image, attestations, built, size }: Part): object {
  return {
    platform: formatPlatform(platform),
    ...(built && { emulated: built.emulated, seconds: seconds(built.milliseconds) }),
    ...{ descriptor: image, attestations },
    ...(size !== undefined && { pullSize: size }),
  }
}
