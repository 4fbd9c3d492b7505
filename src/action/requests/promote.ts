import type { PromoteRequest } from '../../flows/promote.ts'
import { algorithmOf } from '../../image/digest.ts'
import { formatReference } from '../../image/reference.ts'
import { type Complaint, InputError, type Inputs } from '../inputs.ts'
import { fixedIn } from './fixed.ts'

/** Inputs become a promotion; throws InputError where there is nothing to promote. */
export function toPromoteRequest(inputs: Inputs): PromoteRequest {
  const { source, tags, platforms, referrers, 'if-digest': ifDigest } = inputs
  if (source === undefined) throw new InputError(promoteComplaints(inputs))
  return {
    ...{ mode: 'promote', source, platforms, referrers },
    ...fixedIn(tags, inputs),
    tags: [...new Map(tags.map((tag) => [formatReference(tag), tag])).values()],
    ...(ifDigest !== undefined && { ifDigest }),
  }
}

/** What is missing, or does not go together. */
export function promoteComplaints({ source, tags, ...inputs }: Inputs): readonly Complaint[] {
  const expected = inputs['if-digest']
  const complaints: Complaint[] = []
  if (source === undefined) {
    const message = 'is empty; name the image to promote, like ghcr.io/octo/app:edge'
    complaints.push({ input: 'source', message })
  }
  if (tags.length === 0) {
    const message = 'is empty; name what the image shall be called, like ghcr.io/octo/app:1.2.3'
    complaints.push({ input: 'tags', message })
  }
  const named = source !== undefined && 'digest' in source ? source.digest : undefined
  if (expected && named && named !== expected && algorithmOf(named) === algorithmOf(expected))
    complaints.push({ input: 'if-digest', message: 'is another digest than the one that source names' })
  return complaints
}
