import type { InspectRequest } from '../../flows/inspect.ts'
import { type Complaint, InputError, type Inputs } from '../inputs.ts'

/** Inputs become a look at an image; throws InputError where none is named. */
export function toInspectRequest(inputs: Inputs): InspectRequest {
  const { source, platforms } = inputs
  if (source === undefined) throw new InputError(inspectComplaints(inputs))
  return { mode: 'inspect', source, platforms }
}

export function inspectComplaints({ source }: Inputs): readonly Complaint[] {
  if (source !== undefined) return []
  return [{ input: 'source', message: 'is empty; name the image to inspect, like ghcr.io/octo/app:1.2.3' }]
}
