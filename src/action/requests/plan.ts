import type { PlanRequest } from '../../flows/plan.ts'
import { formatPlatform } from '../../image/platform.ts'
import type { Complaint, Inputs } from '../inputs.ts'

/** Inputs become a matrix to plan. */
export function toPlanRequest({ platforms, runners, group }: Inputs): PlanRequest {
  const unique = [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()]
  return { mode: 'plan', platforms: unique, runners, group }
}

export function planComplaints({ platforms }: Inputs): readonly Complaint[] {
  if (platforms.length > 0) return []
  return [{ input: 'platforms', message: 'is empty; name what to plan for, like linux/amd64,linux/arm64' }]
}
