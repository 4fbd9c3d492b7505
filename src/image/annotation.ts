import { readOwnAnnotations } from './contents.ts'
import { FormatError } from './format-error.ts'
import type { Manifest } from './manifest.ts'
import { isIndexType } from './media-types.ts'
import { fulfils, type Platform, parsePlatform } from './platform.ts'

/** Where an annotation is written, in Docker's words (buildx docs, "annotations"). */
export type AnnotationLevel = 'index' | 'manifest' | 'index-descriptor' | 'manifest-descriptor'

/** One annotation for one level, and for one platform only where that is said. */
export type Annotation = Readonly<{ level: AnnotationLevel; platform?: Platform; key: string; value: string }>

const LEVELS: readonly string[] = ['index', 'manifest', 'index-descriptor', 'manifest-descriptor']
const LEVEL = /^([a-z-]+)(?:\[([^\]]+)\])?$/
const EXPECTED = 'key=value or level:key=value, with a level like index, manifest or manifest[linux/arm64]'

/**
 * Reads `[level[platform],…:]key=value`; throws FormatError. Without a level it means the index and every manifest:
 * registries show the index's description, and tools that pull one platform see that of its manifest.
 */
export function parseAnnotation(text: string): readonly Annotation[] {
  const equals = text.indexOf('=')
  if (equals < 1) throw new FormatError('annotation', text, EXPECTED)
  const name = text.slice(0, equals)
  const value = text.slice(equals + 1)
  const colon = name.indexOf(':')
  const key = name.slice(colon + 1)
  if (key === '') throw new FormatError('annotation', text, EXPECTED)
  const levels = colon < 0 ? ['index', 'manifest'] : name.slice(0, colon).split(',')
  return levels.map((level) => ({ ...parseLevel(level, text), key, value }))
}

/** What an index says of itself, as if somebody had asked for it; none of any other manifest. */
export function annotationsIn(manifest: Manifest): readonly Annotation[] {
  if (!isIndexType(manifest.mediaType)) return []
  return Object.entries(readOwnAnnotations(manifest)).map(([key, value]) => ({ level: 'index', key, value }))
}

/** The annotations of one level that concern this platform, as the map that is written. */
export function annotationsFor(
  annotations: readonly Annotation[],
  level: AnnotationLevel,
  platform?: Platform,
): Readonly<Record<string, string>> {
  const concerned = annotations.filter(
    (annotation) => annotation.level === level && concerns(annotation, platform),
  )
  return Object.fromEntries(concerned.map(({ key, value }) => [key, value]))
}

function concerns({ platform: only }: Annotation, platform: Platform | undefined): boolean {
  return only === undefined || (platform !== undefined && fulfils(platform, only))
}

function parseLevel(text: string, whole: string): { level: AnnotationLevel; platform?: Platform } {
  const [, level = '', platform] = LEVEL.exec(text) ?? []
  if (!isLevel(level)) throw new FormatError('annotation', whole, EXPECTED)
  if (platform !== undefined && level.startsWith('index'))
    throw new FormatError('annotation', whole, 'no platform for an index: it is of all platforms')
  return { level, ...(platform !== undefined && { platform: parsePlatform(platform) }) }
}

function isLevel(text: string): text is AnnotationLevel {
  return LEVELS.includes(text)
}
