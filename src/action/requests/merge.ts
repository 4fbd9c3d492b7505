import type { ListFile, ListMergeRequest } from '../../flows/lists.ts'
import type { MergeRequest } from '../../flows/merge.ts'
import type { From, Listed } from '../../flows/sources/gather.ts'
import type { Image } from '../../handoff/record.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatReference, formatRepository, type Repository, repositoryOf } from '../../image/reference.ts'
import { type Complaint, InputError, type Inputs } from '../inputs.ts'
import type { Run } from '../run.ts'
import { identityOf, imageOf, optionalOf } from './part.ts'

/** Inputs become a merge; throws InputError where there is nothing to name. */
export function toMergeRequest(inputs: Inputs, { job }: Run): MergeRequest | ListMergeRequest {
  const complaints = mergeComplaints(inputs)
  if (complaints.length > 0) throw new InputError(complaints)
  const image = imageToMerge(inputs)
  const common: Omit<MergeRequest, 'image' | 'from'> = {
    mode: 'merge',
    ...{ plan: inputs.plan, check: inputs['check-parts'], run: job.run },
    platforms: [...new Map(inputs.platforms.map((one) => [formatPlatform(one), one])).values()],
    tags: [...new Map(inputs.tags.map((tag) => [formatReference(tag), tag])).values()],
    annotations: inputs.annotations.flat(),
    immutable: inputs['immutable-tags'],
    ...optionalOf(inputs),
    ...(inputs.append === true && { append: inputs.append }),
    ...(inputs.attestations === 'drop' && { attestations: inputs.attestations }),
  }
  const sources = sourcesIn(inputs, image)
  const listed = sources.flatMap((source) => ('list' in source ? [] : source))
  if (image === undefined || listed.length < sources.length) return { ...common, lists: sources }
  return { ...common, image, from: fromOf(inputs, listed) }
}

/** What is missing, or does not go together. */
export function mergeComplaints(inputs: Inputs): readonly Complaint[] {
  const { tags, records } = inputs
  const sources = inputs.sources.flat()
  const complaints: Complaint[] = []
  if (tags.length === 0 && !sources.some((source) => 'list' in source)) {
    const message = 'is empty; name what the image shall be called, like ghcr.io/octo/app:1.2.3'
    complaints.push({ input: 'tags', message })
  }
  if (records.length > 0 && sources.length > 0) {
    const message = 'and records both say where the parts are; set one of them'
    complaints.push({ input: 'sources', message })
  }
  const isNameless = sources.some((source) => 'image' in source && !('path' in source.image))
  if (isNameless && imageToMerge(inputs) === undefined) {
    const message = 'has a digest without a repository; write it like ghcr.io/octo/app@sha256:…, or set image'
    complaints.push({ input: 'sources', message })
  }
  if (typeof inputs.append !== 'boolean')
    complaints.push({
      input: 'append',
      message: 'is a list of nodes, for modes that build; here it is true or false',
    })
  return complaints
}

/** Where a digest alone is looked for: in the one repository that the other sources are in, or else where the tags are. */
function imageToMerge(inputs: Inputs): Image | undefined {
  const image = imageOf(inputs)
  const repositories = inputs.sources.flat().flatMap((source): readonly Repository[] => {
    return 'image' in source && 'path' in source.image ? [source.image] : []
  })
  const [first] = repositories
  if (inputs.image !== undefined || first === undefined) return image
  if (new Set(repositories.map(formatRepository)).size > 1) return image
  return { repository: repositoryOf(first), ...identityOf(inputs) }
}

function sourcesIn(inputs: Inputs, image: Image | undefined): readonly (Listed | ListFile)[] {
  return inputs.sources.flat().flatMap((source): readonly (Listed | ListFile)[] => {
    if ('list' in source) return [source]
    if ('path' in source.image) return [{ ...source, image: source.image }]
    return image ? [{ ...source, image: { ...image.repository, ...source.image } }] : []
  })
}

function fromOf({ records }: Inputs, sources: readonly Listed[]): From {
  if (records.length > 0) return { kind: 'records', records }
  return sources.length > 0 ? { kind: 'sources', sources } : { kind: 'run' }
}
