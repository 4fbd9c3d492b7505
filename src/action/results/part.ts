import type { PartResult } from '../../flows/result.ts'
import { type Part, writeRecord } from '../../handoff/record.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatRepository } from '../../image/reference.ts'
import { formatDuration } from '../../system/clock.ts'
import { code, formatBytes, markdownTable, plainTable } from '../tables.ts'

export const PART_HEADINGS = ['platform', 'how', 'built in', 'pull size', 'digest']

/** What a job that builds a part tells the next ones; there is no image yet, and so no tag. */
export function partOutputs({ record, digests: pushed }: PartResult) {
  const [only, ...others] = pushed
  const digests = record.platforms.map(({ platform, image }) => [formatPlatform(platform), image.digest])
  return {
    digest: others.length === 0 ? (only ?? '') : '',
    platforms: record.platforms.map(({ platform }) => formatPlatform(platform)).join(','),
    digests: JSON.stringify(Object.fromEntries(digests)),
    image: '',
    tags: '',
    record: writeRecord(record),
  }
}

/** As JSON: version 1 of its shape. */
export function partMetadata({ record, carried, builder, tools }: PartResult): object {
  return {
    image: formatRepository(record.image.repository),
    carried,
    platforms: record.platforms.map(partDetails),
    builder,
    versions: tools,
  }
}

export function partSummary({ record, builder, tools }: PartResult): string {
  const rows = record.platforms.map((part) => [...partCells(part).slice(0, -1), code(part.image.digest)])
  return [
    `## Part of ${formatRepository(record.image.repository)}`,
    markdownTable(PART_HEADINGS, rows),
    `<sub>Builder ${builder.name} (${builder.driver}), BuildKit ${tools.buildkit}, buildx ${tools.buildx}, Docker ${tools.engine}.</sub>`,
  ].join('\n\n')
}

export function partTable({ record, carried }: PartResult): readonly string[] {
  const where = carried ? 'the artifacts of this run' : 'the output "record" only'
  return [...plainTable(PART_HEADINGS, record.platforms.map(partCells)), `The record is in ${where}.`]
}

export function partCells({ platform, built, size, image }: Part): readonly string[] {
  const how = built?.emulated ? 'emulated' : 'native'
  return [
    formatPlatform(platform),
    built ? how : '–',
    built ? formatDuration(built.milliseconds) : '–',
    size === undefined ? '–' : formatBytes(size),
    image.digest,
  ]
}

export function partDetails({ platform, image, attestations, built, size }: Part): object {
  return {
    platform: formatPlatform(platform),
    ...(built && { emulated: built.emulated, seconds: Math.round(built.milliseconds) / 1000 }),
    ...{ descriptor: image, attestations },
    ...(size !== undefined && { pullSize: size }),
  }
}
