import { type Annotation, parseAnnotation } from '../image/annotation.ts'
import { FormatError } from '../image/format-error.ts'
import { parseTagRef, type TagRef } from '../image/reference.ts'
import { type Attributes, parseAttributes } from './attributes.ts'

/** What a build shall give: one entry of the input `outputs`, with those attributes that are BuildKit's affair. */
export type Output = ImageOutput | FileOutput | Readonly<{ type: 'cacheonly' }>

export type ImageOutput = Readonly<{
  type: 'image'
  /** undefined where the entry does not say */
  push: boolean | undefined
  /** pushed by its digest, under no tag */
  byDigest: boolean
  names: readonly TagRef[]
  annotations: readonly Annotation[]
  attributes: Attributes
}>

/** `docker` without a place is the engine's own store. */
export type FileOutput = Readonly<{
  type: 'local' | 'tar' | 'oci' | 'docker'
  dest: string
  names: readonly TagRef[]
  attributes: Attributes
}>

const TYPES = ['image', 'registry', 'local', 'tar', 'oci', 'docker', 'cacheonly'] as const
const EXPECTED = `a type (${TYPES.join(', ')}) and what belongs to it, like type=oci,dest=image.tar`

/** Reads an entry as `docker buildx build --output` does; throws FormatError. A path alone is a folder. */
export function parseOutput(text: string): Output {
  const given = text.includes('=') ? parseAttributes(text, 'output') : folderAt(text)
  const type = TYPES.find((one) => one === given.get('type'))
  const dest = given.get('dest') ?? ''
  const names = (given.get('name') ?? '').split(',').filter(Boolean).map(parseTagRef)
  if (type === undefined) throw new FormatError('output', text, EXPECTED)
  if (dest === '-') throw new FormatError('output', text, 'a file as dest; a step has no standard output')
  const attributes = without(given, ['type', 'dest', 'name'])
  switch (type) {
    case 'cacheonly':
      return { type }
    case 'image':
    case 'registry':
      return parseImage(type, { names, attributes })
    case 'docker':
      return { ...{ type, dest, names, attributes } }
    case 'local':
    case 'tar':
    case 'oci':
      if (dest === '') throw new FormatError('output', text, `a dest, like type=${type},dest=out`)
      return { ...{ type, dest, names, attributes } }
  }
}

function folderAt(path: string): Attributes {
  return new Map(Object.entries({ type: 'local', dest: path }))
}

function parseImage(
  type: 'image' | 'registry',
  { names, attributes: given }: Pick<ImageOutput, 'names' | 'attributes'>,
): ImageOutput {
  const isAnnotation = (name: string) => ANNOTATION.test(name)
  const push = given.get('push')
  return {
    ...{ type: 'image', names },
    push: type === 'registry' || (push === undefined ? undefined : isTrue(push)),
    byDigest: isTrue(given.get('push-by-digest')),
    annotations: [...given].filter(([name]) => isAnnotation(name)).flatMap(annotationOf),
    attributes: without(given, [...OURS, ...[...given.keys()].filter(isAnnotation)]),
  }
}

/** How an image is pushed is our affair: each platform by its digest. */
const OURS = ['push', 'push-by-digest', 'name-canonical']

/** `annotation.a=1`, `annotation-index.a=1`, `annotation-manifest[linux/arm64].a=1` (buildkit, docs/annotations.md). */
const ANNOTATION = /^annotation(?:-([a-z-]+))?(\[[^\]]+\])?\.(.+)$/

function annotationOf([name, value]: readonly [string, string]): readonly Annotation[] {
  const [, level = 'manifest', platform = '', key = ''] = ANNOTATION.exec(name) ?? []
  return parseAnnotation(`${level}${platform}:${key}=${value}`)
}

/** As Go's `strconv.ParseBool` says yes. */
export function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(1|t|true)$/i.test(text)
}

function without(attributes: Attributes, names: readonly string[]): Attributes {
  return new Map([...attributes].filter(([name]) => !names.includes(name)))
}
