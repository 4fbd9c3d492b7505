import type { InspectedPlatform, InspectResult } from '../../flows/result.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatReference } from '../../image/reference.ts'
import { code, factSheet, formatBytes, markdownTable, plainTable } from '../tables.ts'
import { imageOutputs, manifestDetails } from './image.ts'

const HEADINGS = ['platform', 'pull size', 'attestations', 'digest']

/** What later steps want to know of an image; there are no tags, since none was put. */
export function inspectOutputs({ source, image, platforms }: InspectResult) {
  return imageOutputs({ digest: image.digest, at: source, images: platforms })
}

/** As JSON: version 1 of its shape. */
export function inspectMetadata({ source, image, annotations, platforms, strays }: InspectResult): object {
  return {
    source: formatReference(source),
    ...manifestDetails(image),
    annotations,
    platforms: platforms.map(({ platform, image, size, attestations }) => ({
      platform: formatPlatform(platform),
      descriptor: image,
      pullSize: size,
      attestations: attestations.map(({ descriptor, predicates }) => ({ descriptor, predicates })),
    })),
    others: strays,
  }
}

export function inspectSummary({ source, image, annotations, platforms }: InspectResult): string {
  const facts = factSheet([
    ['digest', code(image.digest)],
    ['type', code(image.mediaType)],
    ...Object.entries(annotations).map(([key, value]) => [code(key), code(value)] as const),
  ])
  const rows = platforms.map((one) =>
    cells(one).map((cell, column) => (HEADINGS[column] === 'digest' ? code(cell) : cell)),
  )
  return [`## ${formatReference(source)}\n\n${facts}`, markdownTable(HEADINGS, rows)].join('\n\n')
}

export function inspectTable({ source, image, platforms }: InspectResult): readonly string[] {
  return [...plainTable(HEADINGS, platforms.map(cells)), `${formatReference(source)} is ${image.digest}`]
}

function cells({ platform, image, size, attestations }: InspectedPlatform): readonly string[] {
  const kinds = new Set(attestations.flatMap(({ predicates }) => predicates.map(kindOf)))
  return [formatPlatform(platform), formatBytes(size), [...kinds].join(', ') || '–', image.digest]
}

/** What people call the kinds that BuildKit makes. */
function kindOf(predicate: string): string {
  if (predicate.startsWith('https://slsa.dev/provenance/')) return 'provenance'
  if (predicate.startsWith('https://spdx.dev/')) return 'SBOM'
  return predicate
}
