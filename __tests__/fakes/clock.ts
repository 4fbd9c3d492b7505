import type { Clock } from '../../src/system/clock.ts'

/** Time that stands still until a test moves it. */
export function openTime() {
  const ticking = new Set<() => void>()
  let now = 0
  const clock: Clock = {
    now: () => now,
    deadline: () => new AbortController().signal,
    every: (_, tick) => {
      ticking.add(tick)
      return { [Symbol.dispose]: () => ticking.delete(tick) }
    },
  }
  return { clock, ticking, pass: (milliseconds: number) => (now += milliseconds) }
}
