import type { PromoteResult } from '../../flows/result.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatReference, formatRepository } from '../../image/reference.ts'
import { code, factSheet, markdownTable, plainTable } from '../tables.ts'
import { imageOutputs, manifestDetails, pullCommand } from './image.ts'

const HEADINGS = ['platform', 'digest']

/** What later steps want to know of a promotion; the file for the rest is somebody else's matter. */
export function promoteOutputs({ image, images, tags }: PromoteResult) {
  return imageOutputs({ digest: image.digest, at: tags[0], images, tags })
}

/** As JSON: version 1 of its shape. */
export function promoteMetadata({ source, image, images, tags, unchanged, copied }: PromoteResult): object {
  return {
    source: formatReference(source),
    ...manifestDetails(image),
    tags: tags.map(formatReference),
    unchanged: unchanged.map(formatReference),
    copied: copied.map(formatRepository),
    platforms: images.map(({ platform, image, attestations }) => ({
      platform: formatPlatform(platform),
      descriptor: image,
      attestations,
    })),
  }
}

export function promoteSummary({ source, image, images, tags, copied }: PromoteResult): string {
  const [first] = tags
  const facts = factSheet([
    ['digest', code(image.digest)],
    ['source', code(formatReference(source))],
    ['tags', tags.map((tag) => code(formatReference(tag))).join(', ')],
    ['copied to', copied.map((repository) => code(formatRepository(repository))).join(', ')],
  ])
  const rows = images.map(({ platform, image }) => [formatPlatform(platform), code(image.digest)])
  return [
    `## ${first ? formatRepository(first) : ''}\n\n${facts}`,
    ...(rows.length > 0 ? [markdownTable(HEADINGS, rows)] : []),
    ...(first ? [pullCommand(first)] : []),
  ].join('\n\n')
}

export function promoteTable({ image, images, tags }: PromoteResult): readonly string[] {
  const rows = images.map(({ platform, image }) => [formatPlatform(platform), image.digest])
  return [...plainTable(HEADINGS, rows), ...tags.map((tag) => `${formatReference(tag)} is ${image.digest}`)]
}
