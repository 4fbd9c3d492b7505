import { type Line, openKept, type Room } from './kept.ts'

/** What one step has printed, in lines. */
export type Printed = Readonly<{
  /** takes a piece, cut anywhere; `at` is its time in milliseconds */
  take: (data: Uint8Array, at: number) => void
  /** the end of the step: a last line without its newline is a line as well */
  close: () => void
  lines: () => readonly Line[]
  last: () => string
}>

/** A line longer than this is cut in pieces. */
const LONGEST = 16_000

export function openPrinted(room: Room): Printed {
  const decoder = new TextDecoder()
  const { keep, lines, last } = openKept(room)
  let open: Line = { text: '', at: 0 }
  return { take, close, lines, last: () => asShown(open.text) || last() }

  function take(data: Uint8Array, at: number): void {
    const [first = '', ...others] = decoder.decode(data, { stream: true }).split('\n')
    open = { text: open.text + first, at: open.text === '' ? at : open.at }
    for (const text of others) {
      keep({ ...open, text: asShown(open.text) })
      open = { text, at }
    }
    while (open.text.length > LONGEST) {
      keep({ ...open, text: open.text.slice(0, LONGEST) })
      open = { ...open, text: open.text.slice(LONGEST) }
    }
  }

  function close(): void {
    if (open.text !== '') keep({ ...open, text: asShown(open.text) })
    open = { text: '', at: 0 }
  }
}

/** As a terminal leaves it: what a carriage return goes back over is gone. */
function asShown(line: string): string {
  return line.replace(/\r+$/, '').replace(/^.*\r/s, '')
}
