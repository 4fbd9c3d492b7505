import type { FileOutput, ImageOutput } from '../../build/outputs.ts'
import type { Delivery } from '../../flows/delivery/deliver.ts'
import type { Annotation } from '../../image/annotation.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatReference, repositoryOf, type TagRef } from '../../image/reference.ts'
import type { Inputs } from '../inputs.ts'

type Wishes = Pick<Inputs, 'push' | 'load' | 'outputs' | 'tags'>

/** What is pushed where nobody says how. */
const PLAIN: ImageOutput = {
  ...{ type: 'image', push: true, byDigest: false, names: [], annotations: [], attributes: new Map() },
}

/** What goes to the engine's store where only `load` says so. */
const LOADED: FileOutput = { type: 'docker', dest: '', names: [], attributes: new Map() }

/**
 * What is published; more than one entry is one too many. As in docker/build-push-action, `push: true` joins the entry
 * for an image or is one more output, and an entry may ask for it alone. Where nobody says anything the image is
 * published, unless other results are wanted.
 */
export function pushedBy({ push, load, outputs }: Wishes): readonly ImageOutput[] {
  const images = outputs.filter((output) => output.type === 'image')
  if (push === true) return images.length > 0 ? images : [PLAIN]
  const asking = images.filter((image) => image.push === true)
  const wantsOthers =
    load || images.length < outputs.length || images.some((image) => image.push !== undefined)
  if (push === false || wantsOthers) return asking
  return images.length > 0 ? images : [PLAIN]
}

/** The names under which it is published: tags are for all outputs, as in buildx, and without them the entry's own count. */
export function namesToPush(inputs: Wishes): readonly TagRef[] {
  return pushedBy(inputs).flatMap((image) => namesFor(image, inputs))
}

/** What is wanted beside the push. */
export function outputsBeside(inputs: Wishes): readonly (ImageOutput | FileOutput)[] {
  const pushed = new Set<unknown>(pushedBy(inputs))
  const given = inputs.outputs
    .filter((output) => output.type !== 'cacheonly')
    .filter((one) => !pushed.has(one))
  const isLoaded = given.some((output) => output.type === 'docker' && output.dest === '')
  const outputs = inputs.load && !isLoaded ? [...given, LOADED] : given
  return outputs.map((output) => ({ ...output, names: namesFor(output, inputs) }))
}

/** How it is pushed and what else is wanted; undefined where that is nothing but an index under its tags. */
export function toDelivery(inputs: Wishes & Pick<Inputs, 'single-platform'>): Delivery | undefined {
  const { attributes, byDigest } = pushedBy(inputs)[0] ?? PLAIN
  const [first] = namesToPush(inputs)
  const outputs = outputsBeside(inputs)
  const top = inputs['single-platform']
  if (attributes.size === 0 && !byDigest && outputs.length === 0 && top === 'index') return undefined
  const repository = first && repositoryOf(first)
  return { push: attributes, ...(byDigest && repository && { byDigest: repository }), outputs, top }
}

/** Annotations that are written as attributes of outputs. */
export function annotationsOf({ outputs }: Pick<Inputs, 'outputs'>): readonly Annotation[] {
  return outputs.flatMap((output) => (output.type === 'image' ? output.annotations : []))
}

/** Whether the image of only one platform is in docker's own format, or for a store of that: it holds no attestations. */
export function isForOldStore(inputs: Wishes & Pick<Inputs, 'platforms'>): boolean {
  return !hasSeveral(inputs) && outputsBeside(inputs).some(({ type }) => type === 'docker')
}

/** However often each is named. */
export function hasSeveral({ platforms }: Pick<Inputs, 'platforms'>): boolean {
  return new Set(platforms.map(formatPlatform)).size > 1
}

function namesFor({ names }: Pick<ImageOutput, 'names'>, { tags }: Wishes): readonly TagRef[] {
  return [...new Map((tags.length > 0 ? tags : names).map((name) => [formatReference(name), name])).values()]
}
