import type { BuildResult, PlatformResult } from '../../flows/result.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatReference, formatRepository } from '../../image/reference.ts'
import { formatDuration } from '../../system/clock.ts'
import { formatBytes, plainTable } from '../tables.ts'
import { exceptions } from './exceptions.ts'
import { cachedSteps, complaintDetails, seconds, stepDetails } from './steps.ts'

export function buildOutputs({ platforms, published, delivered = [] }: BuildResult) {
  const digests = platforms.flatMap(({ platform, image }) =>
    image ? [[formatPlatform(platform), image.digest]] : [],
  )
  const place = published?.tags[0] ?? published?.untagged
  const made = delivered.find(({ digest }) => digest !== undefined)
  return {
    digest: published?.index.digest ?? made?.digest ?? '',
    platforms: platforms.map(({ platform }) => formatPlatform(platform)).join(','),
    digests: published ? JSON.stringify(Object.fromEntries(digests)) : '',
    image: published && place ? `${formatRepository(place)}@${published.index.digest}` : '',
    tags: published?.tags.map(formatReference).join('\n') ?? '',
  }
}

/** As JSON: version 1 of its shape. */
export function buildMetadata(result: BuildResult): object {
  const { platforms, lost, published, delivered, complaints, builder, tools } = result
  return {
    ...(published && {
      digest: published.index.digest,
      descriptor: {
        mediaType: published.index.mediaType,
        digest: published.index.digest,
        size: published.index.bytes.length,
      },
      tags: published.tags.map(formatReference),
    }),
    platforms: platforms.map(
      ({ platform, emulated, milliseconds, steps, image, attestations, size, mishap }) => ({
        platform: formatPlatform(platform),
        emulated,
        seconds: seconds(milliseconds),
        ...(steps && { steps: stepDetails(steps) }),
        ...(image && { descriptor: image, attestations }),
        ...(size !== undefined && { pullSize: size }),
        ...(mishap && { builtTwice: mishap }),
      }),
    ),
    ...(lost && { lost: lost.map(formatPlatform) }),
    ...(delivered && { outputs: delivered }),
    complaints: complaints.map(complaintDetails),
    builder,
    versions: tools,
  }
}

/** For the end of the log. */
export function buildTable({ platforms, lost = [], published }: BuildResult): readonly string[] {
  const names = published?.tags.map((tag) => `${formatReference(tag)} is ${published.index.digest}`) ?? []
  return [...platformTable(platforms), ...exceptions({ platforms, lost }), ...names]
}

export function platformTable(platforms: readonly PlatformResult[]): readonly string[] {
  const rows = platforms.map((one) => [...platformCells(one), one.image?.digest ?? '–'])
  return plainTable([...PLATFORM_HEADINGS, 'digest'], rows)
}

export const PLATFORM_HEADINGS = ['platform', 'how', 'built in', 'cached', 'pull size']

export function platformCells(one: PlatformResult): readonly string[] {
  const { platform, emulated, unsupported, milliseconds, steps, size } = one
  const ran = emulated ? 'emulated' : 'native'
  return [
    formatPlatform(platform),
    unsupported ? '–' : ran,
    formatDuration(milliseconds),
    cachedSteps(steps),
    size === undefined ? '–' : formatBytes(size),
  ]
}
