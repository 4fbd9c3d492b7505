import type { PartRequest } from '../../flows/part.ts'
import type { Image } from '../../handoff/record.ts'
import { valuesFor } from '../../image/narrowed.ts'
import type { Platform } from '../../image/platform.ts'
import { repositoryOf } from '../../image/reference.ts'
import { type Complaint, InputError, type Inputs } from '../inputs.ts'
import type { Run } from '../run.ts'
import { namesToPush, pushedBy } from './delivery.ts'
import { fixedIn } from './fixed.ts'

type Building = Pick<PartRequest, 'platforms' | 'optional' | 'recipe' | 'builder' | 'buildx' | 'emulators'>

/** Inputs become one job's share of an image; throws InputError where nobody says which image. */
export function toPartRequest(inputs: Inputs, building: Building, { job }: Run): PartRequest {
  const image = imageOf(inputs)
  if (image === undefined) throw new InputError(partComplaints(inputs))
  const push = pushedBy(inputs)[0]?.attributes ?? new Map()
  return {
    mode: 'part',
    ...building,
    ...fixedIn(inputs.tags, inputs),
    image,
    push,
    plan: inputs.plan,
    ...job,
  }
}

export function partComplaints(inputs: Inputs): readonly Complaint[] {
  const { outputs } = inputs
  if (outputs.length > 1 || outputs.some((output) => output.type !== 'image' || output.push === false)) {
    const message =
      'can only say how the image of a part is pushed, in one entry like type=image,compression=zstd'
    return [{ input: 'outputs', message }]
  }
  if (imageOf(inputs) !== undefined) return []
  const message =
    'is empty, so there is no repository to push to; name the tags that the merge will put, or set the input image to a repository like ghcr.io/octo/app'
  return [{ input: 'tags', message }]
}

/** The image that the jobs of a matrix build together: parts are pushed to its repository, by digest. */
export function imageOf(inputs: Inputs): Image | undefined {
  const { image } = inputs
  const [first] = namesToPush(inputs)
  const repository = image ?? (first && repositoryOf(first))
  return repository && { repository, ...identityOf(inputs) }
}

/** Platforms that the image can do without. */
export function optionalOf(inputs: Inputs): Readonly<{ optional?: readonly Platform[] }> {
  const optional = inputs['optional-platforms']
  return optional.length > 0 ? { optional } : {}
}

/** What tells apart the images of one repository; a stage for some platforms only is one of its details. */
export function identityOf({ target, variant }: Inputs): Omit<Image, 'repository'> {
  return { target: valuesFor(target).at(-1) ?? '', variant }
}
