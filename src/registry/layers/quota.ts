import { header, type Layer, type Response } from '../wire.ts'

/** What a registry says is left of what it gives for nothing: Docker Hub counts pulls. */
export type Quota = Readonly<{
  host: string
  limit: number | undefined
  remaining: number
  /** seconds in which so many are given */
  window: number | undefined
  /** Whom it counts: an address or an account. */
  source: string | undefined
}>

const LITTLE = 10

/** Whether somebody should hear of it before it is used up. */
export function isScarce({ remaining }: Quota): boolean {
  return remaining < LITTLE
}

/** Tells of a quota (`ratelimit-remaining: 76;w=21600`), and whenever it changes. */
export function withQuota(tell: (quota: Quota) => void = () => {}): Layer {
  const told = new Map<string, number>()
  return (next) => async (request) => {
    const response = await next(request)
    const quota = readQuota(request.host.registry, response)
    if (quota && told.get(quota.host) !== quota.remaining) {
      told.set(quota.host, quota.remaining)
      tell(quota)
    }
    return response
  }
}

export function readQuota(host: string, response: Pick<Response, 'headers'>): Quota | undefined {
  const [remaining, window] = numbersIn(header(response, 'ratelimit-remaining'))
  if (remaining === undefined) return undefined
  const [limit] = numbersIn(header(response, 'ratelimit-limit'))
  return { host, limit, remaining, window, source: header(response, 'docker-ratelimit-source') }
}

function numbersIn(text = ''): readonly (number | undefined)[] {
  const [, count, window] = /^\s*(\d+)\s*(?:;\s*w=(\d+))?/.exec(text) ?? []
  return [count, window].map((digits) => (digits === undefined ? undefined : Number(digits)))
}
