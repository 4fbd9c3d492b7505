import type { BuildResult, PlatformResult } from '../../flows/result.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatReference } from '../../image/reference.ts'
import { formatDuration } from '../../system/clock.ts'
import { formatBytes, plainTable } from '../tables.ts'
import { exceptions } from './exceptions.ts'
import { imageOutputs, manifestDetails, platformList } from './image.ts'
import { cachedSteps, complaintDetails, seconds, stepDetails } from './steps.ts'

export function buildOutputs({ platforms, published, delivered = [] }: BuildResult) {
  if (published === undefined) {
    const made = delivered.find(({ digest }) => digest !== undefined)
    return { digest: made?.digest ?? '', platforms: platformList(platforms.map(({ platform }) => platform)) }
  }
  const { index, tags, untagged } = published
  const images = platforms.flatMap(({ platform, image }) => (image ? { platform, image } : []))
  return imageOutputs({ digest: index.digest, at: tags[0] ?? untagged, images, tags })
}

/** As JSON: version 1 of its shape. */
export function buildMetadata(result: BuildResult): object {
  const { platforms, lost, published, delivered, complaints, builder, tools } = result
  return {
    ...(published && {
      ...manifestDetails(published.index),
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
  const { platform, milliseconds, steps, size } = one
  return [
    formatPlatform(platform),
    howOf(one),
    formatDuration(milliseconds),
    cachedSteps(steps),
    size === undefined ? '–' : formatBytes(size),
  ]
}

/** Nothing is claimed of programs that nothing here could run. */
export function howOf({ emulated, unsupported }: Pick<PlatformResult, 'emulated' | 'unsupported'>): string {
  if (unsupported) return '–'
  return emulated ? 'emulated' : 'native'
}
