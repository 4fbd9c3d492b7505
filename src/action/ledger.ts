import type { Entry } from '../flows/world.ts'

/** What must be undone, in the order it was made. */
export type Ledger = Readonly<{ note: (entry: Entry) => void }>

/** Saves the whole list with every entry: a run that is killed leaves what it had written by then. */
export function openLedger(save: (text: string) => void): Ledger {
  const entries: Entry[] = []
  return {
    note: (entry) => {
      entries.push(entry)
      save(JSON.stringify(entries))
    },
  }
}

/** Reads the list backwards: what was made last goes first. What nobody knows is left alone. */
export function readLedger(text: string): readonly Entry[] {
  const entries = parse(text)
  return Array.isArray(entries) ? entries.filter(isEntry).toReversed() : []
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return []
  }
}

/** Only this action writes its state, so the kind says enough about the rest. */
function isEntry(value: unknown): value is Entry {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined
  return kind === 'context' || kind === 'builder' || kind === 'emulators' || kind === 'folder'
}
