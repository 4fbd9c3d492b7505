import type { Readable } from 'node:stream'
import { TOO_SLOW, WireError } from '../wire.ts'
import { openBasin } from './basin.ts'

/** Milliseconds for all of an answer, and a clock. */
export type Pace = Readonly<{ whole: number; now: () => number }>

const SECOND = 1000

/** A stream that comes slower than this, in bytes a second, does not come. */
const SLOWEST = 1024

/** Whoever waits for a piece for so long gets what there is. Milliseconds. */
const PATIENCE = SECOND

/** The bytes of a stream in few large pieces, each good until the next is asked for. Rejects with what the stream fails with. */
export async function* piecesOf(body: Readable, { whole, now }: Pace): AsyncGenerator<Uint8Array> {
  const basin = openBasin()
  let size = 0
  let waited = 0 // for the other side, and not for whoever reads
  let since = 0
  let asked = 0
  let ended = false
  let failure: unknown = body.errored ?? undefined
  let wake = () => {}

  function take(bytes: Uint8Array): void {
    const full = basin.pour(bytes)
    const time = now()
    size += bytes.length
    waited += time - since
    since = time
    if (waited > whole) failure = tooSlow(size, waited)
    if (!full && time - asked <= PATIENCE && failure === undefined) return
    body.pause()
    wake()
  }

  body.on('data', take).pause()
  body.on('end', () => {
    ended = true
    wake()
  })
  body.on('error', (error) => {
    failure ??= error
    wake()
  })
  for (;;) {
    if (!ended && failure === undefined) {
      asked = now()
      since = asked
      await new Promise<void>((resolve) => {
        wake = resolve
        body.resume()
      })
    }
    // What came before the end counts, whatever the end was: a broken stream goes on from there.
    if (!basin.isEmpty()) yield basin.draw()
    else if (failure !== undefined) throw failure
    else return
  }
}

function tooSlow(size: number, waited: number): WireError | undefined {
  if (size >= (waited / SECOND) * SLOWEST) return undefined
  return new WireError(TOO_SLOW, `only ${size} bytes came in ${Math.ceil(waited / SECOND)} s`)
}
