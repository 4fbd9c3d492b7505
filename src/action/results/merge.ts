import type { MergeResult } from '../../flows/result.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatReference, formatRepository } from '../../image/reference.ts'
import { code, factSheet, markdownTable, plainTable } from '../tables.ts'
import { exceptions } from './exceptions.ts'
import { PART_HEADINGS, partCells, partDetails } from './part.ts'

/** The same as of a build: whoever comes next need not know how many jobs it took. */
export function mergeOutputs({ parts, published: { index, tags } }: MergeResult) {
  const [first] = tags
  const digests = parts.map(({ platform, image }) => [formatPlatform(platform), image.digest])
  return {
    digest: index.digest,
    platforms: parts.map(({ platform }) => formatPlatform(platform)).join(','),
    digests: JSON.stringify(Object.fromEntries(digests)),
    image: first ? `${formatRepository(first)}@${index.digest}` : '',
    tags: tags.map(formatReference).join('\n'),
  }
}

/** As JSON: version 1 of its shape. */
export function mergeMetadata({ parts, published: { index, tags } }: MergeResult): object {
  const { mediaType, digest, bytes } = index
  return {
    digest,
    descriptor: { mediaType, digest, size: bytes.length },
    tags: tags.map(formatReference),
    platforms: parts.map(partDetails),
  }
}

export function mergeSummary({ parts, lost = [], published: { index, tags } }: MergeResult): string {
  const [first] = tags
  const facts = factSheet([
    ['digest', code(index.digest)],
    ['tags', tags.map((tag) => code(formatReference(tag))).join(', ')],
  ])
  const rows = parts.map((part) => [...partCells(part).slice(0, -1), code(part.image.digest)])
  return [
    `## ${first ? formatRepository(first) : ''}\n\n${facts}`,
    markdownTable(PART_HEADINGS, rows),
    ...exceptions({ lost }),
    ...(first ? [['```sh', `docker pull ${formatReference(first)}`, '```'].join('\n')] : []),
  ].join('\n\n')
}

export function mergeTable({ parts, lost = [], published: { index, tags } }: MergeResult): readonly string[] {
  const names = tags.map((tag) => `${formatReference(tag)} is ${index.digest}`)
  return [...plainTable(PART_HEADINGS, parts.map(partCells)), ...exceptions({ lost }), ...names]
}
