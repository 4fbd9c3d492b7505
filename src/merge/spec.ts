import { parse } from 'yaml'
import type { Annotation } from '../image/annotation.ts'
import { FormatError } from '../image/format-error.ts'
import { type PlatformEdits, parseEdit } from '../image/platform-edits.ts'
import {
  type DigestRef,
  formatRepository,
  parseImageRef,
  parseTagRef,
  type TagRef,
} from '../image/reference.ts'
import { SpecError } from './spec-error.ts'

/** A list of images to merge, as manifest-tool reads it (manifest-tool, `push from-spec`). */
export type Spec = Readonly<{
  /** what the whole shall be called: `image`, and each of `tags` beside it; empty: the list does not say */
  names: readonly TagRef[]
  annotations: readonly Annotation[]
  sources: readonly Readonly<{ image: TagRef | DigestRef; edits: PlatformEdits }>[]
}>

type Map = Readonly<Record<string, unknown>>

/** Reads YAML; throws SpecError with everything that is wrong, each with the entry that it is in. */
export function readSpec(text: string, file: string): Spec {
  const faults: string[] = []
  const {
    image,
    tags = [],
    manifests,
    annotations = {},
    ...others
  } = mapIn(parseYaml(text, file), 'the file')
  refuseOthers(others, 'the file')
  const named = at('image', () => (isBlank(image) ? undefined : parseTagRef(textOf(image))))
  const names = listOf(tags, 'tags').map((tag, place) =>
    at(`tags[${place}]`, () => named && parseTagRef(`${formatRepository(named)}:${textOf(tag)}`)),
  )
  const sources = listOf(manifests, 'manifests').map((entry, place) =>
    readEntry(entry, `manifests[${place}]`),
  )
  if (sources.length === 0) faults.push('manifests: there are none')
  if (names.length > 0 && isBlank(image)) faults.push('tags: they need the repository that image names')
  const entries = Object.entries(mapIn(annotations, 'annotations'))
  const own = entries.map(([key, value]): Annotation => ({ level: 'index', key, value: textOf(value) }))
  if (faults.length > 0) throw new SpecError(file, faults)
  return {
    names: [named, ...names].filter((name) => name !== undefined),
    annotations: own,
    sources: sources.filter((source) => source !== undefined),
  }

  function readEntry(value: unknown, place: string) {
    const { image, platform = {}, ...others } = mapIn(value, place)
    refuseOthers(others, place)
    const reference = at(`${place}.image`, () => parseImageRef(textOf(image)))
    const edits = Object.entries(mapIn(platform, `${place}.platform`)).flatMap(
      // Reserved in the specification, and never used.
      ([name, member]) =>
        name === 'features' ? [] : (at(`${place}.platform`, () => readEdit(name, member)) ?? []),
    )
    return reference && { image: reference, edits: Object.assign({}, ...edits) as PlatformEdits }
  }

  /** What a piece of the file means, or a fault that says where it is. */
  function at<T>(place: string, read: () => T): T | undefined {
    try {
      return read()
    } catch (error: unknown) {
      if (!(error instanceof FormatError)) throw error
      faults.push(`${place}: ${error.message}`)
      return undefined
    }
  }

  function mapIn(value: unknown, place: string): Map {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
    faults.push(`${place}: it is no map of names and values`)
    return {}
  }

  function listOf(value: unknown, place: string): readonly unknown[] {
    if (Array.isArray(value)) return value
    if (!isBlank(value)) faults.push(`${place}: it is no list`)
    return []
  }

  function refuseOthers(others: Map, place: string): void {
    for (const name of Object.keys(others)) faults.push(`${place}: "${name}" means nothing here`)
  }
}

function readEdit(name: string, member: unknown): PlatformEdits {
  return parseEdit(name, Array.isArray(member) ? member.map(textOf) : [textOf(member)])
}

/** Every word is text: 1.10 is a tag, and no number. */
function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text, { schema: 'failsafe' })
  } catch (cause: unknown) {
    const [first = ''] = cause instanceof Error ? cause.message.split('\n') : []
    throw new SpecError(file, [`it is no YAML: ${first}`], { cause })
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}
