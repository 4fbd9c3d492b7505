/** Lines that are kept as long as there is room; of more than that the middle is left out. */
export type Kept = Readonly<{
  keep: (line: Line) => void
  lines: () => readonly Line[]
  last: () => string
}>

/** A line, and when it was begun, in milliseconds. */
export type Line = Readonly<{ text: string; at: number }>

/** Room for the lines of one build, in characters: whoever begins takes of it, and has a little of its own for its end. */
export type Room = { left: number }

export function openRoom(characters = 16_000_000): Room {
  return { left: characters }
}

/** Characters of one step that are kept: of its beginning while there is room, and always of its end. */
const BEGINNING = 1_000_000
const END = 64_000

export function openKept(room: Room): Kept {
  const beginning: Line[] = []
  let taken = 0
  let end: Line[] = []
  let held = 0
  let leftOut = 0
  return { keep, lines, last: () => (end.at(-1) ?? beginning.at(-1))?.text ?? '' }

  function keep(line: Line): void {
    const size = line.text.length + 1
    if (end.length === 0 && taken + size <= BEGINNING && size <= room.left) {
      taken += size
      room.left -= size
      beginning.push(line)
      return
    }
    held += size
    end.push(line)
    if (held > 2 * END) shorten()
  }

  /** Not at every line: taking from the front of a long array is dear. */
  function shorten(): void {
    let first = 0
    while (held > END) held -= (end[first++]?.text.length ?? 0) + 1
    leftOut += first
    end = end.slice(first)
  }

  function lines(): readonly Line[] {
    if (leftOut === 0) return [...beginning, ...end]
    const text = `… ${leftOut} lines are left out here, as there are too many to keep …`
    return [...beginning, { text, at: end[0]?.at ?? 0 }, ...end]
  }
}
