import type { BuildResult } from '../flows/result.ts'
import { formatPlatform } from '../image/platform.ts'
import { formatReference, formatRepository } from '../image/reference.ts'

/** Every output of action.yml. */
export const OUTPUTS = ['digest', 'platforms', 'digests', 'image', 'tags', 'metadata-file'] as const
export type Outputs = Readonly<Record<(typeof OUTPUTS)[number], string>>

/** Small values for the next step; everything else is in the metadata file, since outputs end up in environments. */
export function toOutputs({ platforms, published }: BuildResult, metadataFile: string): Outputs {
  const digests = platforms.flatMap(({ platform, image }) =>
    image ? [[formatPlatform(platform), image.digest]] : [],
  )
  const first = published?.tags[0]
  return {
    digest: published?.index.digest ?? '',
    platforms: platforms.map(({ platform }) => formatPlatform(platform)).join(','),
    digests: published ? JSON.stringify(Object.fromEntries(digests)) : '',
    image: published && first ? `${formatRepository(first)}@${published.index.digest}` : '',
    tags: published?.tags.map(formatReference).join('\n') ?? '',
    'metadata-file': metadataFile,
  }
}

/** Everything there is to know, as JSON: version 1 of its shape. */
export function toMetadata({ platforms, published, builder, tools, stages }: BuildResult): string {
  const metadata = {
    version: 1,
    mode: 'build',
    ...(published && {
      digest: published.index.digest,
      descriptor: {
        mediaType: published.index.mediaType,
        digest: published.index.digest,
        size: published.index.bytes.length,
      },
      tags: published.tags.map(formatReference),
    }),
    platforms: platforms.map(({ platform, emulated, milliseconds, image, attestations, size }) => ({
      platform: formatPlatform(platform),
      emulated,
      seconds: seconds(milliseconds),
      ...(image && { descriptor: image, attestations }),
      ...(size !== undefined && { pullSize: size }),
    })),
    builder,
    versions: tools,
    stages: stages.map(({ name, milliseconds }) => ({ name, seconds: seconds(milliseconds) })),
  }
  return `${JSON.stringify(metadata, null, 2)}\n`
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000
}
