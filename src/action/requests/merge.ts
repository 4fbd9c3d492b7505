import type { From } from '../../flows/gather.ts'
import type { MergeRequest } from '../../flows/merge.ts'
import type { Image } from '../../handoff/record.ts'
import { formatPlatform } from '../../image/platform.ts'
import {
  type DigestRef,
  formatReference,
  formatRepository,
  type Repository,
  sameRepository,
  type TagRef,
} from '../../image/reference.ts'
import { type Complaint, InputError, type Inputs } from '../inputs.ts'
import type { Run } from '../run.ts'
import { imageOf } from './part.ts'

/** Inputs become a merge; throws InputError where there is nothing to name. */
export function toMergeRequest(inputs: Inputs, { job }: Run): MergeRequest {
  const image = imageToMerge(inputs)
  if (image === undefined) throw new InputError(mergeComplaints(inputs))
  return {
    ...{ mode: 'merge', image, plan: inputs.plan, check: inputs['check-parts'], run: job.run },
    from: fromOf(inputs, image),
    platforms: [...new Map(inputs.platforms.map((one) => [formatPlatform(one), one])).values()],
    tags: [...new Map(inputs.tags.map((tag) => [formatReference(tag), tag])).values()],
    annotations: inputs.annotations.flat(),
    ...(inputs.attestations === 'drop' && { attestations: inputs.attestations }),
  }
}

/** What is missing, or does not go together. */
export function mergeComplaints(inputs: Inputs): readonly Complaint[] {
  const { tags, sources, records } = inputs
  const complaints: Complaint[] = []
  if (tags.length === 0) {
    const message = 'is empty; name what the image shall be called, like ghcr.io/octo/app:1.2.3'
    complaints.push({ input: 'tags', message })
  }
  if (records.length > 0 && sources.length > 0) {
    const message = 'and records both say where the parts are; set one of them'
    complaints.push({ input: 'sources', message })
  }
  const names = [...new Set(sources.flatMap((source) => ('path' in source ? formatRepository(source) : [])))]
  if (names.length > 1) {
    const message = `are of several repositories (${names.join(', ')}); an index lists what is beside it, so promote them to one first`
    complaints.push({ input: 'sources', message })
  }
  return complaints
}

/** Sources with a name say where they are; the tags may be elsewhere. */
function imageToMerge(inputs: Inputs): Image | undefined {
  const named = inputs.sources.find((source): source is TagRef | DigestRef => 'path' in source)
  const repository: Repository | undefined = named && { registry: named.registry, path: named.path }
  const image = imageOf(inputs)
  if (inputs.tags.length === 0 || image === undefined) return undefined
  return inputs.image === undefined && repository !== undefined ? { ...image, repository } : image
}

function fromOf({ records, sources }: Inputs, { repository }: Image): From {
  if (records.length > 0) return { kind: 'records', records }
  if (sources.length === 0) return { kind: 'run' }
  const whole = sources.map((source) => ('path' in source ? source : { ...repository, ...source }))
  return { kind: 'sources', sources: whole.filter((source) => sameRepository(source, repository)) }
}
