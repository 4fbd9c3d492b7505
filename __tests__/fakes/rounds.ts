import { setImmediate, setTimeout } from 'node:timers/promises'
import type { FakeRegistry } from './registry.ts'

/** Long enough, in milliseconds and in turns of the event loop, for whoever has an answer to ask the next question. */
const QUIET = 20
const TURNS = 20

/**
 * Has a registry answer in rounds: nobody gets an answer before everybody has asked who can ask. How many rounds there
 * were is the longest chain of requests that waited for each other, on a machine however busy.
 */
export function answerInRounds(fake: FakeRegistry): () => number {
  let rounds = 0
  let round: Promise<void> | undefined
  fake.fault({ held: () => (round ??= untilAllHaveAsked()), times: Number.POSITIVE_INFINITY })
  return () => rounds

  async function untilAllHaveAsked(): Promise<void> {
    let asked = 0
    while (asked < fake.requests.length) {
      asked = fake.requests.length
      await setTimeout(QUIET)
      for (let turn = 0; turn < TURNS; turn += 1) await setImmediate()
    }
    rounds += 1
    round = undefined
  }
}
