import { formatPlatform, type Platform } from '../image/platform.ts'
import type { Say } from '../system/log.ts'
import { type Decision, decide } from './decide.ts'

/** What only a builder on machines that we cannot reach knows of itself. */
export type Elsewhere = Readonly<{ natives: readonly Platform[]; platforms: readonly Platform[] }>

/** Sorts the wanted platforms by what the builder says of itself: nothing can be installed there. */
export function decideElsewhere(
  wanted: readonly Platform[],
  { natives, platforms }: Elsewhere,
  say: Say,
): readonly Decision[] {
  const ground = { natives, covered: platforms, handlers: new Map(), runs: new Map(), reset: false }
  const decisions = decide(wanted, ground).map(({ platform, action, why }): Decision => {
    if (action === 'native' || action === 'present') return { platform, action, why }
    return { platform, action: 'none', why: UNKNOWN }
  })
  for (const { platform, why } of decisions) say(`${formatPlatform(platform)} ${why}`)
  return decisions
}

const UNKNOWN =
  'is not among what the builder can run, and nothing can be installed there; its Dockerfile must not RUN anything'
