/** Time as a parameter, so that a test can hold it still. All figures are milliseconds. */
export type Clock = Readonly<{
  now: () => number
  /** Calls `tick` again and again until disposed; never keeps the process alive. */
  every: (interval: number, tick: () => void) => Disposable
  /** Aborts after so long. */
  deadline: (limit: number) => AbortSignal
}>

export const clock: Clock = {
  now: () => performance.now(),
  deadline: (limit) => AbortSignal.timeout(limit),
  every: (interval, tick) => {
    const timer = setInterval(tick, interval)
    timer.unref()
    return { [Symbol.dispose]: () => clearInterval(timer) }
  },
}

/** `0.4 s`, `12 s`, `3 min 5 s`: as exact as a reader wants it. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
