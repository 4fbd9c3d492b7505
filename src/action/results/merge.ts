import type { MergeResult } from '../../flows/result.ts'
import { formatReference, formatRepository } from '../../image/reference.ts'
import { code, factSheet, markdownTable, plainTable } from '../tables.ts'
import { exceptions } from './exceptions.ts'
import { imageOutputs, manifestDetails, pullCommand } from './image.ts'
import { PART_HEADINGS, partCells, partDetails } from './part.ts'

/** The same as of a build: whoever comes next need not know how many jobs it took. */
export function mergeOutputs({ parts, published: { index, tags } }: MergeResult) {
  return imageOutputs({ digest: index.digest, at: tags[0], images: parts, tags })
}

/** As JSON: version 1 of its shape. */
export function mergeMetadata({ parts, published: { index, tags } }: MergeResult): object {
  return {
    ...manifestDetails(index),
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
    ...(first ? [pullCommand(first)] : []),
  ].join('\n\n')
}

export function mergeTable({ parts, lost = [], published: { index, tags } }: MergeResult): readonly string[] {
  const names = tags.map((tag) => `${formatReference(tag)} is ${index.digest}`)
  return [...plainTable(PART_HEADINGS, parts.map(partCells)), ...exceptions({ lost }), ...names]
}
