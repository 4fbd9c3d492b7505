import { withEnd } from '../transport/streams.ts'
import type { Layer, Request, Response } from '../wire.ts'

/**
 * How many requests of a kind one host gets at once (registry.md, 1.9.4). Uploads have turns of their own: one that
 * gets its bytes from the same host could else wait for a download that waits for it.
 */
const MOST = { small: 6, download: 6, upload: 6 } as const

type Kind = keyof typeof MOST

/** Good answers in a row until a host that asked for patience is trusted again. */
const ENOUGH = 5

type Desk = {
  readonly running: Record<Kind, number>
  readonly waiting: Record<Kind, (() => void)[]>
  /** 1, then 1/2, 1/4 … after every "too many requests". */
  share: number
  good: number
}

/** Lets a host do a few things at a time, and half as many once it says 429, until five answers in a row are good. */
export function withTurns(): Layer {
  const desks = new Map<string, Desk>()
  return (next) => async (request) => {
    const desk = deskOf(desks, request)
    const kind = kindOf(request)
    await begin(desk, kind)
    let response: Response | undefined
    try {
      response = await next(request)
      learn(desk, response)
    } finally {
      if (response?.stream === undefined) end(desk, kind)
    }
    return response.stream === undefined
      ? response
      : { ...response, stream: withEnd(response.stream, () => end(desk, kind)) }
  }
}

function deskOf(desks: Map<string, Desk>, { url }: Request): Desk {
  const desk = desks.get(url.origin) ?? {
    running: { small: 0, download: 0, upload: 0 },
    waiting: { small: [], download: [], upload: [] },
    share: 1,
    good: 0,
  }
  desks.set(url.origin, desk)
  return desk
}

function kindOf({ streamed, body }: Request): Kind {
  if (streamed) return 'download'
  return body !== undefined && 'open' in body ? 'upload' : 'small'
}

async function begin(desk: Desk, kind: Kind): Promise<void> {
  if (isFree(desk, kind)) {
    desk.running[kind] += 1
    return
  }
  // Whoever lets us in has counted us already.
  await new Promise<void>((resolve) => desk.waiting[kind].push(resolve))
}

function end(desk: Desk, kind: Kind): void {
  desk.running[kind] -= 1
  admit(desk, kind)
}

function admit(desk: Desk, kind: Kind): void {
  while (isFree(desk, kind)) {
    const enter = desk.waiting[kind].shift()
    if (enter === undefined) return
    desk.running[kind] += 1
    enter()
  }
}

function isFree({ running, share }: Desk, kind: Kind): boolean {
  return running[kind] < Math.max(1, Math.floor(MOST[kind] * share))
}

function learn(desk: Desk, { status }: Response): void {
  if (status === 429) {
    desk.share /= 2
    desk.good = 0
  } else if (desk.share < 1 && status < 400) {
    desk.good += 1
    if (desk.good < ENOUGH) return
    desk.share = 1
    desk.good = 0
    for (const kind of ['small', 'download', 'upload'] as const) admit(desk, kind)
  }
}
