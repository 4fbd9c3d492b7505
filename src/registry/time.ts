/** Time and chance as parameters, so that a test can hold them still. */
export type Time = Readonly<{
  /** Milliseconds since 1970: tokens and `Retry-After` speak of dates. */
  now: () => number
  /** Waits; rejects when `signal` is raised. */
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
  /** At least 0, less than 1. */
  random: () => number
}>
