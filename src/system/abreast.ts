/** Does the work for each item, so many at a time. After a failure it begins nothing new, waits for what runs, and rejects. */
export async function abreast<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values()
  let failed = false
  const lane = async () => {
    for (const item of waiting) {
      if (failed) return
      try {
        await work(item)
      } catch (error: unknown) {
        failed = true
        throw error
      }
    }
  }
  const settled = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, lane))
  const failure = settled.find((one) => one.status === 'rejected')
  if (failure) throw failure.reason
}

/** Lets so many through at a time; the others wait in the order they came. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>

export function openGate(width: number): Gate {
  const waiting: (() => void)[] = []
  let inside = 0
  return async (work) => {
    if (inside >= width) await new Promise<void>((enter) => waiting.push(enter))
    else inside += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else inside -= 1
    }
  }
}
